-- attempt_store - stores an order to the rail before anybody sends it.
-- In:     the claim and the outflow's version; the attempt's number; its sealed
--         bytes; who stores it.  The amount is the gate's.
-- Out:    ok | gone | hold | report_open.
-- Errors: constraints.
-- Writes: attempt, outflow.
create or replace function windlass.attempt_store(
    p_tx text, p_token bigint, p_version bigint, p_n integer, p_body bytea, p_holder text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    h money_hold;
begin
    if not outflow_lock(p_tx, p_token, p_version)
            or not exists (select from outflow o, payment q where o.tx_id = p_tx and q.tx_id = p_tx
                and o.state = 'ready' and o.way = 'payout' and q.state = 'out') then
        return 'gone';
    end if;
    select * into h from money_hold;
    if h.is_on then
        return 'hold';
    end if;
    if exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        return 'report_open';
    end if;
    insert into attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch, stored_by)
        select p_tx, p_n, 'payout', p_tx || ':' || p_n, p_tx || ':' || p_n, q.payout, q.currency,
                p_body, h.epoch, p_holder
            from payment q where q.tx_id = p_tx;
    perform outflow_move(p_tx, 'sending', '');
    return 'ok';
end
$$;
