-- What came in on the ledger and is no payment's: a case, once for each operation.
set search_path = windlass, public;
\set us GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF
create function pay(n integer, p_state text, p_by timestamptz default 'infinity',
    hash text default null) returns void language sql as $$
    insert into payment (tx_id, status, updated_at, is_paid, snapshot, memo, state, asset, pay_by,
            quote_id, client, currency, method, sender, receiver, expected, payout, beneficiary,
            gated_at)
        values ('t' || n, 'pending_sender', now(), false, case when hash is null then '{}'
            else jsonb_build_object('stellar_transactions', jsonb_build_array(
                jsonb_build_object('id', hash))) end, n, p_state, 'stellar:USDC:G', p_by,
            'q' || n, 'c', 'BRL', 'PIX', 's', 'r', 10, 50, 'x', now()) $$;
create function op(n integer, memo text, asset text default 'USDC:G', fine boolean default false)
returns jsonb language sql as $$ select jsonb_build_object('hash', repeat(to_hex(n % 16), 64),
    'id', n::text, 'asset', asset, 'amount', '10.5', 'is_too_fine', fine, 'memo', memo,
    'at_us', us(windlass.now())) $$;
select pay(1, 'asked', now() + interval '1 hour'), pay(2, 'asked', now() - interval '1 hour'),
    pay(3, 'closed', now()), pay(4, 'asked', now() + interval '1 hour', repeat('4', 64)),
    pay(5, 'asked', now() + interval '1 hour'), pay(6, 'asked', now() + interval '1 hour');
insert into funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account, ledger_at)
    values (repeat('5', 64), '5', 't5', 10, 'stellar:USDC:G', 'G', now());

\echo == an account is read forward, by one reader
select ledger_read(:'us', '', '100', '[]'), ledger_read(:'us', '', '200', '[]') as again;
select * from ledger_cursor_of(:'us');
select ledger_read(:'us', '99', '300', '[]') as elsewhere, ledger_read(:'us', '100', '90', '[]') as back;
select ledger_read(:'us', '100', '200', jsonb_build_array(op(1, '1'), op(2, '2'), op(3, '3'),
    op(4, '4'), op(5, '5'), op(6, '5'), op(7, '6', 'native'), op(8, '6', 'USDC:G', true),
    op(9, ''), op(10, '9999999999999999999'), op(11, 'a word'), op(13, '?'), op(14, '1') || '{"amount": 0}', op(1, '1')));
select operation_id from ledger_operation order by operation_id::integer;
\echo what no column takes stops the page, and the next reading begins there
select ledger_read(:'us', '200', '300', jsonb_build_array(op(12, repeat('x', 65))));
select * from ledger_cursor_of(:'us');

\echo == the platform has its time
select count(*) from ledger_judge(100, 900000);
select clock_set(901000);
select * from ledger_judge(3, 900000);
select * from ledger_judge(100, 900000);
select count(*) from ledger_operation;
select kind, tx_id, operation, left(reason, 40) from "case" where kind = 'money_second';
\echo once each
select ledger_read(:'us', '200', '400', jsonb_build_array(op(1, '1'), op(9, '')));
select clock_set(2000000);
select * from ledger_judge(100, 900000);
\echo one case an operation, whatever it looks like by now, and whoever finds it
update payment set state = 'closed' where tx_id = 't1';
select ledger_read(:'us', '400', '500', jsonb_build_array(op(1, '1')));
select clock_set(3000000);
select * from ledger_judge(100, 900000);
select reconcile_begin('ana', 0, 0) as run \gset
insert into reconcile_difference (run, reading, kind, tx_id, subject, ours, theirs)
    values (:run, 1, 'money_unclaimed', 't1', '1', 'unknown', '10.5'),
        (:run, 1, 'money_unclaimed', '', '77', 'unknown', '10.5');
select kind, tx_id, subject, case_id is not null as has_case from reconcile_end(:run, 1);
select ledger_read(:'us', '500', '600', jsonb_build_array(op(77, '')));
select clock_set(4000000);
select * from ledger_judge(100, 900000);
select kind, tx_id from "case" where operation in ('1', '77') order by operation;
insert into "case" (kind, operation, reason) values ('money_late', '77', 'x');
set role windlass_operator;
select ledger_judge(1, 1);
