-- customer_keep - copies the sealed row of a customer to where only an operator
--                 reaches it; their documents follow when they go.
-- In:     a customer who is about to be erased, whose row the caller has locked.
-- Out:    nothing.
-- Errors: constraints: they need a tombstone and a legal hold.
-- Writes: customer_kept.
create or replace function windlass.customer_keep(p_id uuid) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into customer_kept (id, wrapped_key, record)
        select c.id, c.wrapped_key, to_jsonb(c) - 'wrapped_key' from customer c where c.id = p_id;
end
$$;
