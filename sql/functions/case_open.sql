-- case_open - puts something before a person: once, however often it is met.
-- In:     kind: a code; transaction and operation on the ledger, '' for none.
-- Errors: constraints.
-- Writes: case.
create or replace function windlass.case_open(
    p_kind text, p_tx text, p_operation text, p_reason text) returns void
language sql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
    insert into "case" (kind, tx_id, operation, reason)
        values (p_kind, p_tx, p_operation, p_reason) on conflict do nothing
$$;
