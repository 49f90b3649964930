-- reconcile_adopt - takes over what the bank has carried out for payments of the
--         platform's and this database does not know: after a restore.  So no
--         payment, quote, operation or room in a pool is free a second time.
-- In:     the comparison, which has read all of them.
-- Out:    how many orders; none unless all money is held.
-- Holds:  the differences of the reading that told of them are gone if there was
--         one: it is to be compared again.
-- Errors: constraints.
-- Writes: reconciliation, reconcile_difference; what reconcile_adopt_one() writes.
create or replace function windlass.reconcile_adopt(p_run bigint) returns integer
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    b    record;
    took integer := 0;
begin
    if not (select h.is_on from money_hold h) then
        return 0;
    end if;
    for b in select q.reference
            from reconcile_payout q
            join reconcile_record r on r.run = q.run and r.tx_id = q.tx_id and r.status <> ''
            left join attempt a on a.reference = q.reference
            where q.run = p_run and q.rail = 'payout' and coalesce(a.sends, 0) = 0
                and q.reference ~ ':[1-9][0-9]?$' and q.amount > 0 and q.currency ~ '^[A-Z]{3}$'
                and q.bank_id <> ''
            order by q.reference loop
        took := took + reconcile_adopt_one(p_run, b.reference)::integer;
    end loop;
    if took > 0 then
        update reconciliation x set adopted = x.adopted + took where x.run = p_run;
        delete from reconcile_difference d where d.run = p_run and d.reading = 2;
    end if;
    return took;
end
$$;
