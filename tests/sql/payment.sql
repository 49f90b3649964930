-- A payment from seen to done, by its functions; rows that must not be, by hand;
-- and who has lost the claim or the version changes nothing.
create or replace function qid(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
create or replace function quote(n integer, x numeric) returns text language sql as $$
    select h.outcome from windlass.quote_hold(qid(n), 'G1', 'G1', false, 1000, 'one',
        'stellar:native', 'iso4217:BRL', 'sell', 7, x, 1, 'stellar:native', 'Fee', '0.2', 'PIX',
        'BR', 300, null, 1) h $$;
create or replace function seen(tx text, at integer, more jsonb default '{}') returns text
language sql as $$
    select s.outcome from windlass.payments_seen(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'status', 'pending_receiver', 'updated_us', at, 'is_paid', false,
        'is_final', false, 'named_quote', '', 'sender', 's1', 'receiver', 'r1', 'method', 'PIX',
        'currency', 'BRL', 'memo', 100 + ascii(tx), 'snapshot', '{}'::jsonb) || more)) s $$;
-- The token of a payment's claim, if that was its nth.
create or replace function tok(tx text, nth bigint) returns bigint language sql as $$
    select coalesce((select p.claim_token from windlass.payment p
        where p.tx_id = tx and p.claim_token >> 32 = nth), nth) $$;
-- Claims that payment alone; the others look claimed meanwhile.  The how manieth
-- claim on it this is.
create or replace function claim(tx text, who text default 'w1') returns bigint
language plpgsql as $$
declare
    t bigint;
begin
    update windlass.payment set next_at = case tx_id when tx then '-infinity' else 'infinity' end::timestamptz,
        claimed_until = case tx_id when tx then '-infinity'::timestamptz else claimed_until end;
    select c.token >> 32 into t from windlass.payments_claim(who, 9, 60000) c;
    return t;
end $$;
create or replace function pass(tx text, token bigint, n integer, more jsonb default '{}')
returns text language sql as $$
    select windlass.gate_pass(tx, tok(tx, token), jsonb_build_object('quote_id', qid(n), 'client', 'G1',
        'started_us', windlass.us(windlass.now()), 'asset', 'stellar:native', 'expected', '7',
        'buy_asset', 'iso4217:BRL', 'payout', '10', 'fee', '1', 'fee_asset', 'stellar:native',
        'currency', 'BRL', 'method', 'PIX', 'sender', 's1', 'receiver', 'r1',
        -- One account, with a memo of its own in each.
        'beneficiary', repeat('ab', 32) || repeat('0' || n, 32), 'destination', 'GO', 'per_day', '25', 'per_beneficiary', '25', 'least_left_ms', 60000,
        'params', '{"memo": "1"}'::jsonb) || more) $$;
create or replace function key() returns bytea immutable language sql
as $$ select decode(repeat('ab', 60), 'hex') $$;
create or replace function moved(tx text, token bigint, version bigint, n integer, what text,
    bank_id text default '') returns text language sql as $$
    select m.outcome from windlass.attempts_moved(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', tok(tx, token), 'version', version, 'n', n, 'what', what, 'bank_id', bank_id,
        'code', 'blocked', 'is_fixable', false, 'next_us', 0))) m $$;
create or replace function ops(amount text, id text default '1', asset text default 'stellar:native')
returns jsonb language sql as $$
    select jsonb_build_array(jsonb_build_object('hash', repeat('ab', 32), 'id', id, 'amount', amount,
        'asset', asset, 'from', 'GW', 'at_us', 5)) $$;
create or replace function stand(tx text) returns text language sql as $$
    select concat_ws(' ', p.state, o.state, o.version, a.outcome, a.sends, r.method, r.state, r.doubt)
        from windlass.payment p left join windlass.outflow o using (tx_id)
        left join windlass.attempt a using (tx_id)
        left join lateral (select * from windlass.report x where x.tx_id = p.tx_id
            order by seq desc limit 1) r on true
        where p.tx_id = tx $$;

select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "100"}]', 'd');
select quote(n, 10) from generate_series(1, 8) n;

\echo -- what is seen: once, later ones only, the bad one alone
select seen('a', 10), seen('a', 10), seen('a', 9), seen('a', 11);
select seen('b', 10, '{"memo": 197}'), seen('c', 10, '{"is_final": true, "status": "completed"}');
select seen('d', 10, '{"status": null}'), seen('a b', 10), seen('b', 10);
select * from windlass.payments_seen('[{"tx_id": "e", "status": "x", "updated_us": 1,
    "is_paid": false, "is_final": false, "named_quote": "", "sender": "", "receiver": "",
    "method": "", "currency": "", "memo": 5, "snapshot": {}}, 7, {}]');
select kind, tx_id from windlass."case" order by tx_id;

\echo -- one claims; who lost the claim changes nothing
select claim('a', 'w1');
select count(*) from windlass.payments_claim('w2', 9, 60000);
select claim('a', 'w2');
select windlass.payment_stop('a', tok('a', 1), 'held', 'code', 'Because.'),
    windlass.payment_close('a', tok('a', 1), 'x'), windlass.gate_drop('a', tok('a', 1), 1, 'x'),
    windlass.report_intend('a', tok('a', 1), 'm', '{}', '', '', '', 0), pass('a', 1, 1),
    windlass.funds_taken('a', tok('a', 1), ops('7'), key());

\echo -- the gate: all or nothing
select pass('a', 2, 99), pass('a', 2, 1, '{"client": "G2"}'), pass('a', 2, 1, '{"payout": "11"}');
select pass('a', 2, 1, '{"per_day": "9.99"}'), pass('a', 2, 1, '{"per_beneficiary": "9.99"}'),
    pass('a', 2, 1, '{"least_left_ms": 400000}');
select count(*) from windlass.promised;
select pass('a', 2, 1, '{"method": ""}');
select stand('a'), (select count(*) from windlass.quote_use), (select count(*) from windlass.promised);
select pass('a', 2, 1), pass('a', 2, 1);
select stand('a'), params - 'user_action_required_by' as params, expect_status
    from windlass.report where tx_id = 'a';
select kind, who, currency, amount from windlass.promised order by 1;
select claim('b');
select pass('b', 1, 1), pass('b', 1, 2, '{"per_day": "19.99"}'), pass('b', 1, 2);
select amount from windlass.promised order by kind;

\echo -- dropped: as before the gate, and the quote is spent for it
select windlass.gate_drop('b', tok('b', 1), 1, 'quote_expired'), stand('b');
select amount from windlass.promised order by kind;
select pass('b', 1, 2), pass('b', 1, 3);

\echo -- asked for before, by a gate that was lost: with its memo, and read back first
begin;
select seen('z', 10), claim('z');
select pass('z', 1, 8, '{"is_asked": true, "memo": "197"}');
select pass('z', 1, 8, '{"is_asked": true, "memo": "9001"}');
select stand('z'), memo from windlass.payment where tx_id = 'z';
select detail - 'quote' as detail from windlass.audit where what = 'gate' and subject = 'z';
update windlass.payment set memo = 5 where tx_id = 'z';
rollback;

\echo -- a report is sent once until it is read back
create or replace function told(tx text, token bigint, seq integer) returns bigint language sql as $$
    select count(*) from windlass.reports_sent(jsonb_build_array(
        jsonb_build_object('tx_id', tx, 'token', tok(tx, token), 'seq', seq))) $$;
create or replace function known(tx text, token bigint, seq integer) returns text language sql as $$
    select outcome from windlass.reports_done(jsonb_build_array(
        jsonb_build_object('tx_id', tx, 'token', tok(tx, token), 'seq', seq))) $$;
select told('a', 1, 1), told('a', 2, 1), told('a', 2, 1);
select windlass.reports_again(jsonb_build_array(jsonb_build_object('tx_id', 'a', 'token', tok('a', 2),
    'seq', 1, 'error', '-32603')));
select told('a', 2, 1), tries, alone, last_error from windlass.report where tx_id = 'a';
select known('a', 1, 1), known('a', 2, 1), known('a', 2, 1);

\echo -- the money: exactly, in its asset, each operation once
select windlass.funds_taken('a', tok('a', 2), ops('6.9'), key());
select windlass.funds_taken('a', tok('a', 2), ops('7', '1', 'stellar:X'), key());
select windlass.funds_taken('a', tok('a', 2), ops('7') || ops('7'), key());
\echo -- the book may take less for it, to nine tenths, or more, which a person is told
select windlass.funds_taken('a', tok('a', 2), ops('6.29'), key(), 0, 99);
select windlass.funds_taken('a', tok('a', 2), ops('7.5'), key(), 7, 7.4);
begin;
select windlass.funds_taken('a', tok('a', 2), ops('6.3'), key(), 6, 7), count(*) from windlass."case" where tx_id = 'a';
rollback;
begin;
select windlass.funds_taken('a', tok('a', 2), ops('7.5'), key(), 7, 7.5);
select kind, reason from windlass."case" where tx_id = 'a';
rollback;
select windlass.funds_taken('a', tok('a', 2), ops('7'), key()), windlass.funds_taken('a', tok('a', 2), ops('7'), key());
select known('b', 1, 2), windlass.funds_taken('b', tok('b', 1), ops('7'), key());
select stand('a'), stand('b');

\echo -- an order: stored once, by version, never while money is held or a report open
select windlass.attempt_store('a', tok('a', 2), 9, 1, key(), 'w1');
select windlass.hold_set('a test'), windlass.attempt_store('a', tok('a', 2), 1, 1, key(), 'w1');
select windlass.hold_lift('a test'), windlass.attempt_store('a', tok('a', 2), 1, 1, key(), 'w1');
select windlass.attempt_store('a', tok('a', 2), 2, 2, key(), 'w1');
create or replace function send(tx text, token bigint, version bigint, n integer,
    ms bigint default 1000) returns bigint language sql as $$
    select count(*) from windlass.attempts_sent(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', tok(tx, token), 'version', version, 'n', n)), ms) $$;
select windlass.hold_set('a test'), send('a', 2, 2, 1);
select windlass.hold_lift('a test'), send('a', 1, 2, 1), send('a', 2, 1, 1), send('a', 2, 2, 2);
select send('a', 2, 2, 1, 0), send('a', 2, 2, 1, 100000);
select stand('a');
update windlass.attempt set deadline = 'infinity';
update windlass.attempt set first_sent = first_sent - interval '1 day';
update windlass.attempt set body = key() || key();
update windlass.attempt set amount = 11;
update windlass.attempt set sends = 0;
update windlass.attempt set reference = 'x:1';
insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch,
    stored_by) values ('a', 2, 'payout', 'a:2', 'a:2', 10, 'BRL', key(), 1, 'w1');

\echo -- refused, doubted, found after all
select moved('a', 2, 2, 1, 'refused'), stand('a');
select moved('a', 2, 3, 1, 'believed'), stand('a');
select moved('a', 2, 3, 1, 'empty'), moved('a', 2, 3, 1, 'accepted', ''), moved('a', 2, 3, 1, 'settled');
select moved('a', 2, 3, 1, 'accepted', 'B1'), stand('a');
select moved('a', 2, 3, 1, 'accepted', 'B1'), moved('a', 2, 4, 1, 'accepted', 'B2'), stand('a');

\echo -- settled: out of the pool; done with its last report
select moved('a', 2, 4, 1, 'settled'), stand('a');
select total, held from windlass.pool_row;
select told('a', 2, 3), known('a', 2, 2), told('a', 2, 3), known('a', 2, 3), stand('a');
select count(*) from windlass.pool_verify();

\echo -- refused and believed: two empty look-ups, then it failed
select seen('f', 1), claim('f');
select pass('f', 1, 4), known('f', 1, 1), windlass.funds_taken('f', tok('f', 1), ops('7', '2'), key());
select windlass.attempt_store('f', tok('f', 1), 1, 1, key(), 'w1'), send('f', 1, 2, 1);
select moved('f', 1, 2, 1, 'refused'), moved('f', 1, 3, 1, 'empty'), moved('f', 1, 3, 1, 'empty');
select moved('f', 1, 3, 1, 'believed'), stand('f'), reason from windlass.payment where tx_id = 'f';

\echo -- roads that there are not
create or replace function force(tx text, state_ text, way_ text default 'payout') returns text
language plpgsql as $$
begin
    update windlass.outflow set state = state_, way = way_, version = version + 1 where tx_id = tx;
    raise exception 'went through' using errcode = 'WL999';
exception when others then
    return sqlstate;
end $$;
select s as to, force('a', s) as from_done, force('f', s) as from_failed, force('f', s, 'refund') as by_refund
    from unnest(array['ready', 'sending', 'accepted', 'settled', 'done', 'refused', 'failed', 'review']) s;
update windlass.outflow set state = 'review' where tx_id = 'f';
update windlass.outflow set sealed_key = key() || key(), version = version + 1 where tx_id = 'f';
insert into windlass.outflow (tx_id, way, state, sealed_key) values ('f', 'payout', 'ready', key());
delete from windlass.outflow;
delete from windlass.attempt;
delete from windlass.payment;
delete from windlass.funding;
update windlass.funding set tx_id = 'b';

\echo -- what the gate has fixed
update windlass.payment set payout = 11 where tx_id = 'a';
update windlass.payment set receiver = 'r2' where tx_id = 'a';
update windlass.payment set beneficiary = 'x' where tx_id = 'a';
update windlass.payment set memo = 1 where tx_id = 'a';
update windlass.payment set claim_token = 1 where tx_id = 'a';
update windlass.payment set gated_at = '-infinity' where tx_id = 'a';
update windlass.payment set state = 'asked' where tx_id = 'e';
update windlass.payment set quote_id = (select quote_id from windlass.payment where tx_id = 'a')
    where tx_id = 'e';

\echo -- NULL and NaN slip through nothing
insert into windlass.funding values (repeat('cd', 32), '9', 'a', 'NaN', 'x', 'G', now());
insert into windlass.funding values (repeat('cd', 32), null, 'a', 1, 'x', 'G', now());
insert into windlass.funding values ('CD', '9', 'a', 1, 'x', 'G', now());
update windlass.payment set expected = 'NaN' where tx_id = 'e';
update windlass.payment set memo = null where tx_id = 'e';
update windlass.attempt set outcome = null where tx_id = 'a';
update windlass.promised set amount = 'NaN';
insert into windlass.report (tx_id, seq, method, params, rpc_id)
    values ('a', 9, 'm', '{"transaction_id": "b"}', 'a:9');
insert into windlass.report (tx_id, seq, method, params, rpc_id)
    values ('a', 9, 'm', '{"transaction_id": "a"}', 'a:8');
insert into windlass.approval (tx_id, n, asked_by, approved_by) values ('a', 1, 'x', 'x');

\echo -- leases: one has it, and renews it
select windlass.lease_take('poll', 'w1', 60000), windlass.lease_take('poll', 'w2', 60000),
    windlass.lease_take('poll', 'w1', 60000), windlass.lease_take('none', 'w1', 60000);
select windlass.lease_end('poll', 'w2'), windlass.lease_take('poll', 'w2', 60000),
    windlass.lease_end('poll', 'w1'), windlass.lease_take('poll', 'w2', 60000);
select is_ours,
    now_us between windlass.us(windlass.clock_now()) - 60000000 and windlass.us(windlass.clock_now()) as is_now from windlass.errands_take('w1', 60000);
select is_ours from windlass.errands_take('w2', 60000);
select is_ours from windlass.errands_take('w1', 60000);

\echo -- what a watcher finds when it starts again, and what it may touch
select claim('e', 'w9') is not null as claimed;

\echo -- what is due of its own it keeps, under the same token; others get none of it
select claim_token as token from windlass.payment where tx_id = 'e' \gset
select tx_id, token = :token as is_same from windlass.payments_claim('w9', 9, 600000);
select claimed_until > windlass.clock_now() + interval '300 s' as is_longer
    from windlass.payment where tx_id = 'e';
select count(*) from windlass.payments_claim('w8', 9, 60000) where tx_id = 'e';
update windlass.payment set claimed_until = '-infinity' where tx_id = 'e';
select token >> 32 = (:token >> 32) + 1 as is_another from windlass.payments_claim('w9', 9, 60000) where tx_id = 'e';

\echo -- a database that comes back from a backup counts the same claims under other tokens
update windlass.payment set claimed_until = '-infinity' where tx_id = 'e';
begin;
select token as lost from windlass.payments_claim('w9', 9, 60000) where tx_id = 'e' \gset
rollback;
select token <> :lost as is_another, token >> 32 = :lost >> 32 as is_as_high
    from windlass.payments_claim('w9', 9, 60000) where tx_id = 'e';
select windlass.payment_lock('e', :lost), windlass.payment_stop('e', :lost, 'held', 'code', 'Because.');
select count(distinct windlass.token_next(5)) > 990 as differ, min(windlass.token_next(5)) > 5 as rise
    from generate_series(1, 1000);

\echo -- who starts again is free of all claims
select has_attempts, freed from windlass.watcher_start('w9');
select windlass.references_lacking('["a:1", "zz:1"]');
select reference from windlass.references_of_others('w9', 0) order by 1;
set session authorization windlass_watcher;
select windlass.hold_lift('me');
select count(*) from windlass.payment;
select windlass.outflow_move('a', 'review', 'x');
select windlass.attempt_settled('a', 1, '');
select windlass.quote_settle(null, 'a');
reset session authorization;
