-- payment_sent_on - a person sends a payment on: whoever works on it drops their
--                   plan, the cases that it stopped with are closed, and a watcher
--                   takes it up at once; where it wants a second person, not this one.
-- In:     the verb; the payment, whose row the caller has locked; the state that
--         it goes on in, with its reason; who, and why.
-- Errors: constraints.
-- Writes: payment, case, audit, wake.
create or replace function windlass.payment_sent_on(
    p_verb text, p_tx text, p_state text, p_stands text, p_who text, p_reason text)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    was payment;
begin
    select * into was from payment p where p.tx_id = p_tx;
    update payment p set state = p_state, reason = p_stands, sent_on_by = p_who,
            claim_token = token_next(p.claim_token), claimed_by = '', claimed_until = '-infinity',
            nudged = p.nudged + 1, next_at = windlass.now()
        where p.tx_id = p_tx;
    update "case" c set state = 'closed', closed_by = p_who, closed_at = windlass.now(),
            closed_why = p_reason
        where c.tx_id = p_tx and c.state = 'open' and c.operation = ''
            and c.kind = split_part(was.reason, ':', 1);
    insert into audit (what, subject, detail) values ('payment_' || p_verb, p_tx,
        jsonb_build_object('who', p_who, 'reason', p_reason, 'from', was.state, 'to', p_state,
            'was', was.reason));
    perform wake();
end
$$;
