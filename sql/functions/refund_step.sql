-- refund_step - the next thing to tell the platform on the road of a refund, or the
--               order to it to send the money back itself.
-- In:     the claim and the outflow's version; method and params, and the status
--         that the record has afterwards.
-- Out:    ok | gone | hold | report_open | unapproved (it wants a second person).
-- Holds:  do_stellar_refund is intended once: the outflow is under way from then on,
--         and its report always goes alone.
-- Errors: constraints.
-- Writes: report, payment, outflow.
create or replace function windlass.refund_step(
    p_tx text, p_token bigint, p_version bigint, p_method text, p_params jsonb, p_expect text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    n integer;
begin
    if not outflow_lock(p_tx, p_token, p_version)
            or not exists (select from outflow o, payment q where o.tx_id = p_tx and q.tx_id = p_tx
                and o.state = 'ready' and o.way = 'refund' and q.state = 'out') then
        return 'gone';
    elsif exists (select from money_hold h where h.is_on) then
        return 'hold';
    elsif exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        return 'report_open';
    elsif p_method = 'do_stellar_refund'
            and payment_unapproved(p_tx, (select l.n from payment_leaves(p_tx) l)) then
        return 'unapproved';
    end if;
    n := report_add(p_tx, p_method, p_params, p_expect);
    if p_method = 'do_stellar_refund' then
        update report r set alone = true where r.tx_id = p_tx and r.seq = n;
        perform outflow_move(p_tx, 'sending', 'do_stellar_refund');
    end if;
    return 'ok';
end
$$;
