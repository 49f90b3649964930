-- reports_sent - reports that are about to be sent: from here on in doubt, until
--                an answer or a reading has told.
-- In:     array of {tx_id, token, seq}.
-- Out:    those that may be sent: nothing about money that went out while the bank
--         says that it came back, and no order to send money back while money is
--         on hold, or that a second person has not approved: this is the last look
--         before it leaves.
-- Units:  the next look is due after a random part of 1 s, 2 s, 4 s ... 300 s.
-- Errors: none.
-- Writes: report.
create or replace function windlass.reports_sent(p_items jsonb) returns table (tx_id text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    mine text[] := payments_locked(p_items);
    t    timestamptz := clock_now();
begin
    return query
        update report r
            set tries = r.tries + 1, doubt = true, last_sent = t,
                next_at = t + random() * least(300, power(2, least(r.tries, 9))) * interval '1 second'
            from jsonb_to_recordset(p_items) as i(tx_id text, seq integer)
            where i.tx_id = any (mine)
                and r.tx_id = i.tx_id and r.seq = i.seq and r.state = 'open' and not r.doubt
                and not exists (select from report b
                    where b.tx_id = i.tx_id and b.seq < i.seq and b.state = 'open')
                and (r.method not in ('notify_offchain_funds_pending', 'notify_offchain_funds_sent')
                    or not exists (select from attempt a where a.tx_id = i.tx_id
                        and a.doubted_at > '-infinity' and a.outcome in ('accepted', 'settled')))
                and (r.method <> 'do_stellar_refund'
                    or not exists (select from money_hold h where h.is_on)
                        and not payment_unapproved(i.tx_id,
                            (select l.n from payment_leaves(i.tx_id) l)))
            returning r.tx_id;
end
$$;
