-- Plans: what each statement calls is not planned by each statement.
\echo == functions in language sql, which keep no plan when they pin their search_path
select p.proname from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace = 'windlass'::regnamespace and l.lanname = 'sql'
        and p.proconfig is not null order by 1;
\echo == those of one expression, which are a part of the statement that has them
select p.proname from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace = 'windlass'::regnamespace and l.lanname = 'sql' order by 1;
explain (verbose, costs off) select windlass.us(t), windlass.micros(t), windlass.from_us(n)
    from (values (now(), 5::bigint), (null, null)) v (t, n);
select windlass.us(t), windlass.micros(t) from unnest(array['-infinity', 'infinity', null,
    '2026-01-02 03:04:05.678901+00']::timestamptz[]) with ordinality v (t, n)
    where t is null or isfinite(t) order by n;
select windlass.micros('-infinity'), windlass.micros('infinity'), windlass.from_us(-1) at time zone 'UTC' as before,
    windlass.us(windlass.from_us(1767323045678901)) as same;
