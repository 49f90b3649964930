-- reconcile_adopt_one - takes over one order of the bank's.  Where platform and
--         bank agree that the payment is over, it is; else a person has it.
-- In:     the comparison, and the reference at the bank.
-- Out:    false: it cannot be taken over, because of another order of the payment
--         or a refund of it.
-- Holds:  it has no key and no bytes: nobody can send it, it is looked up only.
-- Errors: constraints.
-- Writes: payment, outflow, attempt, funding, quote_use, pools, report, case,
--         audit.
create or replace function windlass.reconcile_adopt_one(p_run bigint, p_reference text)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    why     constant text := 'the bank has carried out an order that this database had lost';
    r       reconciliation;
    b       reconcile_payout;
    seen    reconcile_record;
    p       payment;
    o       outflow;
    n_      integer := substring(p_reference from ':([0-9]+)$')::integer;
    is_out  boolean;
    is_over boolean;
begin
    select * into r from reconciliation x where x.run = p_run;
    select * into b from reconcile_payout x
        where x.run = p_run and x.rail = 'payout' and x.reference = p_reference;
    select * into seen from reconcile_record x where x.run = p_run and x.tx_id = b.tx_id;
    is_out := b.status in ('accepted', 'settled');

    insert into payment (tx_id, status, updated_at, is_paid, named_quote, snapshot, memo, state,
            reason, next_at)
        values (b.tx_id, seen.status, '-infinity', seen.is_paid, seen.quote, seen.snapshot,
            (random() * 9e18)::bigint + 1, 'review', 'adopted: ' || why, 'infinity')
        on conflict (tx_id) do nothing;
    select * into p from payment x where x.tx_id = b.tx_id for update;
    select * into o from outflow x where x.tx_id = b.tx_id for update;
    if o.way = 'refund' or exists (select from attempt a where a.tx_id = b.tx_id and a.n <> n_
            and is_out and a.outcome not in ('refused', 'returned')) then
        return false;
    end if;

    -- Whoever has it in its hands has an old plan.
    update payment x set claim_token = token_next(x.claim_token), claimed_by = '',
            claimed_until = '-infinity', next_at = 'infinity'
        where x.tx_id = b.tx_id;
    update report x set state = 'dropped', ended_at = now(), last_error = 'adopted'
        where x.tx_id = b.tx_id and x.state = 'open';
    if o.tx_id is null then
        insert into outflow (tx_id, way, state, sealed_key, is_adopted)
            values (b.tx_id, 'payout', 'review', null, true);
    elsif o.state <> 'review' then
        perform outflow_move(b.tx_id, 'review', 'adopted');
    end if;
    insert into attempt as a (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch,
            stored_by, sends, first_sent, last_sent, deadline, bank_id, outcome)
        select b.tx_id, n_, 'payout', p_reference, p_reference, b.amount, b.currency, null,
                h.epoch, 'reconcile', 1, r.begun_at, r.begun_at, r.begun_at, b.bank_id, b.status
            from money_hold h
        on conflict (tx_id, n) do update set sends = 1, first_sent = r.begun_at,
            last_sent = r.begun_at, deadline = r.begun_at, bank_id = b.bank_id,
            outcome = b.status;
    insert into funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account,
            ledger_at)
        select l.hash, l.operation_id, b.tx_id, l.amount, l.asset, l.source, r.begun_at
            from reconcile_named m join reconcile_operation l on l.run = m.run and l.hash = m.hash
            where m.run = p_run and m.tx_id = b.tx_id and l.amount > 0
        on conflict do nothing;
    if is_out then
        perform reconcile_adopt_room(b.tx_id, b.reference, b.amount, b.currency,
            b.status = 'settled', coalesce(nullif(p.quote_id, ''), seen.quote));
    end if;

    is_over := b.status = 'settled' and seen.status = 'completed'
        and (seen.amount_out = b.amount) is true;
    if is_over then
        perform outflow_move(b.tx_id, 'done', 'adopted');
    else
        perform case_again('adopted', b.tx_id, why);
    end if;
    update payment x set is_adopted = true,
            payout = case x.gated_at when '-infinity' then b.amount else x.payout end,
            currency = case x.gated_at when '-infinity' then b.currency else x.currency end,
            state = case when is_over then 'closed' else 'review' end,
            reason = 'adopted: ' || why
        where x.tx_id = b.tx_id;
    insert into audit (what, subject, detail) values ('adopt', b.tx_id, jsonb_build_object(
        'who', r.who, 'run', p_run, 'reference', p_reference, 'status', b.status));
    return true;
end
$$;
