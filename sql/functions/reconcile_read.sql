-- reconcile_read - all was read: how much it was, for whoever looks at it, and for
--                  the planner, which has not seen it yet.
-- In:     the comparison.
-- Errors: none.
-- Writes: reconciliation.
create or replace function windlass.reconcile_read(p_run bigint) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    analyze reconcile_record, reconcile_named, reconcile_payout, reconcile_operation;
    update reconciliation x
        set records = (select count(*) from reconcile_record y where y.run = p_run),
            payouts = (select count(*) from reconcile_payout y where y.run = p_run),
            operations = (select count(*) from reconcile_operation y where y.run = p_run)
        where x.run = p_run;
end
$$;
