-- payment_end - a person ends a payment at the platform: one without money for good,
--               one whose money came so that it can be brought back or refunded.
-- In:     the transaction; who says so and why: in the audit trail; whether it is
--         told as expired, not as an error.
-- Out:    ends | ends_paid | or why not: unknown; over (the record has ended);
--         outflow (money of it may be out, or is to go back); paid (the platform
--         takes no expiry of these); report_open (something else is to be told
--         first).  state is ours, status the record's.
-- Holds:  without money the watcher looks at the ledger before it tells the platform,
--         and drops it if money came.
-- Errors: constraints.
-- Writes: report, payment (no claim on it holds any more), the case that it stopped
--         with, audit, wake.
create or replace function windlass.payment_end(
    p_tx text, p_who text, p_reason text, p_is_expiry boolean,
    out outcome text, out state text, out status text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p    payment;
    code constant text := 'ended_by_person';
begin
    select * into p from payment x where x.tx_id = p_tx for update;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    perform from outflow o where o.tx_id = p_tx for update;
    state := p.state;
    status := p.status;
    outcome := case
        when p.status in ('completed', 'refunded', 'error', 'expired') then 'over'
        when exists (select from outflow o where o.tx_id = p_tx
                and o.state <> 'failed' and (o.state <> 'ready' or o.way = 'refund'))
            or exists (select from attempt a where a.tx_id = p_tx
                and a.outcome not in ('refused', 'returned')) then 'outflow'
        when p.is_paid and p_is_expiry then 'paid'
        when exists (select from report r where r.tx_id = p_tx and r.state = 'open') then 'report_open'
        when p.is_paid then 'ends_paid'
        else 'ends' end;
    if outcome not in ('ends', 'ends_paid') then
        return;
    end if;
    perform report_add(p_tx,
        case when p_is_expiry then 'notify_transaction_expired' else 'notify_transaction_error' end,
        jsonb_build_object('message', code || ': the payment was ended'), '');
    update payment x set noticed = case outcome when 'ends' then 'end:' || code else 'end_paid' end,
            noticed_at = clock_now()
        where x.tx_id = p_tx;
    if not p.is_paid and p.state in ('new', 'asked') then
        perform payment_sent_on('end', p_tx, p.state, p.reason, p_who, p_reason);
    else
        perform payment_sent_on('end', p_tx, 'held', code || ': a person has ended it at the platform',
            p_who, p_reason);
    end if;
    select x.state into state from payment x where x.tx_id = p_tx;
end
$$;
