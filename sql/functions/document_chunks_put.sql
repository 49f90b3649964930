-- document_chunks_put - stores up to three sealed chunks of a document that
--         document_put will name before the transaction ends.
-- In:     the document's id to be, the number of the first chunk from 0, sealed
--         bytes; null from the first one that there is not.
-- Out:    nothing.
-- Errors: constraints.
-- Writes: document_chunk.
create or replace function windlass.document_chunks_put(
    put_document uuid, put_n integer, sealed_0 bytea, sealed_1 bytea, sealed_2 bytea)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into document_chunk (document, n, sealed)
        select put_document, put_n + s.n, s.sealed
            from (values (0, sealed_0), (1, sealed_1), (2, sealed_2)) as s (n, sealed)
            where s.sealed is not null;
end
$$;
