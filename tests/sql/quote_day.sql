-- What a client is quoted in a day: used or not, in each pool by itself, until midnight UTC.
create or replace function hold(x numeric, day_cap numeric default 100, pool text default 'one',
    cap numeric default 1000) returns text language sql as $$
    select h.outcome from windlass.quote_hold(gen_random_uuid(), 'G1', 'G1', false, cap, pool,
        'stellar:native', 'iso4217:BRL', 'sell', 7, x, 1, 'stellar:native', 'Fee', '0.2', 'PIX',
        'BR', 300, null, 1, day_cap) h $$;
create or replace function later(seconds numeric) returns void language sql as $$
    select windlass.clock_set((select extract(epoch from shift) * 1000 from windlass.clock)::bigint
        + (seconds * 1000)::bigint) $$;
create or replace function quoted(pool_ text default 'one') returns numeric language sql as $$
    select c.quoted from windlass.client_pool c where c.holder = 'G1' and c.pool = pool_ $$;
update windlass.clock set is_shiftable = true;
select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1},
      {"name": "two", "asset": "iso4217:USD", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "1000"},
      {"reference": "m2", "pool": "two", "amount": "1000"}]', 'd');
-- An hour into a day, whatever the time is.
select later(3600 + 86400 - extract(epoch from windlass.now() at time zone 'UTC')::numeric % 86400);

\echo -- above it alone, up to it, one unit more
select hold(100.01), quoted();
select hold(60), hold(40), quoted();
select hold(0.01), quoted();
\echo -- another pool, another cap, none
select hold(100, pool => 'two'), quoted('two');
select hold(50, 150), hold(0.01, 150), quoted();
select hold(10, null), quoted();
\echo -- what is refused does not count
select hold(900, 5000), hold(500, 5000, cap => 400), quoted();
\echo -- expired is counted on, until the day is over
select later(7200);
select hold(1, 160), quoted();
select later(86400);
select hold(100), quoted(), hold(0.01);
\echo -- one bound for both
update windlass.client_pool set quoted = -1;
update windlass.client_pool set quoted = 'NaN';
update windlass.client_pool set quoted = null;
select * from windlass.pool_verify();
