-- reconcile_drop - a comparison that came to no end leaves nothing but its row.
-- In:     the comparison.
-- Errors: none.
-- Writes: what was read, reconcile_difference.
create or replace function windlass.reconcile_drop(p_run bigint) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform reconcile_forget(p_run);
    delete from reconcile_difference x where x.run = p_run;
end
$$;
