-- ledger_cursor_of - how far an account of ours was read on the ledger.
-- In:     the account.
-- Out:    one row, or none: it was never read.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.ledger_cursor_of(p_account text)
returns table (cursor text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query select c.cursor::text from ledger_cursor c where c.account = p_account;
end
$$;
