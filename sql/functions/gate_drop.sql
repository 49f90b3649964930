-- gate_drop - the gate now says no, or the record cannot take the request any
--             more: the intent is dropped and the payment is as before the gate.
-- In:     the claim; the report of the request; why.
-- Out:    whether it was done; false: somebody else moved it.
-- Errors: WL022 if there is an outflow.
-- Writes: report, payment, promised, and what quote_release() writes.
create or replace function windlass.gate_drop(
    p_tx text, p_token bigint, p_seq integer, p_reason text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not payment_lock(p_tx, p_token) then
        return false;
    end if;
    update report r set state = 'dropped', ended_at = now(), last_error = p_reason
        where r.tx_id = p_tx and r.seq = p_seq and r.state = 'open'
            and r.method = 'request_onchain_funds';
    if not found then
        return false;
    end if;
    perform gate_undo(p_tx);
    update payment q set reason = p_reason where q.tx_id = p_tx;
    insert into audit (what, subject, detail)
        values ('gate_drop', p_tx, jsonb_build_object('reason', p_reason));
    return true;
end
$$;
