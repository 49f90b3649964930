-- case_open - puts something before a person: once, however often it is met.
-- In:     kind: a code; transaction and operation on the ledger, '' for none.
-- Out:    whether it is new: only then it is worth a line in a log.
-- Errors: constraints.
-- Writes: case.

-- It answered nothing once, and what a function answers cannot be replaced.
drop function if exists windlass.case_open(text, text, text, text);
create function windlass.case_open(
    p_kind text, p_tx text, p_operation text, p_reason text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into "case" (kind, tx_id, operation, reason)
        values (p_kind, p_tx, p_operation, p_reason) on conflict do nothing;
    return found;
end
$$;
