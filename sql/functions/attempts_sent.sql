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
set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    mine text[] := outflows_locked(p_items);
    t    timestamptz := clock_now();
begin
    if exists (select from money_hold h where h.is_on) then
        return;
    end if;
    return query
        update attempt a
            set sends = a.sends + 1, last_sent = t, empties = 0, emptied_at = '-infinity',
                first_sent = case a.sends when 0 then t else a.first_sent end,
                deadline = case a.sends when 0 then t + p_window_ms * interval '1 millisecond'
                    else a.deadline end
            from jsonb_to_recordset(p_items) as i(tx_id text, n integer, via text)
                join payment q on q.tx_id = i.tx_id and q.state = 'out'
                join outflow o on o.tx_id = i.tx_id and o.state = 'sending'
            where i.tx_id = any (mine)
                and not exists (select from report r where r.tx_id = i.tx_id and r.state = 'open')
                and not case when o.way = 'refund' or exists (select from second_person s
                        where s.currency = q.currency and q.payout > s.above)
                    then payment_unapproved(i.tx_id, i.n) else false end
                and a.tx_id = i.tx_id and a.n = i.n and a.outcome = 'open' and a.deadline > t
                and (a.rail <> 'payout' or a.via = coalesce(i.via, 'http'))
            returning a.tx_id;
end
$$;
