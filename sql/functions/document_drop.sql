-- document_drop - takes a customer's document of that name away, if there is one.
-- In:     a customer whose row this transaction has written; the name.
-- Out:    nothing.
-- Errors: none.
-- Writes: document, document_chunk; audit.
create or replace function windlass.document_drop(of_customer uuid, of_name text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    delete from document where customer = of_customer and name = of_name;
    if found then
        insert into audit (what, subject, detail) values ('document_drop', of_customer::text,
            jsonb_build_object('name', of_name));
    end if;
end
$$;
