-- document_chunk_get - one sealed chunk of a document.
-- In:     the document's id; the chunk's number from 0.  Those kept under a legal
--         hold are for an operator only.
-- Out:    one row, or none: there is no such chunk, or no such document any more.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.document_chunk_get(get_document uuid, get_n integer)
returns table (sealed bytea)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.sealed from document_chunk c where c.document = get_document and c.n = get_n
        union all
        select k.sealed from document_chunk_kept k where k.document = get_document
            and k.n = get_n and session_user = 'windlass_operator';
end
$$;
