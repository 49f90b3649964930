-- Plans: what each statement calls is not planned by each statement.
\echo == functions in language sql, which keep no plan when they pin their search_path
select p.proname from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace = 'windlass'::regnamespace and l.lanname = 'sql' order by 1;
