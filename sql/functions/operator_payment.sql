-- operator_payment - one payment as we have it, without anybody's personal data:
--                    customers and beneficiaries are ids, orders stay sealed.
-- In:     the transaction.
-- Out:    one row, or none; amounts are null until the gate has fixed them.
-- Units:  times in microseconds, see micros().
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_payment(p_tx text)
returns table (
    tx_id text, state text, reason text, since_us bigint, status text, updated_us bigint,
    seen_us bigint, is_paid boolean, made_us bigint, sender text, receiver text, client text,
    method text, quote_id text, expected numeric, asset text, payout numeric, currency text,
    fee numeric, fee_asset text, destination text, memo text, gated_us bigint, pay_by_us bigint,
    next_us bigint, claimed_by text, claimed_us bigint,
    way text, outflow text, outflow_reason text, moved_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select p.tx_id, p.state, p.reason, us(p.reason_at), p.status, us(p.updated_at),
                us(p.seen_at), p.is_paid, us(p.made_at), p.sender, p.receiver, p.client,
                p.method, case p.quote_id when '' then p.named_quote else p.quote_id end,
                nullif(p.expected, 0), p.asset, nullif(p.payout, 0), p.currency,
                case when p.payout > 0 then p.fee end, p.fee_asset, p.destination,
                case p.deposit_memo when '' then p.memo::text else p.deposit_memo end,
                micros(p.gated_at), micros(p.pay_by),
                micros(p.next_at), p.claimed_by, micros(p.claimed_until),
                coalesce(o.way, ''), coalesce(o.state, ''), coalesce(o.reason, ''),
                coalesce(us(o.moved_at), 0)
            from payment p left join outflow o on o.tx_id = p.tx_id
            where p.tx_id = p_tx;
end
$$;
