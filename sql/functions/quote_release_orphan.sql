-- quote_release_orphan - frees a quote whose answer the platform never stored.
-- In:     a quote.
-- Out:    ok (again: ok) | unknown | used: a payment has it, or had it.
-- Errors: none of its own.
-- Writes: pool_row, hold.
create or replace function windlass.quote_release_orphan(p_quote uuid) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not quote_lock(p_quote) then
        return 'unknown';
    end if;
    if exists (select from quote_use u where u.quote_id = p_quote) then
        return 'used';
    end if;
    perform quote_free(p_quote, false);
    return 'ok';
end
$$;
