-- outflows_locked - locks payments by their claims, then their outflows by their
--                   versions.
-- In:     array of objects with tx_id, token, and the version that was read.
-- Out:    those of which neither has moved since it was read.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.outflows_locked(p_items jsonb) returns text[]
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    held text[] := payments_locked(p_items);
    mine text[];
begin
    with locked as (
        select o.tx_id from jsonb_to_recordset(p_items) as i(tx_id text, version bigint)
            join outflow o on o.tx_id = i.tx_id and o.version = i.version
            where i.tx_id = any (held) order by o.tx_id for update of o
    )
    select coalesce(array_agg(l.tx_id), '{}') into mine from locked l;
    return mine;
end
$$;
