-- reconcile_end - ends a comparison: what both readings showed is a difference, with
--                 the words of the second, and a case until a person has closed that.
-- In:     the comparison; how many readings it took.
-- Out:    one row per difference: with its case, and who has explained it, '' for
--         nobody.
-- Holds:  money on the ledger that is nobody's is one case, which the sweep of our
--         accounts may have opened.
-- Errors: constraints.
-- Writes: case (a closed one opens again if the difference is another now),
--         reconciliation, audit.
create or replace function windlass.reconcile_end(p_run bigint, p_readings integer)
returns table (kind text, tx_id text, subject text, ours text, theirs text, case_id bigint,
    explained_by text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    all_of_it integer := 0;
    open_ones integer := 0;
    d         record;
    c         "case";
begin
    for d in select x.kind, x.tx_id, x.subject, x.ours, x.theirs,
                'ours: ' || x.ours || '; theirs: ' || x.theirs as words
            from reconcile_difference x
            where x.run = p_run and x.reading = p_readings and (p_readings = 1
                or exists (select from reconcile_difference y
                    where (y.run, y.reading, y.kind, y.tx_id, y.subject)
                        = (p_run, 1, x.kind, x.tx_id, x.subject)))
            order by x.kind, x.tx_id, x.subject loop
        select * into c from "case" x where d.kind = 'money_unclaimed' and x.operation = d.subject
            and (x.kind like 'money\_%' or x.kind = 'reconcile_money_unclaimed');
        if not found then
            insert into "case" as x (kind, tx_id, operation, reason)
                values ('reconcile_' || d.kind, d.tx_id, d.subject, d.words)
                on conflict (kind, tx_id, operation) do update
                    set state = 'open', reason = d.words, opened_at = windlass.now(),
                        closed_by = '', closed_at = 'infinity', closed_why = ''
                    where x.reason <> d.words;
            select * into c from "case" x where (x.kind, x.tx_id, x.operation)
                = ('reconcile_' || d.kind, d.tx_id, d.subject);
        end if;
        select d.kind, d.tx_id, d.subject, d.ours, d.theirs, c.id, c.closed_by
            into kind, tx_id, subject, ours, theirs, case_id, explained_by;
        all_of_it := all_of_it + 1;
        open_ones := open_ones + (explained_by = '')::integer;
        return next;
    end loop;
    update reconciliation x set ended_at = clock_now(), found = all_of_it, unexplained = open_ones
        where x.run = p_run;
    delete from reconcile_difference x where x.run = p_run;
    insert into audit (what, subject, detail) select 'reconcile', 'money', jsonb_build_object(
            'who', x.who, 'run', x.run, 'found', x.found, 'unexplained', x.unexplained)
        from reconciliation x where x.run = p_run;
end
$$;
