-- What the bank refuses or gives back: when that is believed, what it leaves of the
-- pool and of what was to be told, and how it is ordered again.
create or replace function qid(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
create or replace function key() returns bytea immutable language sql
as $$ select decode(repeat('ab', 60), 'hex') $$;
create or replace function tok(tx text) returns bigint language sql
as $$ select claim_token from windlass.payment where tx_id = tx $$;
create or replace function ver(tx text) returns bigint language sql
as $$ select version from windlass.outflow where tx_id = tx $$;
create or replace function record(status_ text, at integer, tx text) returns jsonb language sql as $$
    select jsonb_build_object('tx_id', tx, 'status', status_, 'updated_us', at, 'is_paid', at > 1,
        'is_final', false, 'named_quote', '', 'sender', 's1', 'receiver', qid(9), 'method', 'PIX',
        'currency', 'BRL', 'memo', 100 + at * 1000 + ascii(tx), 'snapshot', '{}'::jsonb) $$;
create or replace function moved(tx text, what text, more jsonb default '{}') returns text
language sql as $$
    select m.outcome from windlass.attempts_moved(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', tok(tx), 'version', ver(tx), 'n', (select max(n) from windlass.attempt
            where tx_id = tx), 'what', what, 'bank_id', 'B' || tx || (select max(n)
            from windlass.attempt where tx_id = tx), 'code', 'closed', 'is_fixable', true,
        'field', 'bank_account_number', 'next_us', 0) || more)) m $$;
create or replace function ordered(tx text, n integer) returns text language plpgsql as $$
begin
    return windlass.attempt_store(tx, tok(tx), ver(tx), n, key(), 'w1') || ' ' || (select count(*)
        from windlass.attempts_sent(jsonb_build_array(jsonb_build_object('tx_id', tx, 'token', tok(tx),
            'version', ver(tx), 'n', n)), 100000));
end $$;
create or replace function told(tx text, seq integer) returns text language sql as $$
    select (select count(*) from windlass.reports_sent(jsonb_build_array(jsonb_build_object(
        'tx_id', tx, 'token', tok(tx), 'seq', seq)))) || ' ' || (select outcome
        from windlass.reports_done(jsonb_build_array(jsonb_build_object('tx_id', tx, 'token', tok(tx),
            'seq', seq)))) $$;
create or replace function stand(tx text) returns text language sql as $$
    select concat_ws(' ', p.state, split_part(p.reason, ':', 1), o.state, o.told,
            (select string_agg(a.outcome, ',' order by a.n) from windlass.attempt a where a.tx_id = tx),
            (select string_agg(r.method || ' ' || r.state, ', ' order by r.seq) from windlass.report r
                where r.tx_id = tx and r.method <> 'request_onchain_funds'))
        from windlass.payment p join windlass.outflow o using (tx_id) where p.tx_id = tx $$;
create or replace function later(seconds integer) returns void language sql as $$
    select windlass.clock_set(seconds * 1000::bigint) $$;
-- A payment whose money came, with its quote bound.
create or replace function funded(tx text, n integer) returns text language plpgsql as $$
begin
    perform windlass.quote_hold(qid(n), 'G1', 'G1', false, 1000, 'one', 'stellar:native',
        'iso4217:BRL', 'sell', 7, 10, 1, 'stellar:native', 'Fee', '0.2', 'PIX', 'BR', 300, null, 1);
    perform windlass.payments_seen(jsonb_build_array(record('pending_receiver', 1, tx)));
    perform windlass.gate_pass(tx, tok(tx), jsonb_build_object('quote_id', qid(n), 'client', 'G1',
        'started_us', windlass.us(windlass.now()), 'asset', 'stellar:native', 'expected', '7',
        'buy_asset', 'iso4217:BRL', 'payout', '10', 'fee', '1', 'fee_asset', 'stellar:native',
        'currency', 'BRL', 'method', 'PIX', 'sender', 's1', 'receiver', qid(9), 'beneficiary', 'abcd',
        'destination', 'GO', 'per_day', '1000', 'per_beneficiary', '1000', 'least_left_ms', 60000,
        'params', '{"memo": "1"}'::jsonb));
    perform told(tx, 1);
    perform windlass.payments_seen(jsonb_build_array(record('pending_receiver', 2, tx)));
    return windlass.funds_taken(tx, tok(tx), jsonb_build_array(jsonb_build_object('hash',
        repeat('ab', 32), 'id', n::text, 'amount', '7', 'asset', 'stellar:native', 'from', 'GW',
        'at_us', 5)), key());
end $$;

select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "100"}]', 'd');
select funded('a', 1), funded('b', 2), funded('c', 3), funded('d', 4), funded('e', 5);

\echo -- refused, believed: it waits for whoever claims it next
select ordered('a', 1), moved('a', 'refused'), moved('a', 'empty'), moved('a', 'empty');
select moved('a', 'believed'), stand('a'), field, is_fixable from windlass.attempt where tx_id = 'a';
select count(*) from windlass."case";

\echo -- returned before it settled: twice, 30 s apart, and with nothing told on its way
select ordered('b', 1), moved('b', 'accepted'), moved('b', 'returned');
select moved('b', 'doubted'), moved('b', 'returned');
\echo -- while that is doubted nothing is told
select told('b', 2), stand('b');
select later(40), moved('b', 'returned'), stand('b');
\echo -- it goes away, and comes again
select ordered('c', 1), moved('c', 'accepted'), moved('c', 'doubted'), moved('c', 'seen');
select doubted_at, refusal, is_fixable, field from windlass.attempt where tx_id = 'c';
select later(80), moved('c', 'returned');
select count(*) from windlass.reports_sent('[{"tx_id": "c", "token": 0, "seq": 2}]');
select moved('c', 'doubted'), later(120), moved('c', 'returned');
\echo -- sent and in doubt, then read back, then too short a while ago
select windlass.reports_again('[{"tx_id": "c", "token": 0, "seq": 2}]'), moved('c', 'returned');
select later(145), moved('c', 'returned', jsonb_build_object('record',
    record('pending_external', 3, 'c'))), stand('c');
select status from windlass.payment where tx_id = 'c';
select total, held from windlass.pool_row;

\echo -- returned after it settled: the pool has it again, bound to it
select ordered('d', 1), moved('d', 'accepted'), told('d', 2), moved('d', 'settled');
select total, held from windlass.pool_row;
select windlass.returns_listed('["d:1", "a:1", "none:1"]'), windlass.returns_listed('["d:1"]');
select moved('d', 'doubted'), later(180), moved('d', 'returned'), stand('d');
select total, held from windlass.pool_row;
select q.ended from windlass.quote_use q where tx_id = 'd';

\echo -- returned after completion: a person decides, and the platform hears no more
select ordered('e', 1), moved('e', 'accepted'), told('e', 2), moved('e', 'settled'), told('e', 3);
select stand('e'), windlass.returns_listed('["e:1"]'), moved('e', 'doubted'), later(240);
select moved('e', 'returned', jsonb_build_object('record', record('completed', 4, 'e'))), stand('e');
select kind, reason from windlass."case";
select total, held from windlass.pool_row;
select * from windlass.pool_verify();
select * from windlass.operator_payment_release('e', 'me', 'try');
select * from windlass.operator_payment_retry('e', 'me', 'again');
select ordered('e', 2), moved('e', 'accepted'), stand('e');
select moved('e', 'settled'), stand('e');
select total, held from windlass.pool_row;

\echo -- or dealt with outside: with its case it is over, and the pool is free again
select funded('g', 7), ordered('g', 1), moved('g', 'accepted'), told('g', 2), moved('g', 'settled');
select told('g', 3), moved('g', 'doubted'), later(300), windlass.outflow_over('g');
select moved('g', 'returned', jsonb_build_object('record', record('completed', 5, 'g'))), stand('g');
select total, held from windlass.pool_row;
select windlass.operator_case_close((select id from windlass."case" where tx_id = 'g'), 'me', 'paid cash'),
    windlass.outflow_over('g'), stand('g');
select total, held from windlass.pool_row;
select * from windlass.pool_verify();

\echo -- only what is at hand is told of a payment whose money is out
create or replace function intend(tx text, method text) returns boolean language sql as $$
    select windlass.report_intend(tx, tok(tx), method, '{}', 'm', '', '', 0) $$;
select funded('f', 6), ordered('f', 1), intend('f', 'notify_transaction_error');
select moved('f', 'accepted'), intend('f', 'notify_transaction_error');
select windlass.hold_set('a test'), intend('d', 'notify_transaction_error');
select windlass.hold_lift('a test'), intend('d', 'notify_transaction_error'),
    intend('d', 'notify_transaction_error');

\echo -- ordered again: once it is corrected, from pending_receiver only, three times in all
create or replace function corrected(tx text) returns text language sql as $$
    select windlass.outflow_corrected(tx, tok(tx), ver(tx)) $$;
create or replace function beneficiary(tx text, hex text, per_day numeric default 1000) returns text
language sql as $$ select windlass.beneficiary_corrected(tx, tok(tx), ver(tx), hex, per_day) $$;
select corrected('d'), corrected('c'), corrected('f'), windlass.outflow_corrected('a', 0, 1);
select windlass.hold_set('a test'), corrected('a'), windlass.hold_lift('a test');
select version from windlass.customer_put(qid(9), 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW', '', '', 0, key() || key(), key(), '{}',
    '{"sep31-receiver": "ACCEPTED"}', '[]', '[]');
select * from windlass.customer_open_payments(qid(9)) order by 1, 2;
select windlass.customer_tell(qid(9), 2, '["sep31-receiver"]');
select beneficiary('a', 'beef'), corrected('a'), corrected('a');
select tx_id, state from windlass.customer_notice order by tx_id;
\echo -- with another account, whose limit is counted; and no order to the one before is alive
update windlass.payment set beneficiary = 'x' where tx_id = 'f';
update windlass.payment set beneficiary = 'x', payout = 11 where tx_id = 'a';
select beneficiary('a', 'beef', 9.99), beneficiary('a', 'beef', 10), beneficiary('f', 'beef');
select encode(beneficiary, 'hex') from windlass.payment where tx_id = 'a';
\echo -- the same account with another memo is not counted twice, with another account it is
select beneficiary('a', repeat('be', 32) || repeat('01', 32), 10),
    beneficiary('a', repeat('be', 32) || repeat('02', 32), 10),
    beneficiary('a', repeat('ef', 32) || repeat('02', 32), 9.99);
select encode(beneficiary, 'hex') from windlass.payment where tx_id = 'a';
select who, amount from windlass.promised where kind = 'beneficiary' order by who;
select ordered('a', 2), moved('a', 'refused'), moved('a', 'empty'), moved('a', 'empty'),
    moved('a', 'believed'), corrected('a');
update windlass.payment set beneficiary = 'x' where tx_id = 'f';
select ordered('a', 3), moved('a', 'refused', '{"is_fixable": false}'), moved('a', 'empty'),
    moved('a', 'empty'), moved('a', 'believed'), corrected('a'), stand('a');
select what, subject, detail from windlass.audit
    where what in ('payment_corrected', 'beneficiary_corrected') order by n;
\echo -- for good: other data would not help
select moved('f', 'doubted', '{"is_fixable": false}'), windlass.clock_set(900000),
    moved('f', 'returned'), corrected('f');

\echo -- stopped before it was ordered: a person has it ordered, unless an order is alive
create or replace function retry(tx text) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.state, r.status)
        from windlass.operator_payment_retry(tx, 'me', 'again') r $$;
select funded('h', 8), windlass.payment_stop('h', tok('h'), 'held', 'receiver_rejected', 'Why.'), stand('h');
select retry('h'), stand('h'), ordered('h', 1);
select windlass.payment_stop('h', tok('h'), 'held', 'odd', 'Why.'), stand('h'), retry('h');

\echo -- returned after its key has ended: a person decides, whatever the record says
select funded('i', 9), ordered('i', 1), moved('i', 'accepted'), told('i', 2), moved('i', 'settled'),
    told('i', 3), funded('j', 10), ordered('j', 1), moved('j', 'accepted'), told('j', 2),
    moved('j', 'settled'), told('j', 3);
\echo -- one that is said to have come back is kept
select windlass.returns_listed('["j:1"]'), windlass.outflow_keys_end(0, 100) > 0;
select tx_id, sealed_key is null as is_dead from windlass.outflow where tx_id in ('i', 'j') order by 1;
select windlass.returns_listed('["i:1"]'), moved('i', 'doubted'), later(1000);
select moved('i', 'returned', jsonb_build_object('record', record('pending_external', 6, 'i'))), stand('i');
select kind, state from windlass."case" where tx_id = 'i';
select retry('i');
select moved('j', 'doubted'), later(1100);
select moved('j', 'returned', jsonb_build_object('record', record('pending_external', 6, 'j'))), stand('j');
\echo -- and has it ordered again, under another key
select count(*) from windlass.payments_seen(jsonb_build_array(record('completed', 7, 'i')));
select retry('i'), stand('i');
select ordered('i', 2);
update windlass.wrapping_key set number = 5;
select windlass.outflow_key_new('i', tok('i'), ver('i'), key());
update windlass.wrapping_key set number = 0;
select windlass.outflow_key_new('i', tok('i') - 1, ver('i'), key()),
    windlass.outflow_key_new('j', tok('j'), ver('j'), key());
select windlass.outflow_key_new('i', tok('i'), ver('i'), key()),
    windlass.outflow_key_new('i', tok('i'), ver('i'), key() || key());
select sealed_key = key() from windlass.outflow where tx_id = 'i';
select what, subject, detail from windlass.audit where what = 'outflow_key_new';
\echo -- to a refund nothing leads from there
select windlass.outflow_turn('i', 'receiver_gone'), stand('i');
select ordered('i', 2), moved('i', 'accepted'), moved('i', 'settled'), stand('i');
\echo -- no other outflow is without a key
update windlass.outflow set sealed_key = null where tx_id = 'h';
