-- operator_payment_release - a person lets a payment out of review, to where its
--                            orders say that it is; a report that was parked is read
--                            back, and sent again if it was not carried out.
-- In:     the payment; who, and why.
-- Out:    released; or why not: unknown; held; not_stopped; ended (the record is
--         over, and no money of ours is on its way); paid_ungated; returned (the
--         bank returned it after the record was completed).
--         state is where it stands then, status the record's.
-- Holds:  no order and no report is sent from here: a watcher goes on with its own
--         checks, and what still contradicts us comes back into review.
--         Of an adopted order that is settled the platform is told here, for whoever
--         was to tell it is lost.
-- Errors: constraints.
-- Writes: payment, outflow, report, case, audit, wake.
create or replace function windlass.operator_payment_release(
    p_tx text, p_who text, p_reason text, out outcome text, out state text, out status text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p      payment;
    o      outflow;
    a      attempt;
    flow   text;
    stands text := '';
begin
    select * into p from payment x where x.tx_id = p_tx for update;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    select * into o from outflow x where x.tx_id = p_tx for update;
    -- Of the way that it goes now: a refused payout says nothing of its refund.
    select * into a from attempt x where x.tx_id = p_tx
        and (x.rail = 'treasury') = (o.way = 'refund') order by x.n desc limit 1;
    state := p.state;
    status := p.status;
    flow := case
        when o.state is distinct from 'review' then o.state
        when a.tx_id is null then coalesce((select case r.state when 'done' then 'accepted'
                else 'sending' end from report r where r.tx_id = p_tx
                and r.method = 'do_stellar_refund' and r.state <> 'dropped'
            order by r.seq desc limit 1), 'ready')
        when a.outcome in ('accepted', 'settled') then a.outcome
        when a.outcome = 'open' then 'sending'
        when a.outcome = 'refusal_doubted' then 'refused'
        else 'failed' end;
    outcome := case
        when p.state = 'held' then 'held'
        when p.state <> 'review' then 'not_stopped'
        when a.outcome = 'returned' and p.status in ('completed', 'refunded') then 'returned'
        when o.tx_id is null and (p.status in ('completed', 'refunded', 'expired', 'error'))
            then 'ended'
        when o.tx_id is null and p.gated_at = '-infinity' and p.is_paid then 'paid_ungated'
        else 'released' end;
    if outcome <> 'released' then
        return;
    end if;
    update report r set state = 'open', ended_at = 'infinity', next_at = windlass.now(), tries = 0,
            doubt = true, alone = true
        where r.tx_id = p_tx and r.state = 'parked';
    -- All of it is told, and the record says so: nothing is left to do.
    if flow = 'settled' and p.status = (case o.way when 'refund' then 'refunded' else 'completed' end)
            and not exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        flow := 'done';
    end if;
    if flow = 'settled' and o.way = 'payout' and not o.told
            and not exists (select from report r where r.tx_id = p_tx and r.state in ('open', 'done')
                and r.method = 'notify_offchain_funds_sent') then
        perform report_add(p_tx, 'notify_offchain_funds_sent',
            jsonb_build_object('external_transaction_id', a.bank_id), 'completed');
    end if;
    if o.state = 'review' and flow = 'done' and o.way = 'refund' then
        perform outflow_move(p_tx, 'settled', 'release');
        perform refund_done(p_tx);
    elsif o.state = 'review' then
        perform outflow_move(p_tx, flow, 'release');
    end if;
    state := case
        when flow is null and p.gated_at > '-infinity' then 'asked'
        when flow is null then 'new'
        when flow = 'done' then 'done'
        when flow = 'failed' then 'held'
        else 'out' end;
    if state = 'held' then
        stands := case o.way when 'refund' then 'refund_refused: the treasury refused the refund ('
                else 'payout_refused: the bank refused or returned the payout (' end
            || coalesce(nullif(a.refusal, ''), 'unnamed') || ')';
    end if;
    perform payment_sent_on('release', p_tx, state, stands, p_who, p_reason);
    if state = 'held' then
        perform case_again(split_part(stands, ':', 1), p_tx, substr(stands, 17));
    end if;
end
$$;
