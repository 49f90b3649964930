-- Oddities on a payment's way: a memo that the platform gave twice, a bank that
-- finds an order only now and then, what was ordered by others.
create or replace function id(n integer) returns uuid immutable language sql
as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
create or replace function quote(n integer, x numeric) returns text language sql as $$
    select h.outcome from windlass.quote_hold(id(n), 'G1', 'G1', false, 1000, 'one',
        'stellar:native', 'iso4217:BRL', 'sell', 7, x, 1, 'stellar:native', 'Fee', '0.2', 'PIX',
        'BR', 300, null, 1) h $$;
create or replace function seen(tx text, at integer, status text default 'pending_receiver',
    paid boolean default false, currency text default 'BRL') returns text language sql as $$
    select string_agg(outcome, ' ') from windlass.payments_seen(jsonb_build_array(
        jsonb_build_object('tx_id', tx, 'status', status, 'updated_us', at, 'is_paid', paid,
            'is_final', false, 'named_quote', '', 'sender', 's', 'receiver', 'r', 'method', 'PIX',
            'currency', currency, 'memo', abs(hashtext(tx)) + 1, 'snapshot', '{}'::jsonb))) $$;
create or replace function gate(tx text, n integer, x numeric, token bigint default null,
    per_day numeric default 1000, per_beneficiary numeric default 1000, least_left bigint default 0)
returns text language sql as $$
    select windlass.gate_pass(tx, coalesce(token, (select claim_token from windlass.payment
            where tx_id = tx)), jsonb_build_object('quote_id', id(n), 'client', 'G1',
        'started_us', windlass.us(windlass.now()), 'asset', 'stellar:native', 'expected', '7',
        'buy_asset', 'iso4217:BRL', 'payout', x::text, 'fee', '1', 'fee_asset', 'stellar:native',
        'currency', 'BRL', 'method', 'PIX', 'sender', 's', 'receiver', 'r', 'beneficiary', 'ab',
        'destination', 'D', 'per_day', per_day::text, 'per_beneficiary', per_beneficiary::text,
        'least_left_ms', least_left, 'params', '{"memo": "1"}'::jsonb)) $$;
create or replace function token(tx text) returns bigint language sql
as $$ select claim_token from windlass.payment where tx_id = tx $$;
create or replace function version(tx text) returns bigint language sql
as $$ select version from windlass.outflow where tx_id = tx $$;
create or replace function paid(tx text, amount text, op text default '1',
    asset text default 'stellar:native') returns text language sql as $$
    select windlass.funds_taken(tx, token(tx), jsonb_build_array(jsonb_build_object(
        'hash', repeat('a', 64), 'id', op, 'amount', amount, 'asset', asset, 'from', 'G2',
        'at_us', 1)), repeat('k', 40)::bytea) $$;
create or replace function one(tx text, extra jsonb) returns jsonb language sql as $$
    select jsonb_build_array(jsonb_build_object('tx_id', tx, 'token', token(tx),
        'version', version(tx), 'n', 1, 'seq', (select min(r.seq) from windlass.report r
            where r.tx_id = tx and r.state = 'open')) || extra) $$;
create or replace function moved(tx text, what text, bank_id text default '', code text default '')
returns text language sql as $$
    select outcome from windlass.attempts_moved(one(tx, jsonb_build_object('what', what,
        'bank_id', bank_id, 'code', code, 'is_fixable', false, 'next_us', 0))) $$;
create or replace function sent(tx text, extra jsonb default '{}') returns bigint language sql
as $$ select count(*) from windlass.attempts_sent(one(tx, extra), 60000) $$;
create or replace function order_(tx text, n integer default 1) returns text language sql as $$
    select windlass.attempt_store(tx, token(tx), version(tx), n, repeat('b', 50)::bytea, 'w1') $$;
create or replace function told(tx text, extra jsonb default '{}') returns text language sql as $$
    select outcome from windlass.reports_done(one(tx, extra)) $$;
create or replace function stands(tx text) returns text language sql as $$
    select concat_ws(' ', q.state, o.state, a.outcome, a.sends || '/' || a.empties,
            (select string_agg(r.seq || r.state, ',' order by r.seq) from windlass.report r
                where r.tx_id = q.tx_id), u.ended)
        from windlass.payment q left join windlass.outflow o using (tx_id)
            left join windlass.attempt a using (tx_id) left join windlass.quote_use u using (tx_id)
        where q.tx_id = tx $$;

select * from windlass.book_load('pools', '{}', 0,
    '[{"name": "one", "asset": "iso4217:BRL", "decimals": 2, "rows": 1}]',
    '[{"reference": "m1", "pool": "one", "amount": "100"}]', 'd');
select quote(1, 10), quote(2, 10);

\echo -- two payments are asked for; the platform gives both the same memo
select seen('tx1', 10), seen('tx2', 10), gate('tx1', 1, 10), gate('tx2', 2, 10);
select told('tx1', '{"destination": "D", "deposit_memo": "77"}'),
    told('tx2', '{"destination": "D", "deposit_memo": "77"}');
select stands('tx1'), stands('tx2');
select windlass.report_park('tx2', token('tx2'), 1, 'report_unstorable', 'Because.'), stands('tx2');

\echo -- empty look-ups count in a row
select paid('tx1', '7'), order_('tx1'), sent('tx1'), moved('tx1', 'accepted', bank_id => 'b1');
select moved('tx1', 'empty'), moved('tx1', 'looked'), moved('tx1', 'empty');
select stands('tx1');
select moved('tx1', 'seen');
select stands('tx1'), (select looks from windlass.attempt);

\echo -- what others ordered: the newest ten thousand, oldest first
insert into windlass.payment (tx_id, status, updated_at, is_paid, snapshot, memo, next_at)
    select 'm' || n, 'x', now(), false, '{}', n, 'infinity' from generate_series(1, 10001) n;
insert into windlass.outflow (tx_id, way, state, sealed_key)
    select 'm' || n, 'payout', 'ready', repeat('k', 40)::bytea from generate_series(1, 10001) n;
insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch,
        stored_by, stored_at)
    select 'm' || n, 1, 'payout', 'm' || n || ':1', 'm' || n || ':1', 1, 'BRL',
        repeat('b', 50)::bytea, 1, 'w2', windlass.now() + n * interval '1 ms'
    from generate_series(1, 10001) n;
with other as (select row_number() over () as at, reference
    from windlass.references_of_others('w9', 0))
select count(*), min(reference) filter (where at = 1) as first,
    min(reference) filter (where at = 10000) as last from other;
select reference from windlass.references_of_others('w2', 0);
