-- operator_payment_approve - a second person approves the next order of a payment.
-- In:     the payment; who, and why.
-- Out:    approved; or why not: unknown; not_waiting (no money is about to leave);
--         not_needed (the book wants no second person for it); approved_before;
--         same_person (other is who has sent it on).
--         What was approved: n the attempt, what leaves by it and in what.
-- Holds:  it is for that attempt only, with the amount and the beneficiary that
--         the payment has now.
-- Errors: constraints.
-- Writes: approval, payment, audit, wake.
create or replace function windlass.operator_payment_approve(
    p_tx text, p_who text, p_reason text,
    out outcome text, out n integer, out amount numeric, out currency text, out other text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p payment;
    o outflow;
    l record;
begin
    select * into p from payment x where x.tx_id = p_tx for update;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    select * into o from outflow x where x.tx_id = p_tx for update;
    if p.state <> 'out' or o.state is null or o.state not in ('ready', 'sending') then
        outcome := 'not_waiting';
        return;
    end if;
    select * into l from payment_leaves(p_tx);
    operator_payment_approve.n := l.n;
    amount := l.amount;
    currency := l.currency;
    other := case p.sent_on_by when '' then 'watcher' else p.sent_on_by end;
    if not l.is_large then
        outcome := 'not_needed';
    elsif not payment_unapproved(p_tx, n) then
        outcome := 'approved_before';
    elsif not is_other_person(p_who, other) then
        outcome := 'same_person';
    else
        outcome := 'approved';
    end if;
    if outcome <> 'approved' then
        return;
    end if;
    insert into approval as v (tx_id, n, asked_by, approved_by, way, amount, beneficiary, reason,
            approved_at)
        values (p_tx, operator_payment_approve.n, other, p_who, o.way, operator_payment_approve.amount,
            p.beneficiary, p_reason, clock_now())
        on conflict on constraint approval_pkey do update
            set asked_by = excluded.asked_by, approved_by = excluded.approved_by,
                way = excluded.way, amount = excluded.amount, beneficiary = excluded.beneficiary,
                reason = excluded.reason, approved_at = excluded.approved_at;
    insert into audit (what, subject, detail) values ('payment_approve', p_tx, jsonb_build_object(
        'who', p_who, 'reason', p_reason, 'n', operator_payment_approve.n, 'way', o.way,
        'amount', operator_payment_approve.amount, 'currency', operator_payment_approve.currency,
        'asked_by', other));
    update payment q set nudged = q.nudged + 1, next_at = clock_now() where q.tx_id = p_tx;
    perform wake();
end
$$;
