-- operator_values_before - what a customer under a legal hold had before each change.
-- In:     the id.
-- Out:    a row a change, the oldest first; the customer's key opens what is sealed.
-- Units:  until_us in microseconds: when something else took its place.
-- Errors: none.
-- Writes: nothing: operator_customer_export() is in the audit trail.
create or replace function windlass.operator_values_before(p_id uuid)
returns table (sealed_version bigint, sealed bytea, fields jsonb, until_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query select b.sealed_version, b.sealed, b.fields, us(b.until) from customer_before b
        where b.customer = p_id order by b.sealed_version;
end
$$;
