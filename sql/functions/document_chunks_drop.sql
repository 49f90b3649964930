-- document_chunks_drop - takes back chunks that this transaction stored and that
--         nobody needs: the customer turned out to have that very file.
-- In:     the id of a document that was never named.
-- Out:    nothing.
-- Errors: none; chunks of a document that has a row stay.
-- Writes: document_chunk.
create or replace function windlass.document_chunks_drop(drop_document uuid) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    delete from document_chunk c where c.document = drop_document
        and not exists (select from document d where d.id = drop_document);
end
$$;
