-- reports_done - the platform has what we told it, or is not to be told any more.
-- In:     array of {tx_id, token, nudged, seq, record, destination, deposit_memo, dropped};
--         record as in payments_seen(), or null; the next two where the platform
--         makes memos itself.
-- Out:    per report ok | over (ok, and nothing is due: its claim is given back) | gone |
--         failed and the SQLSTATE.
-- Errors: those of the moment (fault_passes); else each has its own savepoint.
-- Writes: report, payment; an outflow whose last report this was is done, one that
--         the platform refunds itself is accepted; a
--         payment that was brought back goes on from where its gate left it.
create or replace function windlass.reports_done(p_items jsonb)
returns table (tx_id text, outcome text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    i      record;
    method text;
    plain  record;
begin
    begin
        select * into plain from reports_done_plainly(p_items);
    exception when others then
        -- What is wrong with one of them is that one's matter: each alone.
        select '{}'::text[] as told, '{}'::text[] as over into plain;
    end;
    for i in select * from jsonb_to_recordset(p_items) as e(tx_id text, token bigint, seq integer,
            record jsonb, destination text, deposit_memo text, dropped boolean)
            order by e.tx_id loop
        tx_id := i.tx_id;
        if i.tx_id = any (plain.told) then
            outcome := case when i.tx_id = any (plain.over) then 'over' else 'ok' end;
            return next;
            continue;
        end if;
        outcome := 'gone';
        begin
            if payment_lock(i.tx_id, i.token) then
                update report r
                    set state = case when i.dropped then 'dropped' else 'done' end,
                        ended_at = now(), doubt = false, last_error = ''
                    where r.tx_id = i.tx_id and r.seq = i.seq and r.state = 'open'
                    returning r.method into method;
                if found then
                    outcome := 'ok';
                    if jsonb_typeof(i.record) = 'object' then
                        perform snapshot_take(i.record);
                    end if;
                    if i.dropped then
                        method := '';
                    end if;
                    if method = 'notify_transaction_recovery' then
                        -- With money of ours on its way a person leads on.
                        update payment q
                            set state = case when q.gated_at = '-infinity' then 'new' else 'asked' end,
                                reason = '', nudged = q.nudged + 1
                            where q.tx_id = i.tx_id and q.state in ('held', 'review', 'closed')
                                and not exists (select from outflow o where o.tx_id = i.tx_id);
                    end if;
                    if method = 'request_onchain_funds' and i.deposit_memo is not null then
                        update payment q set destination = i.destination,
                            deposit_memo = i.deposit_memo where q.tx_id = i.tx_id;
                    end if;
                    if method = 'do_stellar_refund' then
                        perform from outflow o where o.tx_id = i.tx_id and o.state = 'sending'
                            and o.way = 'refund' for update;
                        if found then
                            perform outflow_move(i.tx_id, 'accepted', 'do_stellar_refund');
                        end if;
                    end if;
                    if method = 'notify_refund_sent' then
                        perform from outflow o where o.tx_id = i.tx_id and o.state = 'settled'
                            and o.way = 'refund' for update;
                        if found then
                            perform refund_done(i.tx_id);
                        end if;
                    end if;
                    if method = 'notify_offchain_funds_sent' then
                        perform from outflow o where o.tx_id = i.tx_id and o.state = 'settled'
                            and o.way = 'payout' for update;
                        if found then
                            perform outflow_move(i.tx_id, 'done', '');
                            update payment q set state = 'done', reason = '' where q.tx_id = i.tx_id;
                        end if;
                    end if;
                end if;
            end if;
        exception when others then
            if fault_passes(sqlstate) then
                raise;
            end if;
            outcome := 'failed ' || sqlstate;
        end;
        return next;
    end loop;
end
$$;
