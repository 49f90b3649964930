-- book_get - the whole book: one statement, so all of one version.
-- In:     nothing.
-- Out:    documents: {"assets": ..., "prices": ..., ...}, kinds that were loaded.
-- Errors: none.
create or replace function windlass.book_get(out version bigint, out documents text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select b.version,
            (select coalesce(json_object_agg(d.kind, d.document), '{}') from book_document d)::text
        into version, documents
        from book_version b;
end
$$;
