-- customer_is_erased - was there a customer by this id once?
-- In:     what a record of the platform names: any text.
-- Out:    true for the erased, kept under a legal hold or not.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_is_erased(p_id text) returns boolean
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return p_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        and exists (select from customer_tombstone t where t.id = p_id::uuid);
end
$$;
