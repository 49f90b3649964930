-- Money that goes back: turned, ordered, told, done; and what is never turned.
create or replace function qid(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
create or replace function quote(n integer, x numeric) returns text language sql as $$
    select h.outcome from windlass.quote_hold(qid(n), 'G1', 'G1', false, 1000, 'one',
        'stellar:native', 'iso4217:BRL', 'sell', 7, x, 1, 'stellar:native', 'Fee', '0.2', 'PIX',
        'BR', 300, null, 1) h $$;
create or replace function seen(tx text, at integer, more jsonb default '{}') returns text
language sql as $$
    select s.outcome from windlass.payments_seen(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'status', 'pending_receiver', 'updated_us', at, 'is_paid', at > 1,
        'is_final', false, 'named_quote', '', 'sender', 's1', 'receiver', 'r1', 'method', 'PIX',
        'currency', 'BRL', 'memo', 100 + ascii(tx), 'snapshot', jsonb_build_object('amount_in',
            jsonb_build_object('amount', '7', 'asset', 'stellar:native'))) || more)) s $$;
create or replace function claim(tx text) returns bigint language plpgsql as $$
declare
    t bigint;
begin
    update windlass.payment set next_at = case tx_id when tx then '-infinity' else 'infinity' end::timestamptz,
        claimed_until = case tx_id when tx then '-infinity'::timestamptz else claimed_until end;
    select c.token into t from windlass.payments_claim('w1', 9, 60000) c;
    return t;
end $$;
create or replace function token(tx text) returns bigint language sql as $$
    select claim_token from windlass.payment where tx_id = tx $$;
create or replace function version(tx text) returns bigint language sql as $$
    select version from windlass.outflow where tx_id = tx $$;
create or replace function key() returns bytea immutable language sql
as $$ select decode(repeat('ab', 60), 'hex') $$;
create or replace function ops(amount text, id text, asset text default 'stellar:native',
    source text default 'GW') returns jsonb language sql as $$
    select jsonb_build_array(jsonb_build_object('hash', repeat('ab', 32), 'id', id, 'amount', amount,
        'asset', asset, 'from', source, 'at_us', 5)) $$;
create or replace function known(tx text, more jsonb default '{}') returns text language sql as $$
    select outcome from windlass.reports_done(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', token(tx), 'seq', (select min(seq) from windlass.report
            where tx_id = tx and state = 'open')) || more)) $$;
-- How many of its reports may be sent.
create or replace function told(tx text) returns bigint language sql as $$
    select count(*) from windlass.reports_sent(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', token(tx), 'seq', (select min(seq) from windlass.report
            where tx_id = tx and state = 'open')))) $$;
-- Asked for its money; paid for; ordered; refused for good.
create or replace function asked(tx text, n integer) returns text language plpgsql as $$
begin
    perform seen(tx, 1);
    perform claim(tx);
    perform windlass.gate_pass(tx, token(tx), jsonb_build_object('quote_id', qid(n), 'client', 'G1',
        'started_us', windlass.us(windlass.now()), 'asset', 'stellar:native', 'expected', '7',
        'buy_asset', 'iso4217:BRL', 'payout', '10', 'fee', '1', 'fee_asset', 'stellar:native',
        'currency', 'BRL', 'method', 'PIX', 'sender', 's1', 'receiver', 'r1', 'beneficiary', 'abcd',
        'destination', 'GO', 'per_day', '250', 'per_beneficiary', '250', 'least_left_ms', 60000,
        'params', '{"memo": "1"}'::jsonb));
    return known(tx) || ' ' || seen(tx, 2);
end $$;
create or replace function paid(tx text, n integer) returns text language sql as $$
    select asked(tx, n) || ' ' || windlass.funds_taken(tx, token(tx), ops('7', n::text), key()) $$;
create or replace function ordered(tx text, n integer, refund jsonb default '{}') returns text
language sql as $$
    select windlass.attempt_store(tx, token(tx), version(tx), n, key(), 'w1', refund) $$;
create or replace function send(tx text, n integer) returns bigint language sql as $$
    select count(*) from windlass.attempts_sent(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', token(tx), 'version', version(tx), 'n', n)), 100000) $$;
create or replace function moved(tx text, n integer, what text, more jsonb default '{}')
returns text language sql as $$
    select m.outcome from windlass.attempts_moved(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', token(tx), 'version', version(tx), 'n', n, 'what', what, 'bank_id', '',
        'code', 'blocked', 'is_fixable', false, 'next_us', 0) || more)) m $$;
create or replace function refused(tx text, n integer) returns text language plpgsql as $$
begin
    perform ordered(tx, n);
    perform send(tx, n);
    perform moved(tx, n, 'refused');
    perform moved(tx, n, 'empty');
    perform moved(tx, n, 'empty');
    return moved(tx, n, 'believed');
end $$;
create or replace function stand(tx text) returns text language sql as $$
    select concat_ws(' ', p.state, p.refund_why, o.way, o.state, o.version, r.method, r.state)
        from windlass.payment p left join windlass.outflow o using (tx_id)
        left join lateral (select * from windlass.report x where x.tx_id = p.tx_id
            order by seq desc limit 1) r on true
        where p.tx_id = tx $$;
create or replace function turn(tx text) returns text language sql as $$
    select windlass.payment_turn(tx, token(tx), 'payout_refused') $$;
create or replace function refund(tx text) returns text language sql as $$
    select concat_ws(' ', outcome, state, status)
        from windlass.operator_payment_refund(tx, 'ana', 'asked for it') $$;

select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "200"}]', 'd');
select string_agg(quote(n, 10), ' ') from generate_series(1, 12) n;

\echo -- what is not turned: unpaid, unstopped, under way, or over
select seen('u', 1), claim('u') > 0, turn('u'), refund('u'), refund('nobody');
select seen('n', 1), seen('n', 2), claim('n') > 0, turn('n'), refund('n');
select asked('a', 1), turn('a'), refund('a'), stand('a');
select paid('b', 2), ordered('b', 1), turn('b'), refund('b'), send('b', 1), turn('b');
select moved('b', 1, 'accepted', '{"bank_id": "B1"}'), turn('b'), refund('b');
select moved('b', 1, 'settled'), refund('b'), known('b'), known('b'), refund('b'), turn('b');
select windlass.payment_turn('b', 0, 'x'), stand('b');

\echo -- refused for good, turned by policy: a new order, by the treasury
select paid('c', 3), refused('c', 1), stand('c');
select turn('c'), turn('c'), stand('c');
select kind, state, closed_by from windlass."case" where tx_id = 'c';
select total, held from windlass.pool_row;
select ordered('c', 2), ordered('c', 2, '{"amount": "6.5", "asset": "stellar:native", "fee": "0.5",
    "fee_asset": "stellar:native"}');
select n, rail, amount, currency, fee, fee_asset, outcome from windlass.attempt where tx_id = 'c' order by n;
update windlass.attempt set fee = 0 where tx_id = 'c';
select send('c', 2), moved('c', 2, 'accepted', '{"bank_id": "T1"}'), stand('c');
select moved('c', 2, 'settled'), moved('c', 2, 'settled', '{"hash": "ab"}');
select moved('c', 2, 'settled', jsonb_build_object('hash', repeat('cd', 32))), stand('c');
update windlass.attempt set hash = repeat('ef', 32) where tx_id = 'c' and n = 2;
select params -> 'refund' as refund, expect_status from windlass.report where tx_id = 'c' order by seq desc limit 1;
select total, held from windlass.pool_row;
select known('c'), stand('c');
select total, held from windlass.pool_row;
select ended from windlass.quote_use where tx_id = 'c';
select count(*) from windlass.pool_verify();

\echo -- a treasury that refuses: a person orders it again
select paid('d', 4), refund('d'), refund('d');
select ordered('d', 1, '{"amount": "7", "asset": "stellar:native", "fee": "0", "fee_asset": "x"}'),
    refund('d'), send('d', 1), moved('d', 1, 'refused'), moved('d', 1, 'empty'),
    moved('d', 1, 'empty'), moved('d', 1, 'believed');
select reason, stand('d') from windlass.payment where tx_id = 'd';
select refund('d'), stand('d');
select what, detail from windlass.audit where subject = 'd' and what like 'payment_%' order by n;

\echo -- held with money and no outflow: verified first, and only as it came
select asked('e', 5), windlass.payment_stop('e', token('e'), 'held', 'paid_late', 'Late.'), turn('e');
select turn('e'), stand('e'), reason from windlass.payment where tx_id = 'e';
select *, stand('e') from windlass.operator_payment_retry('e', 'ana', 'pay it after all');
select windlass.funds_taken('e', token('e'), ops('6', '5'), key());
select windlass.funds_taken('e', token('e'), ops('4', '5') || ops('3', '55', 'stellar:native', 'GX'), key());
select windlass.funds_taken('e', token('e'), ops('7', '5', 'stellar:other'), key());
select windlass.funds_taken('e', token('e'), ops('4', '5') || ops('3', '55'), key()), stand('e');
select * from windlass.refund_facts('e');
select seen('f', 1), seen('f', 2), claim('f') > 0,
    windlass.payment_stop('f', token('f'), 'held', 'paid_without_gate', 'Why.');
select refund('f'), windlass.payment_stop('f', token('f'), 'held', 'refund_unclear', 'Why.'), stand('f');
select refund('f'), windlass.funds_taken('f', token('f'), ops('7', '6'), key()), stand('f');

\echo -- the road, never while money is held or a report open
select windlass.refund_step('f', token('f'), 9, 'notify_transaction_error', '{}', 'error') as version,
    windlass.refund_step('f', 0, version('f'), 'notify_transaction_error', '{}', 'error') as token;
select windlass.hold_set('a test'),
    windlass.refund_step('f', token('f'), version('f'), 'notify_transaction_error', '{}', 'error');
select windlass.hold_lift('a test'),
    windlass.refund_step('f', token('f'), version('f'), 'notify_transaction_error', '{}', 'error'),
    windlass.refund_step('f', token('f'), version('f'), 'notify_transaction_recovery', '{}', '');
select known('f'), windlass.refund_step('f', token('f'), version('f'), 'notify_transaction_recovery',
    '{}', 'pending_receiver'), known('f'), stand('f');

\echo -- by the platform itself: ordered once, and a person out of doubt
select windlass.refund_step('f', token('f'), version('f'), 'do_stellar_refund', '{"refund": {}}',
    'pending_stellar'), stand('f');
select alone from windlass.report where tx_id = 'f' and method = 'do_stellar_refund';
select windlass.refund_step('f', token('f'), version('f'), 'do_stellar_refund', '{}', 'x'), refund('f');
select windlass.report_park('f', token('f'), 4, 'report_contradicted', 'Why.'), stand('f');
select windlass.report_park('f', token('f'), (select max(seq) from windlass.report where tx_id = 'f'),
    'report_contradicted', 'Why.'), stand('f');
select * from windlass.operator_payment_release('f', 'ana', 'it was not sent');
select stand('f'), windlass.report_park('f', token('f'), (select max(seq) from windlass.report
    where tx_id = 'f'), 'report_contradicted', 'Why.');
select refund('f'), stand('f');
select windlass.refund_step('f', token('f'), version('f'), 'do_stellar_refund', '{"refund": {}}',
    'pending_stellar');
\echo -- a hold that came after it was chosen stops it at the last look
select windlass.hold_set('a test'), told('f');
select tries, doubt from windlass.report where tx_id = 'f' and state = 'open';
select windlass.hold_lift('a test'), told('f');
select known('f'), stand('f');
select windlass.custody_done('f', 0, version('f')), windlass.custody_done('f', token('f'), version('f')),
    stand('f');

\echo -- stopped before it was sent: a person turns it, a watcher must not
select paid('g', 7), windlass.payment_stop('g', token('g'), 'held', 'beneficiary_changed', 'Why.'), stand('g');
select token('g') as token \gset
set session authorization windlass_watcher;
select windlass.payment_turn('g', :token, 'x');
reset session authorization;
select ordered('g', 1), refund('g'), stand('g');
select paid('h', 8), ordered('h', 1), windlass.outflow_review('h', token('h'), version('h'), 'odd', 'Why.', false, 0),
    refund('h'), stand('h');
select outcome, refusal from windlass.attempt where tx_id = 'h';
select paid('i', 9), ordered('i', 1), send('i', 1),
    windlass.outflow_review('i', token('i'), version('i'), 'odd', 'Why.', false, 1), refund('i'), stand('i');

\echo -- a payout that we never sent holds all money, unless another has sent it meanwhile
select paid('v', 11), ordered('v', 1), stand('v');
select windlass.outflow_review('v', token('v'), version('v') - 1, 'never_sent', 'Why.', true, 0),
    windlass.outflow_review('v', token('v'), version('v'), 'never_sent', 'Why.', true, 1) as sent,
    send('v', 1), windlass.outflow_review('v', token('v'), version('v'), 'never_sent', 'Why.', true, 0) as late;
select is_on from windlass.money_hold;
select windlass.outflow_review('v', token('v'), version('v'), 'never_sent', 'Why.', true, 1), stand('v');
select is_on, left(reason, 10) from windlass.money_hold;
select windlass.hold_lift('a test');
select windlass.outflow_review('v', 0, 0, 'bank_mismatch', 'Why.', true, 1);
select is_on, left(reason, 13) from windlass.money_hold;
select windlass.hold_lift('a test');

\echo -- the record went where a refund cannot be told: the road, and told again
select paid('j', 10), refund('j'), ordered('j', 1, '{"amount": "7", "asset": "stellar:native", "fee": "0",
    "fee_asset": "x"}'), send('j', 1), moved('j', 1, 'accepted', '{"bank_id": "T9"}'),
    moved('j', 1, 'settled', jsonb_build_object('hash', repeat('09', 32)));
create or replace function again(at integer, status text) returns boolean language sql as $$
    select windlass.refund_again('j', token('j'), (select min(seq) from windlass.report
        where tx_id = 'j' and state = 'open'), jsonb_build_array(jsonb_build_object('record',
        jsonb_build_object('tx_id', 'j', 'status', status, 'updated_us', at, 'is_paid', true,
        'is_final', false, 'named_quote', '', 'sender', 's1', 'receiver', 'r1', 'method', 'PIX',
        'currency', 'BRL', 'snapshot', '{}'::jsonb)))) $$;
select again(20, 'completed'), again(21, 'pending_external'), again(22, 'pending_external');
select method, state, last_error from windlass.report where tx_id = 'j' order by seq;
select known('j'), known('j'), again(23, 'pending_customer_info_update');
select known('j'), known('j'), stand('j');
select method, state from windlass.report where tx_id = 'j' order by seq;
