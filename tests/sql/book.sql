-- The book: all kinds under one version; a load is whole or nothing.
select * from windlass.book_get();
select * from windlass.book_load('assets', '[1]', 0, '[]', '[]', 'd1');
select * from windlass.book_load('prices', '[2]', 1, '[]', '[]', 'd2');
select * from windlass.book_get();
\echo -- loaded by somebody else meanwhile
select * from windlass.book_load('prices', '[3]', 1, '[]', '[]', 'd3');
\echo -- no such kind
select * from windlass.book_load('weather', '[3]', 2, '[]', '[]', 'd3');
\echo -- a pool that is refused takes its document back
select * from windlass.book_load('pools', '{}', 2,
    '[{"name": "a", "asset": "iso4217:BRL", "decimals": 2, "rows": 0}]', '[]', 'd4');
select version, now_us > 0 as has_time from windlass.book_version();
\echo -- pools
select * from windlass.book_load('pools', '{}', 2,
    '[{"name": "a", "asset": "iso4217:BRL", "decimals": 2, "rows": 3}]',
    '[{"reference": "m1", "pool": "a", "amount": "10.01"}]', 'd4');
select n, total from windlass.pool_row order by n;
\echo -- a movement is known by its reference
select * from windlass.book_load('pools', null, 3, '[]',
    '[{"reference": "m1", "pool": "a", "amount": "10.01"},
      {"reference": "m2", "pool": "a", "amount": "-2"},
      {"reference": "m3", "pool": "a", "amount": "1"}]', 'd5');
select n, total from windlass.pool_row order by n;
\echo -- more rows; not fewer; never another asset or other decimals
select windlass.pool_define('[{"name": "a", "asset": "iso4217:BRL", "decimals": 2, "rows": 4}]');
select windlass.pool_define('[{"name": "a", "asset": "iso4217:BRL", "decimals": 2, "rows": 2}]');
select windlass.pool_define('[{"name": "a", "asset": "iso4217:USD", "decimals": 2, "rows": 4}]');
select windlass.pool_define('[{"name": "a", "asset": "iso4217:BRL", "decimals": 3, "rows": 4}]');
select windlass.pool_define('[{"name": "b", "asset": "iso4217:BRL", "decimals": 2, "rows": 4}]');
\echo -- movements that are refused
select windlass.pool_load('[{"reference": "m1", "pool": "a", "amount": "10.02"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "b", "amount": "1"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "0.001"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "-9.02"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "0"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "NaN"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "Infinity"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "1e20"}]');
select windlass.pool_load('[{"reference": "", "pool": "a", "amount": "1"}]');
select windlass.pool_load('[{"reference": null, "pool": "a", "amount": "1"}]');
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": null}]');
\echo -- to the last unit
select windlass.pool_load('[{"reference": "m4", "pool": "a", "amount": "-9.01"}]');
select sum(total) as total from windlass.pool_row;
select count(*) as faults from windlass.pool_verify();
\echo -- what is written once stays
update windlass.movement set amount = 1;
delete from windlass.movement;
truncate windlass.movement;
\echo -- who did it
select n, actor, what, subject, detail from windlass.audit order by n;
\echo -- a program sees no table
set role windlass_rate;
select count(*) from windlass.quote;
select windlass.pool_load('[]');
select windlass.quote_release_orphan(gen_random_uuid());
select version from windlass.book_version();
