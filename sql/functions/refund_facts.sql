-- refund_facts - what came for a payment and may go back, as it was verified.
-- In:     the transaction.
-- Out:    one row: how many accounts it came from, as far as is known, one of them, the sum, how many
--         assets, one of them.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.refund_facts(p_tx text)
returns table (sources bigint, source text, amount numeric, assets bigint, asset text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select count(distinct nullif(f.source_account, '')), coalesce(min(f.source_account), ''),
                coalesce(sum(f.amount), 0), count(distinct f.asset), coalesce(min(f.asset), '')
            from funding f where f.tx_id = p_tx;
end
$$;
