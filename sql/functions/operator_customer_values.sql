-- operator_customer_values - a customer's sealed values, for whoever holds the
--                            wrapping keys; whoever asks is in the audit trail.
-- In:     the id; who asks, as the operating system knows them.
-- Out:    what opens the values; no row if there is no such customer.
-- Errors: none.
-- Writes: audit.
create or replace function windlass.operator_customer_values(p_id uuid, p_who text)
returns table (id uuid, version bigint, wrapped_key bytea, sealed bytea,
    sealed_version bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into audit (what, subject, detail)
        select 'customer_values', c.id::text,
                jsonb_build_object('who', left(p_who, 64), 'version', c.version)
            from customer c where c.id = p_id;
    return query
        select c.id, c.version, c.wrapped_key, c.sealed, c.sealed_version
            from customer c where c.id = p_id;
end
$$;
