-- watcher_tick - what a watcher asks first in every round.
-- In:     nothing.  Payments that an open notice of a customer is about become due.
-- Out:    the time; the hold; the epoch; the number of wake-ups so far; whether a
--         payment is due.
-- Units:  time in microseconds.
-- Errors: none.
-- Writes: payment, customer_notice.
create or replace function windlass.watcher_tick(
    out now_us bigint, out is_on boolean, out reason text, out epoch bigint, out wakes bigint,
    out is_due boolean)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
    c record;
begin
    -- Payment before notice, as everywhere.
    for c in select distinct x.tx_id from customer_notice x
            where x.state = 'open' and x.next_at <= t order by x.tx_id loop
        update payment p set nudged = p.nudged + 1, next_at = least(p.next_at, t)
            where p.tx_id = c.tx_id;
        update customer_notice x set next_at = 'infinity'
            where x.tx_id = c.tx_id and x.state = 'open' and x.next_at <= t;
    end loop;
    select us(t), h.is_on, h.reason, h.epoch, w.n into now_us, is_on, reason, epoch, wakes
        from money_hold h, wake w;
    is_due := exists (select from payment p where p.next_at <= t and p.claimed_until <= t);
end
$$;
