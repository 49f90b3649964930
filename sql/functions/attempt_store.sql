-- attempt_store - stores an order to the rail before anybody sends it.
-- In:     the claim and the outflow's version; the attempt's number; its sealed
--         bytes; who stores it.  The amount of a payout is the gate's, that of a
--         refund is given, with its asset and what is kept of it; by what a payout
--         goes: http or manual.
-- Out:    ok | gone | hold | report_open | unapproved (it wants a second person).
-- Errors: constraints.
-- Writes: attempt, outflow.
create or replace function windlass.attempt_store(
    p_tx text, p_token bigint, p_version bigint, p_n integer, p_body bytea, p_holder text,
    p_refund jsonb default '{}', p_via text default 'http')
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    h   money_hold;
    o   outflow;
begin
    if not outflow_lock(p_tx, p_token, p_version)
            or not exists (select from payment q where q.tx_id = p_tx and q.state = 'out') then
        return 'gone';
    end if;
    select * into o from outflow x where x.tx_id = p_tx;
    if o.state <> 'ready' or (o.way = 'refund') <> (p_refund <> '{}') then
        return 'gone';
    end if;
    select * into h from money_hold;
    if h.is_on then
        return 'hold';
    end if;
    if exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        return 'report_open';
    end if;
    if payment_unapproved(p_tx, p_n) then
        return 'unapproved';
    end if;
    insert into attempt (tx_id, n, rail, idem_key, reference, amount, currency, fee, fee_asset, body,
            epoch, stored_by, via)
        select p_tx, p_n, case o.way when 'refund' then 'treasury' else 'payout' end,
                p_tx || ':' || p_n, p_tx || ':' || p_n,
                coalesce((p_refund ->> 'amount')::numeric, q.payout),
                coalesce(p_refund ->> 'asset', q.currency),
                coalesce((p_refund ->> 'fee')::numeric, 0), coalesce(p_refund ->> 'fee_asset', ''),
                p_body, h.epoch, p_holder, case o.way when 'refund' then 'http' else p_via end
            from payment q where q.tx_id = p_tx;
    perform outflow_move(p_tx, 'sending', '');
    return 'ok';
end
$$;
