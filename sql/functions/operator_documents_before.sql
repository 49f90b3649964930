-- operator_documents_before - the documents that a customer under a legal hold has
--                             taken back or replaced.
-- In:     the id.
-- Out:    as documents_of(), the oldest first, and until when it was there.
-- Units:  bytes before sealing; until_us in microseconds.
-- Errors: none.
-- Writes: nothing: operator_customer_export() is in the audit trail.
create or replace function windlass.operator_documents_before(p_id uuid)
returns table (id uuid, name text, kind text, bytes bigint, chunks integer, digest bytea,
    wrapped_key bytea, until_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select d.id, d.name, d.kind, d.bytes, d.chunks, d.digest, d.wrapped_key, us(k.until)
            from document_kept k, jsonb_populate_record(null::document, k.record) d
            where k.customer = p_id and k.until < 'infinity'
            order by k.until, d.name;
end
$$;
