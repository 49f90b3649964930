-- reconcile_operations - takes a page of what came in to an account of ours into a
--                        comparison.
-- In:     the comparison; array of {operation_id, hash, account, source, asset,
--         amount, memo}.
-- Out:    how many were taken; what comes again counts once.
-- Errors: constraints.
-- Writes: reconcile_operation.
create or replace function windlass.reconcile_operations(p_run bigint, p_rows jsonb)
returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    taken bigint;
begin
    insert into reconcile_operation
        select p_run, e.operation_id, lower(e.hash), e.account, e.asset, e.amount, e.memo,
                coalesce(e.source, '')
            from jsonb_to_recordset(p_rows) as e(operation_id text, hash text, account text,
                asset text, amount numeric, memo text, source text)
        on conflict do nothing;
    get diagnostics taken = row_count;
    return taken;
end
$$;
