-- document_chunk_put - stores one sealed chunk of a document that document_put
--         will name before the transaction ends.
-- In:     the document's id to be, the chunk's number from 0, sealed bytes.
-- Out:    nothing.
-- Errors: constraints.
-- Writes: document_chunk.
create or replace function windlass.document_chunk_put(
    put_document uuid, put_n integer, put_sealed bytea) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into document_chunk (document, n, sealed) values (put_document, put_n, put_sealed);
end
$$;
