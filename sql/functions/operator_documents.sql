-- operator_documents - a customer's documents, but for what is in them.
-- In:     the customer's id.
-- Out:    a row a document: 20 at most, by its name; kind is '' of one from before
--         kinds were looked at.
-- Units:  times in microseconds.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_documents(p_id uuid)
returns table (name text, kind text, bytes bigint, created_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select d.name, d.kind, d.bytes, us(d.created_at)
            from document d where d.customer = p_id order by d.name limit 20;
end
$$;
