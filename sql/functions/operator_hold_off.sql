-- operator_hold_off - a person lets money leave again, once it is known that the
--                     books agree: the last comparison has found nothing that is
--                     not explained, went back a week before the hold at least, and
--                     began when whatever was on its way to the bank had arrived.
-- In:     who, and why.
-- Out:    lifted; off: there was none; unreconciled: nothing was compared since,
--         or not since orders were taken over;
--         early: not since whatever was on its way has arrived, which is when
--         at_us says; short: not far enough back, to at_us; differs: count of
--         differences are not explained.
-- Units:  at_us in microseconds.
-- Errors: none.
-- Writes: money_hold, audit.
create or replace function windlass.operator_hold_off(
    p_who text, p_reason text, out outcome text, out at_us bigint, out count integer)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    h        money_hold;
    r        reconciliation;
    landed   timestamptz;
    furthest timestamptz;
begin
    select * into h from money_hold for update;
    at_us := 0;
    count := 0;
    if not h.is_on then
        outcome := 'off';
        return;
    end if;
    select * into r from reconciliation x
        where x.ended_at < 'infinity' and x.ended_at >= h.since order by x.run desc limit 1;
    if not found or r.adopted > 0 then
        outcome := 'unreconciled';
        return;
    end if;
    landed := h.since + r.quarantine_ms * interval '1 millisecond';
    furthest := h.since - interval '7 days';
    if r.begun_at < landed then
        outcome := 'early';
        at_us := us(landed);
    elsif r.since > furthest then
        outcome := 'short';
        at_us := us(furthest);
    elsif r.unexplained > 0 then
        outcome := 'differs';
        count := r.unexplained;
    else
        outcome := 'lifted';
        perform hold_lift(p_reason, p_who);
    end if;
end
$$;
