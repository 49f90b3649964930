-- payment_close - a payment that ended at the platform without money.
-- In:     the claim; why.
-- Out:    whether it was done.
-- Errors: WL022 if there is an outflow.
-- Writes: payment, report (open ones are dropped), promised, the quote's parts.
create or replace function windlass.payment_close(p_tx text, p_token bigint, p_reason text)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not payment_lock(p_tx, p_token) then
        return false;
    end if;
    perform gate_undo(p_tx);
    update report r set state = 'dropped', ended_at = now(), last_error = p_reason
        where r.tx_id = p_tx and r.state = 'open';
    update payment q set state = 'closed', reason = p_reason where q.tx_id = p_tx;
    insert into audit (what, subject, detail)
        values ('payment_close', p_tx, jsonb_build_object('reason', p_reason));
    return true;
end
$$;
