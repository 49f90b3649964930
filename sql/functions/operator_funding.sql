-- operator_funding - the operations on the ledger that paid for a payment.
-- In:     the transaction.
-- Out:    a row an operation, 200 at most.
-- Units:  times in microseconds.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_funding(p_tx text)
returns table (
    stellar_tx_hash text, operation_id text, amount numeric, asset text, source_account text,
    ledger_us bigint, taken_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select f.stellar_tx_hash, f.operation_id, f.amount, f.asset, f.source_account,
                us(f.ledger_at), us(f.taken_at)
            from funding f where f.tx_id = p_tx
            order by f.ledger_at, f.operation_id limit 200;
end
$$;
