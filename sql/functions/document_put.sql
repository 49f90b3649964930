-- document_put - names a document whose chunks are there; the one before it goes.
-- In:     a customer whose row this transaction has written (so that nobody else
--         counts at the same time); bytes before sealing; number of chunks; kind;
--         digest of the file as it is kept, under the customer's key.
-- Out:    nothing.
-- Errors: WL010 more than 40 MiB or 20 files a customer; WL011 chunks are missing.
-- Writes: document, document_chunk of the document before; audit.
create or replace function windlass.document_put(
    put_id uuid, put_customer uuid, put_name text, put_wrapped_key bytea, put_bytes bigint,
    put_chunks integer, put_kind text, put_digest bytea) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if (select count(*) from document_chunk where document = put_id and n < put_chunks)
            <> put_chunks then
        raise exception 'document % lacks chunks', put_id using errcode = 'WL011';
    end if;
    delete from document where customer = put_customer and name = put_name;
    insert into document (id, customer, name, wrapped_key, bytes, chunks, kind, digest)
        values (put_id, put_customer, put_name, put_wrapped_key, put_bytes, put_chunks, put_kind,
            put_digest);
    if (select sum(bytes) > 40 * 1048576 or count(*) > 20
            from document where customer = put_customer) then
        raise exception 'more than 40 MiB or 20 files of one customer' using errcode = 'WL010';
    end if;
    insert into audit (what, subject, detail) values ('document_put', put_customer::text,
        jsonb_build_object('name', put_name, 'document', put_id, 'bytes', put_bytes, 'kind',
            put_kind));
end
$$;
