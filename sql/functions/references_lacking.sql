-- references_lacking - which of these references this database does not know: it
--         has gone back in time.
-- In:     array of references.
-- Out:    those that are not stored.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.references_lacking(p_references jsonb)
returns table (reference text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select e.r from jsonb_array_elements_text(p_references) as e(r)
            where not exists (select from attempt a where a.reference = e.r);
end
$$;
