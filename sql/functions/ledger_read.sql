-- ledger_read - a page of what came in to an account was read.
-- In:     the account; where the page began, '' for a first reading, and where the
--         next begins; array of {hash, id, asset, amount, is_too_fine, memo, at_us}.
-- Out:    whether it was the next page: another may have read it.
-- Holds:  an operation is taken once, and not at all if a payment has it already.
-- Errors: constraints: then nothing of the page is taken.
-- Writes: ledger_cursor, ledger_operation.
create or replace function windlass.ledger_read(
    p_account text, p_from text, p_to text, p_operations jsonb) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
begin
    if p_from = '' then
        insert into ledger_cursor (account, cursor, read_at) values (p_account, p_to::numeric, t)
            on conflict do nothing;
    else
        update ledger_cursor c set cursor = p_to::numeric, read_at = t
            where c.account = p_account and c.cursor = p_from::numeric
                and p_to::numeric >= p_from::numeric;
    end if;
    if not found then
        return false;
    end if;
    insert into ledger_operation (stellar_tx_hash, operation_id, account, asset, amount,
            is_too_fine, memo, ledger_at, read_at)
        select i.hash, i.id, p_account, i.asset, i.amount, i.is_too_fine, i.memo,
                from_us(i.at_us), t
            from jsonb_to_recordset(p_operations)
                as i(hash text, id text, asset text, amount numeric, is_too_fine boolean,
                    memo text, at_us bigint)
            where not exists (select from funding f
                where f.stellar_tx_hash = i.hash and f.operation_id = i.id)
        on conflict do nothing;
    return true;
end
$$;
