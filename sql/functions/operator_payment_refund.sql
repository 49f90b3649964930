-- operator_payment_refund - a person has the money of a payment sent back.
-- In:     the payment; who, and why.
-- Out:    goes_back; or why not: unknown; no_money; not_stopped; refund (it is
--         under way); outflow (an order of it may be out); over; ended (the record
--         takes no report any more: completed, refunded, or ended without money).
--         state is where it stands then, status the record's.
-- Holds:  no money leaves from here: a watcher sends it, through all of its checks.
-- Errors: constraints.
-- Writes: payment, outflow, attempt, case, audit, wake.
create or replace function windlass.operator_payment_refund(
    p_tx text, p_who text, p_reason text, out outcome text, out state text, out status text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p   payment;
    now payment;
begin
    select * into p from payment x where x.tx_id = p_tx for update;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    perform from outflow o where o.tx_id = p_tx for update;
    state := p.state;
    status := p.status;
    if p.state not in ('done', 'closed') and (p.status in ('completed', 'refunded')
            or p.status in ('error', 'expired') and not p.is_paid) then
        outcome := 'ended';
        return;
    end if;
    outcome := outflow_turn(p_tx, 'person');
    outcome := case outcome when 'ok' then 'goes_back' when 'unpaid' then 'no_money'
        when 'stands' then 'not_stopped' when 'sent' then 'outflow' else outcome end;
    if outcome <> 'goes_back' then
        return;
    end if;
    select * into now from payment x where x.tx_id = p_tx;
    state := now.state;
    update "case" c set state = 'closed', closed_by = p_who, closed_at = windlass.now(),
            closed_why = p_reason
        where c.tx_id = p_tx and c.state = 'open' and c.operation = ''
            and c.kind = split_part(p.reason, ':', 1);
    perform payment_sent_on('refund', p_tx, now.state, now.reason, p_who, p_reason);
end
$$;
