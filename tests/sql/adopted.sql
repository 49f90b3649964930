-- What a comparison has taken over and is not over goes on: it is looked up, told,
-- and given back, though its order and its key are lost.
create or replace function lost(tx text, bank text, platform text default 'pending_receiver')
returns text language plpgsql as $$
declare
    r bigint := windlass.reconcile_begin('me', 0, 1000);
begin
    perform windlass.reconcile_records(r, jsonb_build_array(jsonb_build_object('tx_id', tx,
        'status', platform, 'is_paid', true, 'started_us', 0, 'amount_in', 7, 'amount_out', 10,
        'quote', '', 'hashes', '[]'::jsonb, 'snapshot', jsonb_build_object('id', tx))));
    perform windlass.reconcile_payouts(r, 'payout', jsonb_build_array(jsonb_build_object(
        'reference', tx || ':1', 'bank_id', 'B' || tx, 'amount', 10, 'currency', 'BRL',
        'status', bank)));
    return windlass.reconcile_adopt(r);
end $$;
create or replace function stands(tx text) returns text language sql as $$
    select concat_ws(' ', p.state, o.way, o.state, o.sealed_key is null, a.outcome, a.body is null,
            p.snapshot, (select string_agg(r.method || ' ' || r.state, ', ' order by r.seq)
                from windlass.report r where r.tx_id = p.tx_id))
        from windlass.payment p join windlass.outflow o using (tx_id)
        left join windlass.attempt a using (tx_id) where p.tx_id = tx $$;
create or replace function release(tx text) returns text language sql as $$
    select concat_ws(' ', outcome, state)
        from windlass.operator_payment_release(tx, 'me', 'the bank was asked') $$;
create or replace function moved(tx text, what text, more jsonb default '{}') returns text language sql as $$
    select m.outcome from windlass.payment p join windlass.outflow o using (tx_id),
            windlass.attempts_moved(jsonb_build_array(jsonb_build_object('tx_id', tx,
                'token', p.claim_token, 'version', o.version, 'n', 1, 'what', what, 'next_us', 0) || more)) m
        where p.tx_id = tx $$;
create or replace function told(tx text, status_ text) returns text language plpgsql as $$
begin
    update windlass.payment set status = status_ where tx_id = tx;
    return (select d.outcome from windlass.payment p join windlass.report r using (tx_id),
            windlass.reports_done(jsonb_build_array(jsonb_build_object('tx_id', tx,
                'token', p.claim_token, 'seq', r.seq))) d
        where p.tx_id = tx and r.state = 'open');
end $$;
create or replace function totals() returns numeric language sql as $$
    select sum(total) from windlass.pool_row where pool = 'brl' $$;
insert into windlass.pool (name, asset, decimals, row_count) values ('brl', 'iso4217:BRL', 2, 1);
insert into windlass.pool_row (pool, n, total, held, held_shared) values ('brl', 0, 0, 0, 0);
select windlass.pool_load('[{"reference": "first", "pool": "brl", "amount": 100}]');
select windlass.hold_set('it has gone back');

\echo -- settled: the platform is told, then it is done
select lost('s', 'settled'), stands('s'), totals();
select release('s'), stands('s');
select told('s', 'completed'), stands('s');

\echo -- completed before that, with another amount than the bank has: nothing is left to tell
select lost('c', 'settled');
update windlass.payment set status = 'completed' where tx_id = 'c';
select release('c'), stands('c');

\echo -- accepted: it is looked up, settles, and is told
select lost('a', 'accepted'), release('a'), stands('a'), totals();
select moved('a', 'settled'), stands('a'), totals();
select told('a', 'completed'), stands('a');

\echo -- the same with an outflow that has survived, whose reports are gone
insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, memo,
        quote_id, client, asset, currency, method, sender, receiver, expected, payout, beneficiary,
        gated_at, pay_by)
    values ('o', 'out', 'pending_receiver', now(), true, '{}', 5, 'q', 'G', 'stellar:native', 'BRL',
        'PIX', 's', 'r', 7, 10, '\xab', now(), now());
insert into windlass.outflow (tx_id, way, state, sealed_key)
    values ('o', 'payout', 'ready', decode(repeat('ab', 60), 'hex'));
select lost('o', 'settled'), stands('o'), release('o'), stands('o');

\echo -- refused: it goes back; who it came from is known no more, so that a person sends it
select lost('r', 'refused'), release('r'), stands('r');
select outcome from windlass.operator_payment_retry('r', 'me', 'try');
select outcome, state from windlass.operator_payment_refund('r', 'me', 'the bank did not pay');
select stands('r');
insert into windlass.funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account, ledger_at)
    values (repeat('a', 64), '1', 'r', 7, 'stellar:native', '', now());
select * from windlass.refund_facts('r');

\echo -- the ledger tells who it came from: it goes back there by itself
select windlass.reconcile_begin('me', 0, 1000) as run \gset
select windlass.reconcile_records(:run, jsonb_build_array(jsonb_build_object('tx_id', 'l',
    'status', 'pending_receiver', 'is_paid', true, 'started_us', 0, 'amount_in', 7, 'amount_out', 10,
    'quote', '', 'hashes', jsonb_build_array(repeat('b', 64)), 'snapshot', '{}'::jsonb)));
select windlass.reconcile_operations(:run, jsonb_build_array(jsonb_build_object('operation_id', '8',
    'hash', repeat('b', 64), 'account', 'GO', 'source', 'GW', 'asset', 'stellar:native',
    'amount', 7, 'memo', '')));
select windlass.reconcile_payouts(:run, 'payout', jsonb_build_array(jsonb_build_object(
    'reference', 'l:1', 'bank_id', 'Bl', 'amount', 10, 'currency', 'BRL', 'status', 'refused')));
select windlass.reconcile_adopt(:run);
select * from windlass.refund_facts('l');

\echo -- over when it was taken over, and returned later: it is doubted, believed, and closed
select lost('x', 'settled', 'completed'), stands('x'), totals();
update windlass.payment set next_at = 'infinity' where tx_id = 'x';
select windlass.returns_listed('["x:1"]');
select next_at < 'infinity' as is_due from windlass.payment where tx_id = 'x';
update windlass.attempt set refusal = 'closed', is_fixable = true,
    doubted_at = now() - interval '31 seconds' where tx_id = 'x';
select moved('x', 'returned'), stands('x'), totals();
select windlass.operator_case_close(c.id, 'me', 'sent back outside') from windlass."case" c
    where c.tx_id = 'x' and c.kind = 'returned_after_completion';
select stands('x'), is_fixable from windlass.attempt where tx_id = 'x';

\echo -- nothing is under way without a key, and no order of ours without its bytes
update windlass.outflow set state = 'sending', version = version + 1 where tx_id = 'r';
insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, epoch, stored_by)
    values ('r', 2, 'payout', 'r:2', 'r:2', 1, 'BRL', 1, 'w');
