-- Figures: what is counted is what is there, whoever changes it, and counting
-- does not read what it counts.
set search_path = windlass;
create function figures(what text) returns setof text language sql as $$
    select concat_ws(' ', family, nullif(label_1, ''), nullif(label_2, ''),
            case when family ~ 'seconds' then (value::numeric >= 0)::text else value end)
        from metrics() where family ~ what and value <> '0' order by family, label_1, label_2 $$;
create function put(n integer, v bigint, standing jsonb) returns void language sql as $$
    select customer_put(('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
        'G' || repeat('A', 55), 'id', n::text, v, decode(repeat('00', 77), 'hex'),
        decode(repeat('00', 43), 'hex'), '{}', standing, '[]', '[]') $$;
create function pay(n integer) returns void language sql as $$
    insert into payment (tx_id, status, updated_at, is_paid, snapshot, memo, made_at)
        values ('t' || n, 'pending_receiver', now(), false, '{}', n, now() - interval '1 hour') $$;

\echo == nothing yet
select * from figures('kyc|tx|outbox|cases|liquidity|rate|book|outflows|hold');
select value from metrics() where family = 'poll_lag_seconds';

\echo == customers: new, changed, the same again, erased
select put(1, 0, '{"s": "NEEDS_INFO", "r": "ACCEPTED"}'), put(2, 0, '{"s": "NEEDS_INFO"}'), put(3, 0, '{}');
select * from figures('kyc');
select put(1, 1, '{"s": "ACCEPTED", "r": "ACCEPTED"}'), put(2, 1, '{"s": "NEEDS_INFO"}');
select * from figures('kyc');
\echo a race that was lost, and what is rolled back, count nothing
select put(1, 1, '{"s": "REJECTED"}');
begin; select put(9, 0, '{"s": "REJECTED"}'); rollback;
select * from figures('kyc');
select customer_delete('a0000000-0000-4000-8000-000000000001');
select * from figures('kyc');

\echo == folded by the watcher, and the same
select count(*) > 0 as some from tally_change;
select poll_done('news', 1000, false);
select count(*) from tally_change;
select * from tally where kind = 'customer' order by b, a;
select * from figures('kyc|poll_(lag|int)');

\echo == payments
select pay(n) from generate_series(1, 5) n;
update payment set state = 'closed' where tx_id in ('t1', 't2');
update payment set state = 'held', reason = 'x' where tx_id = 't3';
update payment set status = 'other', state = 'held' where tx_id = 't3';
update payment set status = 'other' where tx_id = 't4';
insert into payment select (p).* from (select p from payment p where tx_id = 't5') x
    on conflict do nothing;
select * from figures('^tx');
select poll_done('sweep', 1000, false);
select * from figures('^tx');
select case when t.n = count(p) then 'as counted' else 'wrong' end, t.a
    from tally t left join payment p on p.state = t.a where t.kind = 'payment' group by t.a, t.n order by t.a;

\echo == what waits, the hold, the pools, the book
select case_open('odd', 't1', '', 'Why.'), case_open('odd', 't2', '', 'Why.'), case_open('bad', 't1', '', 'Why.');
update "case" set state = 'closed', closed_by = 'me' where tx_id = 't2';
insert into report (tx_id, seq, method, params, rpc_id, state)
    values ('t4', 1, 'm', '{"transaction_id": "t4"}', 't4:1', 'done'),
        ('t4', 2, 'm', '{"transaction_id": "t4"}', 't4:2', 'open'),
        ('t5', 1, 'm', '{"transaction_id": "t5"}', 't5:1', 'open');
update money_hold set is_on = true, reason = 'why';
select * from book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 2}]',
    '[{"reference": "m1", "pool": "one", "amount": "100"}]', 'd');
select * from book_load('prices', '[{"sell_asset": "a", "buy_asset": "b", "stale_after": 60,
    "as_of": "2020-01-01T00:00:00Z"}]', 1, '[]', '[]', 'd');
update pool_row set held = 10 where n = 1;
select * from figures('outbox|cases|hold|liquidity|rate|book');

\echo == 5,000 payments and customers later it reads no more than before
create function blocks() returns bigint language plpgsql as $$
declare
    j json;
begin
    for turn in 1..3 loop -- the first ones make plans
        execute 'explain (analyze, buffers, format json) select * from metrics()' into j;
    end loop;
    return (j #>> '{0,Plan,Shared Hit Blocks}')::bigint + (j #>> '{0,Plan,Shared Read Blocks}')::bigint;
end $$;
select blocks() as before \gset
select count(pay(n)) from generate_series(1001, 6000) n;
update payment set state = 'closed' where memo > 1500;
select count(put(n, 0, '{"s": "ACCEPTED"}')) from generate_series(1001, 6000) n;
select poll_done('news', 1000, false), poll_done('news', 1000, false);
vacuum analyze;
select * from figures('kyc|^tx');
select blocks() as after \gset
select relpages > 50 as is_large from pg_class where relname in ('payment', 'customer');
select case when :after < :before + 20 then 'no more' else 'more: ' || :before || ', ' || :after end as blocks;

\echo == who may ask
set role windlass_status;
select count(*) > 0 as may from windlass.metrics();
set role windlass_rate;
select count(*) > 0 as may from windlass.metrics();
