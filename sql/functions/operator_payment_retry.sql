-- operator_payment_retry - a person has a held payment tried again from where it
--                          stopped: the gate is asked again, the money is verified
--                          again, or a payout that was refused or returned, or
--                          was stopped before it was ordered, is ordered; one that
--                          was returned after its record was completed, too, of
--                          which the platform hears nothing.
-- In:     the payment; who, and why.
-- Out:    asked_again, verified_again, ordered_again; or why not:
--         unknown; review; not_stopped; ended (the record is over); paid_ungated;
--         tried_out (three orders); quote_over;
--         elsewhere (nothing leads from the record's status back to where a payout
--         begins); refund; outflow.  status is the record's.
-- Holds:  no order is made here: a watcher does, through all of its checks.  Whether
--         it is too late for the money to come it alone says, too, and ends it then.
-- Errors: constraints.
-- Writes: payment, outflow, case, audit, wake.
create or replace function windlass.operator_payment_retry(
    p_tx text, p_who text, p_reason text, out outcome text, out state text, out status text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p        payment;
    o        outflow;
    orders   integer;
    to_state text;
begin
    select * into p from payment x where x.tx_id = p_tx for update;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    select * into o from outflow x where x.tx_id = p_tx for update;
    select count(*) into orders from attempt a where a.tx_id = p_tx;
    state := p.state;
    status := p.status;
    outcome := case
        when p.state = 'review' and not coalesce(o.told, false) then 'review'
        when p.state not in ('held', 'review') then 'not_stopped'
        when o.told and p.status <> 'completed' then 'elsewhere'
        when not coalesce(o.told, false) and (p.status in ('completed', 'refunded', 'expired')
            or p.status = 'error' and not p.is_paid) then 'ended'
        -- What came is verified for that already, and is taken for nothing else.
        when o.tx_id is null and p.refund_why <> '' then 'refund'
        when o.tx_id is null and p.gated_at = '-infinity' and p.is_paid then 'paid_ungated'
        when o.tx_id is null and p.gated_at = '-infinity' then 'asked_again'
        when o.tx_id is null then 'verified_again'
        when o.way = 'refund' then 'refund'
        when o.state <> 'failed' and not o.told and (p.state, o.state) <> ('held', 'review')
            or exists (select from attempt a where a.tx_id = p_tx
                and a.outcome not in ('refused', 'returned')) then 'outflow'
        when orders >= 3 then 'tried_out'
        when not exists (select from quote_use u
            where u.tx_id = p_tx and u.ended = 'live') then 'quote_over'
        when not o.told and p.status not in ('pending_receiver', 'error', 'pending_external',
            'pending_customer_info_update') then 'elsewhere'
        else 'ordered_again' end;
    to_state := case outcome when 'asked_again' then 'new' when 'verified_again' then 'asked'
        when 'ordered_again' then 'out' end;
    if to_state is null then
        return;
    end if;
    if to_state = 'out' then
        perform outflow_move(p_tx, 'ready', 'retry');
    end if;
    perform payment_sent_on('retry', p_tx, to_state, '', p_who, p_reason);
end
$$;
