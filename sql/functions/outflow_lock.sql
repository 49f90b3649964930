-- outflow_lock - locks a payment by its claim, then its outflow by its version.
-- In:     the claim; the version that was read.
-- Out:    false: either has moved since it was read; drop the plan.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.outflow_lock(p_tx text, p_token bigint, p_version bigint)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not payment_lock(p_tx, p_token) then
        return false;
    end if;
    perform from outflow o where o.tx_id = p_tx and o.version = p_version for update;
    return found;
end
$$;
