-- customer_keep - copies all that is sealed of a customer to where only an
--                 operator reaches it.
-- In:     a customer who is about to be erased, whose row the caller has locked.
-- Out:    nothing.
-- Errors: constraints: they need a tombstone and a legal hold.
-- Writes: customer_kept, document_kept, document_chunk_kept.
create or replace function windlass.customer_keep(p_id uuid) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into customer_kept (id, wrapped_key, record)
        select c.id, c.wrapped_key, to_jsonb(c) - 'wrapped_key' from customer c where c.id = p_id;
    insert into document_kept (id, customer, record)
        select d.id, d.customer, to_jsonb(d) from document d where d.customer = p_id;
    insert into document_chunk_kept (document, n, sealed)
        select k.document, k.n, k.sealed
            from document_chunk k join document d on d.id = k.document where d.customer = p_id;
end
$$;
