-- outflow_corrected - what the bank refused or returned may be ordered again, for
--                     the receiver has corrected what was wrong.
-- In:     the claim and the outflow's version.
-- Out:    ok | gone | hold | report_open | elsewhere (the record is not where a
--         payout begins) | tried_out (three orders) | final (other data would not
--         help).
-- Errors: constraints.
-- Writes: outflow, customer_notice, audit.
create or replace function windlass.outflow_corrected(p_tx text, p_token bigint, p_version bigint)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    a attempt;
begin
    if not outflow_lock(p_tx, p_token, p_version)
            or not exists (select from outflow o, payment q where o.tx_id = p_tx and q.tx_id = p_tx
                and o.state = 'failed' and o.way = 'payout' and not o.told and q.state = 'out') then
        return 'gone';
    end if;
    select * into a from attempt x where x.tx_id = p_tx order by x.n desc limit 1;
    if exists (select from money_hold h where h.is_on) then
        return 'hold';
    elsif exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        return 'report_open';
    elsif not exists (select from payment q where q.tx_id = p_tx
            and q.status = 'pending_receiver') then
        return 'elsewhere';
    elsif a.n >= 3 then
        return 'tried_out';
    elsif not a.is_fixable or a.outcome not in ('refused', 'returned') then
        return 'final';
    end if;
    perform outflow_move(p_tx, 'ready', 'corrected');
    update customer_notice c set state = 'done' where c.tx_id = p_tx and c.state = 'open';
    insert into audit (what, subject, detail) values ('payment_corrected', p_tx,
        jsonb_build_object('attempt', a.n, 'code', a.refusal, 'field', a.field));
    return 'ok';
end
$$;
