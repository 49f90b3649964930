-- payment_stop - holds a payment for a person, before money has gone out.
-- In:     the claim; held, or review where something contradicts us; a code and
--         a sentence.
-- Out:    whether it was done.
-- Errors: constraints.
-- Writes: payment, case, audit; an outflow that is still ready goes to review.
create or replace function windlass.payment_stop(
    p_tx text, p_token bigint, p_state text, p_code text, p_sentence text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if p_state not in ('held', 'review') or not payment_lock(p_tx, p_token) then
        return false;
    end if;
    perform from outflow o where o.tx_id = p_tx and o.state = 'ready' for update;
    if found then
        perform outflow_move(p_tx, 'review', p_code);
    end if;
    update payment q set state = p_state, reason = p_code || ': ' || p_sentence,
            -- What cannot be refunded as it is: a person decides anew.
            refund_why = case when exists (select from outflow o where o.tx_id = p_tx)
                then q.refund_why else '' end
        where q.tx_id = p_tx;
    perform case_again(p_code, p_tx, p_sentence);
    insert into audit (what, subject, detail) values ('payment_stop', p_tx,
        jsonb_build_object('state', p_state, 'code', p_code));
    return true;
end
$$;
