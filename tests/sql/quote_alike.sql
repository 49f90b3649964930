-- Quotes that look alike: whom the platform is asked about, and who is an orphan.
create or replace function id(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
create or replace function hold(n integer, x numeric default 10, client text default 'G1',
    method text default 'PIX') returns text language sql as $$
    select outcome from windlass.quote_hold(id(n), client, client, false, 1000, 'one',
        'stellar:native', 'iso4217:BRL', 'sell', x, x, 0, 'stellar:native', '', '1', method, '',
        300, null, 1) $$;
create or replace function later(seconds integer) returns void language sql as $$
    select windlass.clock_set((select extract(epoch from shift) * 1000 from windlass.clock)::bigint
        + seconds * 1000) $$;
create or replace function alike(most integer default 100) returns table (quote text)
language sql as $$
    select ltrim(right(id::text, 12), '0') || ' of ' || kin from windlass.quotes_alike(most) $$;
create or replace function look(says text, variadic n integer[]) returns table (orphan text)
language sql as $$
    select ltrim(right(l.id::text, 12), '0') from windlass.quotes_looked((
        select jsonb_agg(jsonb_build_object('id', id(x), 'says', says)) from unnest(n) x)) l $$;

update windlass.clock set is_shiftable = true;
select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "1000"}]', 'd');

\echo -- one alone, and those that differ, are kin to none
select hold(1), hold(2, 11), hold(3, client => 'G2'), hold(4, method => '');
select later(6);
select * from alike();
\echo -- a second one like the first: not before it had time to be stored
select hold(5);
select * from alike();
select later(6);
select * from alike();
\echo -- both are there: nobody is asked about again
select * from look('known', 1, 5);
select later(40);
select * from alike();
\echo -- a third: the latest that is known bears witness
select hold(6);
select later(6);
select * from alike();
\echo -- it is not there, and none after it: it may be on its way
select * from look('unsure', 6);
select later(29);
select * from alike();
select hold(7);
select later(6);
select * from alike();
\echo -- the older is doubted; at once is not twice
select * from look('doubted', 6);
select * from look('known', 7);
select * from look('doubted', 6);
select * from alike();
select later(29);
select * from alike();
select later(1);
select * from alike();
\echo -- a look that says nothing of it starts again
select * from look('unsure', 6);
select later(30);
select * from look('doubted', 6);
select later(30);
select * from alike();
select * from look('doubted', 6);
\echo -- asked again: until it is released it is an orphan
select later(30);
select * from look('doubted', 6);
select windlass.quote_release_orphan(id(6));
select later(31);
select * from alike();
select held, (select count(*) from windlass.pool_verify()) from windlass.pool_row;

\echo -- a later one that a payment has, or had, bears witness too
select hold(20, 20), hold(21, 30);
select pg_sleep(0.01);
select hold(22, 20), hold(23, 30);
select windlass.quote_bind(id(22), 'tx22', 'G1', 'stellar:native', 20, null, null, windlass.now());
select windlass.quote_bind(id(23), 'tx23', 'G1', 'stellar:native', 30, null, null, windlass.now());
select windlass.quote_settle(id(23), 'tx23');
select later(6);
select * from alike();
\echo -- no more than are wanted, and what was not asked about comes first
select * from alike(2);
select * from look('unsure', 20, 22);
select * from alike(2);
\echo -- nobody is asked about one that is used, and one that has expired is gone
select * from look('known', 23);
select windlass.quote_bind(id(21), 'tx21', 'G1', 'stellar:native', 30, null, null, windlass.now());
select later(30);
select * from alike();
select windlass.quote_release_orphan(id(22));
select later(600);
select * from alike();

\echo -- forbidden rows
insert into windlass.quote_look values (id(99), now(), false, 0);
insert into windlass.quote_look values (id(2), now(), true, 1);
insert into windlass.quote_look values (id(2), now(), false, 3);
insert into windlass.quote_look values (id(2), now(), false, null);
