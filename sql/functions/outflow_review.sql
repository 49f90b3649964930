-- outflow_review - something about money that may be out contradicts us: nothing
--                  of this payment moves until a person has decided.
-- In:     the claim and the outflow's version; a code and a sentence; whether all
--         money is held from here on; how often its last attempt had been sent when
--         that was seen.
-- Out:    whether it was done.
-- Errors: constraints.
-- Writes: outflow, payment, case, money_hold, audit.
create or replace function windlass.outflow_review(
    p_tx text, p_token bigint, p_version bigint, p_code text, p_sentence text, p_hold boolean,
    p_sends integer)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    -- Never sent by whom?  If it moved meanwhile, or was sent, then by whoever had it:
    -- that is stored before the money leaves (attempts_sent), and is no contradiction.
    if p_code = 'never_sent' and not exists (
            select from outflow o join attempt a using (tx_id)
                where o.tx_id = p_tx and o.version = p_version and a.sends = p_sends
                    and a.n = (select max(b.n) from attempt b where b.tx_id = p_tx)) then
        return false;
    end if;
    if p_hold then
        -- Even if somebody else moved the payment: what was seen was seen.
        perform hold_set(p_code || ' (' || p_tx || '): ' || p_sentence);
    end if;
    if not outflow_lock(p_tx, p_token, p_version) then
        return false;
    end if;
    perform outflow_move(p_tx, 'review', p_code);
    update payment q set state = 'review', reason = p_code || ': ' || p_sentence
        where q.tx_id = p_tx;
    perform case_again(p_code, p_tx, p_sentence);
    return true;
end
$$;
