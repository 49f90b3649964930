-- reconcile_show - what a comparison has looked at, and found.
-- In:     the comparison.
-- Out:    one row.
-- Units:  times in microseconds.
-- Errors: none.
-- Writes: nothing.

-- It did not tell of adopted orders once.
drop function if exists windlass.reconcile_show(bigint);
create function windlass.reconcile_show(p_run bigint)
returns table (since_us bigint, begun_us bigint, ended_us bigint, records integer,
    payouts integer, operations integer, adopted integer, found integer, unexplained integer)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query select us(x.since), us(x.begun_at), micros(x.ended_at), x.records, x.payouts,
            x.operations, x.adopted, x.found, x.unexplained
        from reconciliation x where x.run = p_run;
end
$$;
