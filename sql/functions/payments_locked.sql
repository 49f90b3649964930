-- payments_locked - locks payments for whoever still has the claims on them.
-- In:     array of objects with tx_id and token, the one that its claim gave.
-- Out:    those whose claim still holds, locked in the order of their ids.  Of the
--         others somebody else has the claim since: drop the plan.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.payments_locked(p_items jsonb) returns text[]
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    mine text[];
begin
    with locked as (
        select p.tx_id from jsonb_to_recordset(p_items) as i(tx_id text, token bigint)
            join payment p on p.tx_id = i.tx_id and p.claim_token = i.token
            order by p.tx_id for update of p
    )
    select coalesce(array_agg(l.tx_id), '{}') into mine from locked l;
    return mine;
end
$$;
