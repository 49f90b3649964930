-- attempts_sent - the last look before money leaves: which of these may be sent
--                 now.  What is answered counts as sent from here on.
-- In:     array of {tx_id, token, version, n, via}; for how long after its first
--         sending an attempt may be sent, in milliseconds.
-- Out:    those that may.  The others: the claim or the outflow has moved, money
--         is on hold, a report is open, a second person has not approved it, it was made
--         for another rail than the one that it is to be sent by (via; http where
--         nothing is said), or the deadline is over.
-- Errors: none.
-- Writes: attempt.
create or replace function windlass.attempts_sent(p_items jsonb, p_window_ms bigint)
returns table (tx_id text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    i record;
    t timestamptz;
begin
    for i in select * from jsonb_to_recordset(p_items)
            as e(tx_id text, token bigint, version bigint, n integer, via text) order by e.tx_id loop
        continue when not outflow_lock(i.tx_id, i.token, i.version);
        continue when exists (select from money_hold h where h.is_on)
            or exists (select from report r where r.tx_id = i.tx_id and r.state = 'open')
            or not exists (select from payment q, outflow o where q.tx_id = i.tx_id
                and o.tx_id = i.tx_id and q.state = 'out' and o.state = 'sending')
            or payment_unapproved(i.tx_id, i.n);
        t := clock_now();
        update attempt a
            set sends = a.sends + 1, last_sent = t, empties = 0, emptied_at = '-infinity',
                first_sent = case a.sends when 0 then t else a.first_sent end,
                deadline = case a.sends when 0 then t + p_window_ms * interval '1 millisecond'
                    else a.deadline end
            where a.tx_id = i.tx_id and a.n = i.n and a.outcome = 'open' and a.deadline > t
                and (a.rail <> 'payout' or a.via = coalesce(i.via, 'http'));
        if found then
            tx_id := i.tx_id;
            return next;
        end if;
    end loop;
end
$$;
