-- gate_undo - takes back what the gate gave a payment: the quote is released, the
--             limits count it no more.
-- In:     the payment, whose row the caller has locked.
-- Out:    nothing.
-- Errors: WL022 if there is an outflow.
-- Writes: payment, promised, and what quote_release() writes.
create or replace function windlass.gate_undo(p_tx text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p      payment;
    at_day date;
begin
    select * into p from payment q where q.tx_id = p_tx;
    if p.gated_at = '-infinity' then
        return;
    end if;
    at_day := (p.gated_at at time zone 'UTC')::date;
    update promised m set amount = m.amount - p.payout
        where m.kind = 'client' and m.who = p.client and m.currency = p.currency
            and m.day = at_day;
    update promised m set amount = m.amount - p.payout
        where m.kind = 'beneficiary' and m.who = left(encode(p.beneficiary, 'hex'), 64)
            and m.currency = p.currency and m.day = at_day;
    perform quote_release(p.quote_id::uuid, p_tx);
    update payment q
        set state = 'new', gated_at = '-infinity', pay_by = 'infinity', quote_id = '', client = '',
            asset = '', expected = 0, payout = 0, fee = 0, fee_asset = '', beneficiary = '',
            destination = ''
        where q.tx_id = p_tx;
end
$$;
