-- Money on the ledger that the platform has not seen: it is told of it, once.
set search_path = windlass, public;
\set us GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF
create function pay(n integer, p_state text default 'asked', p_reason text default '',
    p_status text default 'pending_sender', p_paid boolean default false, deposit text default '',
    p_to text default 'GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF')
returns void language sql as $$
    insert into payment (tx_id, status, updated_at, is_paid, snapshot, memo, state, reason, asset,
            pay_by, quote_id, client, currency, method, sender, receiver, expected, payout,
            beneficiary, gated_at, destination, deposit_memo, claimed_by, claimed_until, next_at)
        values ('t' || n, p_status, now(), p_paid, '{}', 100 + n, p_state, p_reason, 'stellar:USDC:G',
            now() + interval '1 hour', 'q' || n, 'c', 'BRL', 'PIX', 's', 'r', 10, 50, 'x', now(),
            p_to, deposit, 'w', now() + interval '1 hour', 'infinity') $$;
create function op(n integer, id integer, memo text, amount text default '10.50',
    asset text default 'USDC:G', fine boolean default false)
returns jsonb language sql as $$ select jsonb_build_object('hash', repeat(to_hex(n), 64),
    'id', id::text, 'asset', asset, 'amount', amount, 'is_too_fine', fine, 'memo', memo,
    'at_us', us(windlass.now()) + id) $$;
-- asked; asked where the platform makes memos; held because it seems unpaid; held for
-- anything else; seen by the platform; ended; told something else first; asked for at
-- another account; asked; taken.
select pay(1), pay(2, deposit => 'memo2'), pay(3, 'held', 'unreported: it is on the ledger'),
    pay(4, 'held', 'odd: it is odd'), pay(5, p_status => 'pending_receiver', p_paid => true),
    pay(6, p_status => 'expired'), pay(7), pay(8, p_to => 'GOTHER'), pay(9), pay(10);
select report_add('t7', 'notify_transaction_error', '{"message": "x"}', '');
select ledger_read(:'us', '', '100', '[]');
select ledger_read(:'us', '100', '200', jsonb_build_array(op(1, 1, '101'), op(1, 2, '101', '1.25'),
    op(2, 3, 'memo2'), op(3, 4, '103'), op(4, 5, '104'), op(5, 6, '105'), op(6, 7, '106'),
    op(7, 8, '107'), op(8, 9, '108'), op(9, 10, '109', asset => 'USDC:OTHER'),
    op(9, 11, '109', '0.00000001', fine => true), op(10, 12, '110'), op(11, 13, ''),
    op(12, 14, '4711'), op(13, 15, '101')));
insert into funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account, ledger_at)
    values (repeat('a', 64), '12', 't10', 10, 'stellar:USDC:G', 'G', now());

\echo == it has its time, and is told once of the first of them, whatever comes of it
select count(*) from ledger_report(600000);
select clock_set(601000);
select * from ledger_report(600000) order by 1;
select count(*) from ledger_report(600000);
select tx_id, method, params - 'transaction_id' as params, expect_status, state from report
    where method <> 'notify_transaction_error' order by tx_id;
select claim_token >> 32 as claims, claimed_by, nudged, next_at < 'infinity' as is_due from payment where tx_id = 't1';

\echo == what it is being told of is no case yet; what it did not take is one
select clock_set(901000);
select kind, tx_id, operation from ledger_judge(100, 900000) where tx_id in ('t1', 't2', 't3');
update report set state = 'dropped', ended_at = now() where tx_id = 't3';
update report set state = 'done', ended_at = now() where tx_id = 't2';
update payment set snapshot = jsonb_build_object('stellar_transactions', jsonb_build_array(
    jsonb_build_object('id', repeat('2', 64)))) where tx_id = 't2';
select kind, tx_id, operation from ledger_judge(100, 900000);
select count(*) from ledger_report(600000);
set role windlass_operator;
select ledger_report(1);
