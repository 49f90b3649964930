-- reconcile_forget - what was read for a comparison is gone.
-- In:     the comparison.
-- Errors: none.
-- Writes: what was read.
create or replace function windlass.reconcile_forget(p_run bigint) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    delete from reconcile_record x where x.run = p_run;
    delete from reconcile_named x where x.run = p_run;
    delete from reconcile_payout x where x.run = p_run;
    delete from reconcile_operation x where x.run = p_run;
end
$$;
