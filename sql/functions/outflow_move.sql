-- outflow_move - one step of an outflow.
-- In:     the outflow, whose locks the caller holds; where to; why.
-- Errors: WL020 a step that there is not (trigger outflow_moves).
-- Writes: outflow; audit, by trigger.
create or replace function windlass.outflow_move(p_tx text, p_state text, p_reason text)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update outflow set state = p_state, reason = p_reason, version = version + 1,
        moved_at = windlass.now() where tx_id = p_tx;
end
$$;
