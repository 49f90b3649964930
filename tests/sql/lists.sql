-- Payments that move together: all of a list at once, and where one of them cannot,
-- each alone, so that the others do.
create or replace function qid(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
create or replace function key() returns text immutable language sql as $$ select repeat('ab', 60) $$;
create or replace function record(tx text, at integer, status text) returns jsonb language sql as $$
    select jsonb_build_object('tx_id', tx, 'status', status, 'updated_us', at, 'is_paid', true,
        'is_final', false, 'named_quote', '', 'sender', 's1', 'receiver', 'r1', 'method', 'PIX',
        'currency', 'BRL', 'memo', ascii(tx), 'snapshot', jsonb_build_object('at', at)) $$;
-- What each list of the tests is made of: a claim, a version, and what is said of it.
create or replace function of(txs text[], more jsonb) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('tx_id', p.tx_id, 'token', p.claim_token, 'version', o.version,
            'n', 1, 'nudged', p.nudged, 'code', '', 'is_fixable', false, 'next_us', 0,
            'seq', (select min(r.seq) from windlass.report r
                where r.tx_id = p.tx_id and r.state = 'open'))
            || more || coalesce(more -> p.tx_id, '{}') order by p.tx_id desc)
        from windlass.payment p left join windlass.outflow o using (tx_id) where p.tx_id = any (txs) $$;
create or replace function said(txs text[], status text, at integer) returns jsonb language sql as $$
    select jsonb_object_agg(tx, jsonb_build_object('record', record(tx, at, status))) from unnest(txs) tx $$;
create or replace function ops(amount text, id integer) returns jsonb language sql as $$
    select jsonb_build_object('operations', jsonb_build_array(jsonb_build_object('hash', repeat('ab', 32),
        'id', id::text, 'amount', amount, 'asset', 'stellar:native', 'from', 'GW', 'at_us', 5))) $$;
create view stand as
    select p.tx_id, p.state, o.state as outflow, o.version, a.outcome, a.sends, r.method, r.state as told,
            p.claimed_by, p.next_at = 'infinity' as never, p.snapshot, p.status
        from windlass.payment p left join windlass.outflow o using (tx_id)
        left join windlass.attempt a using (tx_id)
        left join lateral (select * from windlass.report x where x.tx_id = p.tx_id
            order by seq desc limit 1) r on true order by p.tx_id;
select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 2}]',
    '[{"reference": "m1", "pool": "one", "amount": "100"}]', 'd');
select count(*) from generate_series(1, 4) n, windlass.quote_hold(qid(n), 'G1', 'G1', false, 1000, 'one',
    'stellar:native', 'iso4217:BRL', 'sell', 7, 10, 1, 'stellar:native', 'Fee', '0.2', 'PIX', 'BR', 300,
    null, 1) h where h.outcome = 'ok';
select * from windlass.payments_seen((select jsonb_agg(record(chr(96 + n), 10, 'pending_receiver'))
    from generate_series(1, 4) n));
select count(*) from windlass.payments_claim('w1', 9, 60000);
select p.tx_id, windlass.gate_pass(p.tx_id, p.claim_token, jsonb_build_object('quote_id',
        qid(ascii(p.tx_id) - 96), 'client', 'G1',
        'started_us', windlass.us(windlass.now()), 'asset', 'stellar:native', 'expected', '7',
        'buy_asset', 'iso4217:BRL', 'payout', '10', 'fee', '1', 'fee_asset', 'stellar:native',
        'currency', 'BRL', 'method', 'PIX', 'sender', 's1', 'receiver', 'r1', 'beneficiary', key() || 'abcdabcd',
        'destination', 'GO', 'per_day', '99', 'per_beneficiary', '99', 'least_left_ms', 60000,
        'params', '{"memo": "1"}'::jsonb))
    from windlass.payment p order by 1;
select * from windlass.reports_done(of('{a,b,c,d}', '{}'));

\echo == known records cost one look; the later one and the bad one are met alone
select * from windlass.payments_seen(jsonb_build_array(record('a', 10, 'pending_receiver'), 7,
    record('b', 9, 'pending_receiver'), record('c', 11, 'pending_receiver')));
select * from windlass.payments_seen(jsonb_build_array(record('a', 10, 'pending_receiver'),
    record('c', 10, 'pending_receiver'), record('d', 10, 'pending_receiver')));
select windlass.payments_known(jsonb_build_array(record('a', 10, 'x'), record('b', 11, 'x'),
    record('e', 1, 'x')), windlass.now());

\echo == the money: all at once, or each alone where one is not what was asked for
create or replace function funds(more jsonb) returns jsonb language sql as $$
    select of('{a,b,c,d}', jsonb_build_object('sealed_key', key(), 'least', '7', 'most', '7.5',
        'a', ops('7', 1), 'b', ops('7', 2), 'c', ops('7.5', 3), 'd', ops('7', 4)) || more) $$;
begin;
select windlass.funds_taken_plainly(funds('{}'));
select * from stand;
select tx_id, kind, reason from windlass."case" where kind = 'paid_over';
rollback;
select windlass.funds_taken_plainly(funds(jsonb_build_object('c', ops('6.9', 3))));
select windlass.funds_taken_plainly(funds(jsonb_build_object('c', ops('7', 1))));
begin;
select windlass.funds_taken_plainly(funds(jsonb_build_object('c', '{"token": 1}'::jsonb || ops('7', 3))));
rollback;
select count(*) from windlass.funding;
select * from windlass.all_funds_taken(funds(jsonb_build_object('b', ops('6.9', 2),
    'c', ops('7', 1), 'd', '{"token": 1}'::jsonb || ops('7', 4))));
select * from windlass.all_funds_taken(funds('{}'));
select tx_id, state, outflow, version from stand;

\echo == orders: none while money is on hold, none of another version
select windlass.hold_set('a test');
select * from windlass.attempts_store(of('{a,b,c,d}', jsonb_build_object('body', key())), 'w1', 'http');
select windlass.attempts_store_plainly(of('{a,b,c,d}', jsonb_build_object('body', key())), 'w1', 'http');
select windlass.hold_lift('a test');
select * from windlass.attempts_store(of('{a,b,c,d}', jsonb_build_object('body', key(),
    'b', '{"version": 9}'::jsonb, 'c', '{"body": "00"}'::jsonb, 'd', '{"token": 1}'::jsonb)), 'w1', 'http');
begin;
select windlass.attempts_store_plainly(of('{a,b,c,d}', jsonb_build_object('body', key())), 'w1', 'http');
rollback;
insert into windlass.second_person values ('BRL', 5);
select * from windlass.attempts_store(of('{b}', jsonb_build_object('body', key())), 'w1', 'http');
delete from windlass.second_person;
select * from windlass.attempts_store(of('{a,b,c,d}', jsonb_build_object('body', key())), 'w1', 'manual');
select reference, amount, currency, via, stored_by, octet_length(body) from windlass.attempt order by 1;

\echo == sent: those that may be, by their rail
select * from windlass.attempts_sent(of('{a,b,c,d}', '{"via": "http", "b": {"via": "manual"},
    "c": {"via": "manual", "version": 1}, "d": {"via": "manual"}}'), 100000) order by 1;
insert into windlass.second_person values ('BRL', 5);
select * from windlass.attempts_sent(of('{c}', '{"via": "manual"}'), 100000);
delete from windlass.second_person;
select * from windlass.attempts_sent(of('{c}', '{"via": "manual"}'), 100000);

\echo == accepted: one id of the bank for one of them, and the others are met alone
select windlass.attempts_moved_plainly(of('{a,b,c}', '{"what": "accepted", "a": {"bank_id": "B1"},
    "b": {"bank_id": "B1"}, "c": {"bank_id": "B3"}}'));
select * from windlass.attempts_moved(of('{a,b,c}', '{"what": "accepted", "a": {"bank_id": "B1"},
    "b": {"bank_id": "B1"}, "c": {"bank_id": "B3"}}'));
select * from windlass.attempts_moved(of('{a,b,d}', '{"what": "accepted", "a": {"what": "seen"},
    "b": {"bank_id": "B2"}, "d": {"bank_id": "B4"}}'));
select tx_id, outflow, version, outcome, sends, method, told from stand;
select tx_id, looks, empties from windlass.attempt order by 1;
-- The same twice in a list is nothing that is plain.
select windlass.attempts_moved_plainly(of('{a}', '{"what": "seen"}') || of('{a}', '{"what": "empty"}'));

\echo == told: what is sent is in doubt; what the bank may have given back is not told
update windlass.attempt set doubted_at = windlass.now() where tx_id = 'd';
select * from windlass.reports_sent(of('{a,b,c,d}', '{"c": {"token": 1}}')) order by 1;
update windlass.attempt set doubted_at = '-infinity' where tx_id = 'd';
select * from windlass.reports_sent(of('{a,b,c,d}', '{}')) order by 1;
select * from windlass.reports_done(of('{a,b,c,d}', said('{a,b,c,d}', 'pending_external', 20)
    || '{"c": {"record": {"tx_id": "c", "status": null, "updated_us": 20}}, "d": {"seq": 9}}'));
select * from windlass.reports_done(of('{c,d}', said('{c,d}', 'pending_external', 20)));
select tx_id, method, told, status, snapshot from stand;

\echo == settled: out of the pool, once
begin;
select windlass.attempts_moved_plainly(of('{a,b,c,d}', '{"what": "settled"}'));
select count(*), sum(total), sum(held) from windlass.pool_row;
rollback;
update windlass.quote_use set ended = 'released' where tx_id = 'b';
select * from windlass.attempts_moved(of('{a,b,c,d}', '{"what": "settled", "d": {"version": 1}}'));
update windlass.quote_use set ended = 'live' where tx_id = 'b';
select * from windlass.attempts_moved(of('{a,b,d}', '{"what": "settled", "a": {"what": "seen"}}'));
select sum(total), sum(held) from windlass.pool_row;
select count(*) from windlass.pool_verify();
select kind, count(*), sum(amount) from windlass.pool_entry group by 1 order by 1;

\echo == over: the claim is given back, unless there was news or the bank may have given it back
select count(*) from windlass.reports_sent(of('{a,b,c,d}', '{}'));
update windlass.attempt set doubted_at = windlass.now() where tx_id = 'b';
select * from windlass.reports_done(of('{a,b,c,d}', said('{a,b,c,d}', 'completed', 30)
    || jsonb_build_object('c', jsonb_build_object('nudged', 0, 'record', record('c', 30, 'completed')))));
select tx_id, state, outflow, version, told, claimed_by, never, status from stand;

\echo == each step is in the trail once
select subject, string_agg(detail ->> 'to', ' ' order by n) from windlass.audit
    where what = 'outflow' group by 1 order by 1;
