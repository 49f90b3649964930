-- documents_of - a customer's documents, for whoever holds the keys.
-- In:     the customer's id.  One who was erased and is kept under a legal hold has
--         documents for an operator only.
-- Out:    a row a document, by name; the key is wrapped by the customer's.
-- Units:  bytes before sealing.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.documents_of(of_customer uuid)
returns table (id uuid, name text, kind text, bytes bigint, chunks integer, digest bytea,
    wrapped_key bytea)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select d.id, d.name, d.kind, d.bytes, d.chunks, d.digest, d.wrapped_key
            from (
                select x.* from document x where x.customer = of_customer
                union all
                select (jsonb_populate_record(null::document, k.record)).* from document_kept k
                    where k.customer = of_customer and k.until = 'infinity'
                        and session_user = 'windlass_operator') d
            order by d.name;
end
$$;
