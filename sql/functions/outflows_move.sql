-- outflows_move - one step of many outflows, as outflow_move() for one.
-- In:     outflows, whose locks the caller holds; where to.
-- Errors: WL020 a step that there is not (trigger outflow_moves).
-- Writes: outflow; audit, by trigger.
create or replace function windlass.outflows_move(p_txs text[], p_state text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := windlass.now();
begin
    update outflow o set state = p_state, reason = '', version = o.version + 1, moved_at = t
        where o.tx_id = any (p_txs);
end
$$;
