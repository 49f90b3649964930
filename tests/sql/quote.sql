-- A firm quote: held, bound, settled, returned, released; every door that is shut.
create or replace function id(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
-- A quote of x for a client, in a pool of 100 with one row.
create or replace function hold(n integer, x numeric, client text default 'G1',
    shared boolean default false, cap numeric default 1000, life integer default 300,
    version bigint default 1, asked interval default null, pool text default 'one')
returns text language sql as $$
    select h.outcome || case when h.expires_us is null then ''
            else ' ' || trunc((h.expires_us - windlass.us(windlass.now())) / 1e6) end
        from windlass.quote_hold(id(n), client, client, shared, cap, pool, 'stellar:native',
            'iso4217:BRL', 'sell', 7, x, 1, 'stellar:native', 'Fee', '0.2', 'PIX', 'BR', life,
            windlass.now() + asked, version) h $$;
create or replace function bind(n integer, tx text, client text default 'G1',
    sell numeric default 7, buy numeric default null, sold text default 'stellar:native',
    bought text default null, started interval default '0') returns text
language sql as $$
    select windlass.quote_bind(id(n), tx, client, sold, sell, bought, buy,
        windlass.now() + started) $$;
-- What expired may be swept or not, by chance: it is left out.
create or replace function books() returns table (
    total numeric, held numeric, shared numeric, most numeric, faults bigint)
language sql as $$
    select sum(r.total), sum(r.held) - gone.held, sum(r.held_shared) - gone.shared,
        (select c.most from windlass.client_pool c where c.holder = 'G1'),
        (select count(*) from windlass.pool_verify())
    from windlass.pool_row r cross join (
        select coalesce(sum(h.amount), 0) as held,
                coalesce(sum(h.amount) filter (where h.shared), 0) as shared
            from windlass.hold h where h.until <= windlass.now()) gone
    group by gone.held, gone.shared $$;
create or replace function later(seconds integer) returns void language sql as $$
    select windlass.clock_set((select extract(epoch from shift) * 1000 from windlass.clock)::bigint
        + seconds * 1000) $$;

update windlass.clock set is_shiftable = true;
select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "100"}]', 'd');

\echo -- room, caps, the shared half
select hold(1, 60);
select hold(2, 40.01);
select hold(3, 10, cap => 69.99);
select hold(4, 10, 'G2', cap => 9.99);
select hold(5, 50.01, 'G2', shared => true);
select hold(6, 40, 'G2', shared => true);
select hold(7, 0.01);
select * from books();

\echo -- amounts that no quote has, a pool that is none, an old book
select hold(8, 0);
select hold(8, -5);
select hold(8, null);
select hold(8, 0.001);
select hold(8, 'NaN');
select hold(8, 'Infinity');
select hold(8, 1e20);
select hold(8, 1, pool => 'two');
select hold(8, 1, version => 0);

\echo -- the database makes the lifetime; what was asked for is a floor
select windlass.quote_release_orphan(id(6));
select hold(9, 1, life => 300);
select hold(10, 1, life => 300, asked => '299 s');
select hold(11, 1, life => 300, asked => '450 s');
select hold(12, 1, life => 300, asked => '-1 year');
select n, until - expires_at as grace, expires_at - made_at >= '300 s' as is_long_enough
    from windlass.hold h join windlass.quote q on q.id = h.quote_id
    where h.quote_id = id(11);

\echo -- the same id twice
select hold(9, 1);

\echo -- a bind that must not be
select bind(99, 'tx1');
select bind(1, 'tx1', client => 'G2');
select bind(1, 'tx1', client => null);
select bind(1, 'tx1', sell => 8);
select bind(1, 'tx1', buy => 59);
select bind(1, 'tx1', sold => 'stellar:other');
select bind(1, 'tx1', bought => 'iso4217:USD');
select bind(1, 'tx1', started => '301 s');
select bind(1, 'tx1', started => null);
select * from books();

\echo -- a bind, its repeat, and who comes too late
select bind(1, 'tx1', buy => 60, bought => 'iso4217:BRL');
select bind(1, 'tx1');
select bind(1, 'tx2');
select bind(9, 'tx1');
select until from windlass.hold where quote_id = id(1);
select windlass.quote_release_orphan(id(1));
select windlass.quote_release(id(1), 'tx2');
select windlass.quote_release(id(9), 'tx1');
select windlass.quote_settle(id(1), 'tx2');
select windlass.quote_settle(id(9), 'tx1');
select windlass.quote_return(id(1), 'tx1');

\echo -- bound is held for ever; what expired is free for the next, without any sweep
select later(421);
select bind(9, 'tx3', started => '-500 s');
select hold(13, 39.01, 'G2');
select hold(14, 39, 'G2');
select * from books();
select tx_id, ended, held, fee_name, side, expires_us > made_us as lives
    from windlass.quote_get(id(1)::text);
select count(*) from windlass.quote_get('no quote of ours');

\echo -- settled, twice; it does not come back by release; a return brings it back
select windlass.quote_settle(id(1), 'tx1');
select windlass.quote_settle(id(1), 'tx1');
select windlass.quote_release(id(1), 'tx1');
select bind(1, 'tx1');
select * from books();
select windlass.quote_return(id(1), 'tx1');
select windlass.quote_return(id(1), 'tx1');
select bind(1, 'tx1', started => '-500 s');
select * from books();
select windlass.quote_settle(id(1), 'tx1');
select turn, kind, amount from windlass.pool_entry order by turn;
select * from books();

\echo -- released: another payment gets the room, nobody the quote
select bind(14, 'tx4', 'G2');
select windlass.quote_release(id(14), 'tx4');
select windlass.quote_release(id(14), 'tx4');
select bind(14, 'tx4', 'G2');
select bind(14, 'tx5', 'G2');
select windlass.quote_settle(id(14), 'tx4');
select windlass.quote_return(id(14), 'tx4');
select * from books();

\echo -- an orphan
select hold(15, 39);
select windlass.quote_release_orphan(id(15));
select windlass.quote_release_orphan(id(15));
select bind(15, 'tx6');
select windlass.quote_release_orphan(id(99));
select * from books();

\echo -- too close to its end, nobody can bind it
select hold(16, 1, life => 1);
select later(115);
select bind(16, 'tx7', started => '-115 s');
select hold(17, 1, life => 1);
select later(100);
select bind(17, 'tx7', started => '-100 s');

\echo -- a hold and a bind in one transaction
select outcome from windlass.quote_hold_json(jsonb_build_object('id', id(20), 'client', 'G3',
    'holder', 'partner', 'shared', true, 'cap', '10', 'pool', 'one', 'sell_asset', 'stellar:native',
    'buy_asset', 'iso4217:BRL', 'side', 'buy', 'sell_amount', '7', 'buy_amount', '10', 'fee', '1',
    'fee_asset', 'stellar:native', 'fee_name', 'Fee', 'price', '0.2', 'method', 'PIX', 'country',
    '', 'lifetime', '300', 'asked_us', null, 'version', '1'));
select bind(20, 'tx8', 'G3');
select holder, shared, until from windlass.hold where quote_id = id(20);

\echo -- forbidden rows, by hand
update windlass.pool_row set held = -1;
update windlass.pool_row set held = total + 1;
update windlass.pool_row set held_shared = held + 1;
update windlass.pool_row set held_shared = -1;
update windlass.pool_row set total = 'NaN', held = 'NaN', held_shared = 'NaN';
update windlass.pool_row set total = 1e20;
update windlass.pool_row set held = null;
update windlass.client_pool set most = -1;
update windlass.client_pool set most = 'NaN';
update windlass.client_pool set most = null;
insert into windlass.hold values (id(1), 0, 'one', 'G1', 0, false, now());
insert into windlass.hold values (id(1), 0, 'one', 'G1', 'NaN', false, now());
insert into windlass.hold values (id(1), 0, 'one', 'G1', null, false, now());
insert into windlass.hold values (id(99), 0, 'one', 'G1', 1, false, now());
insert into windlass.hold values (id(20), 0, 'one', 'G1', 1, false, now());
insert into windlass.quote_use values (id(1), 'tx9');
insert into windlass.quote_use values (id(15), 'tx1');
insert into windlass.quote_use values (id(15), null);
insert into windlass.quote_use values (id(15), '');
insert into windlass.quote_use values (id(99), 'tx9');
insert into windlass.quote_use values (id(15), 'tx9', 'spent');
insert into windlass.quote_use values (id(15), 'tx9', null);
insert into windlass.pool_entry values (id(1), 3, 'settled', 'one', 60);
insert into windlass.pool_entry values (id(1), 4, 'settled', 'one', 60);
insert into windlass.pool_entry values (id(1), 4, 'returned', 'one', 'NaN');
insert into windlass.pool_entry values (id(1), 4, null, 'one', 60);
insert into windlass.movement values ('m9', 'one', 'NaN');
insert into windlass.movement values ('m9', 'one', 0);
insert into windlass.movement values ('m9', 'two', 1);
insert into windlass.movement values ('m9', 'one', null);
insert into windlass.book_version values (false, 1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    'both', 7, 1, 1, fee_asset, fee_name, price, method, country, 300, 1, made_at, expires_at
    from windlass.quote where id = id(1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    side, 7, 'NaN', 1, fee_asset, fee_name, price, method, country, 300, 1, made_at, expires_at
    from windlass.quote where id = id(1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    side, 7, 1, -1, fee_asset, fee_name, price, method, country, 300, 1, made_at, expires_at
    from windlass.quote where id = id(1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    side, 7, 1, null, fee_asset, fee_name, price, method, country, 300, 1, made_at, expires_at
    from windlass.quote where id = id(1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    side, 7, 1, 1, fee_asset, fee_name, price, method, country, 300, 1, made_at, made_at
    from windlass.quote where id = id(1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    side, 7, 1, 1, fee_asset, fee_name, price, method, country, 0, 1, made_at, expires_at
    from windlass.quote where id = id(1);
insert into windlass.quote select id(50), client, holder, shared, pool, sell_asset, buy_asset,
    side, 1e20, 1, 1, fee_asset, fee_name, price, method, country, 300, 1, made_at, expires_at
    from windlass.quote where id = id(1);
update windlass.quote set client = 'G9';
delete from windlass.quote;
update windlass.pool_entry set amount = 1;
select * from books();

\echo -- pool_verify sees what is wrong
begin;
select windlass.pool_lock_and_sweep('one', windlass.now());
update windlass.pool_row set held = held + 2;
update windlass.pool_row set total = total + 1;
update windlass.hold set until = now() where quote_id = id(20);
insert into windlass.hold values (id(15), 0, 'one', 'G1', 1, false, 'infinity');
update windlass.client_pool set most = 0;
update windlass.quote_use set ended = 'settled' where quote_id = id(14);
select * from windlass.pool_verify() order by 1, 2;
rollback;
