-- 0081_one_case: what is nobody's on the ledger is one case, whoever has found it
-- (the sweep or a comparison), and whatever it looked like then.

with later as (
    select c.id, first_value(c.id) over w as first
        from windlass."case" c
        where c.operation <> ''
            and (c.kind like 'money\_%' or c.kind = 'reconcile_money_unclaimed')
        window w as (partition by c.operation order by c.state desc, c.id)
)
delete from windlass."case" c using later l where c.id = l.id and l.id <> l.first;

create unique index case_of_operation on windlass."case" (operation)
    where operation <> '' and (kind like 'money\_%' or kind = 'reconcile_money_unclaimed');
