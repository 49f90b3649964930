-- Wrapped keys: which wrapping key counts, and that nothing can be stored under
-- another one.
set search_path = windlass;
create function wrapped(number bigint, more text default '01') returns bytea language sql
as $$ select decode('01' || lpad(to_hex(number), 8, '0') || lpad(more, 144, '0'), 'hex') $$;
create function put(n integer, key bigint, version bigint default 0) returns table (version bigint) language sql
as $$ select * from windlass.customer_put(('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    'G' || repeat('A', 55), 'id', n::text, version, wrapped(key), decode(repeat('00', 43), 'hex'), '{}', '{}',
    '[]', '[]') $$;
create view under as select memo, key_number(wrapped_key) as key, version from customer order by id;

\echo == numbers
select n, key_number(wrapped(n)) from unnest(array[1, 255, 256, 16777216, 4294967295]) n;

\echo == the first that wraps the fingerprint key counts; another one comes too late
select number from keys_show();
select * from put(1, 5);
select key_number(wrapped) from fingerprint_key(wrapped(7));
select key_number(wrapped) from fingerprint_key(wrapped(9));
select number from keys_show();
\echo a new customer under another one: no row, as if somebody had been faster
select * from put(2, 9);
select * from put(2, 7);
\echo the key of one who is there stays, whatever the program has read before
select * from put(1, 9, 1);
select * from under;

\echo == it turns once; then nothing can be stored under the old one
select keys_turn(8, 'ana');
select keys_turn(8, 'ana');
select * from put(3, 7);
select * from put(3, 8);
insert into customer select 'a0000000-0000-4000-8000-000000000004', account, memo_type, '4', 1, wrapped(7), sealed,
    fields, types from customer limit 1 returning memo;
update customer set wrapped_key = wrapped(7);
update fingerprint_key set wrapped = wrapped(7);
insert into wrapping_key (number) values (3);
update wrapping_key set number = -1;

\echo == part by part, in order; wrapped keys only of those under another one
select substr(id, 36) as id, number, wrapped is null as is_done from keys_part('customer', '', 2, 8);
select substr(id, 36) as id, number, wrapped is null as is_done
    from keys_part('customer', 'a0000000-0000-4000-8000-000000000002', 2, 8);
select id, number, wrapped is null as is_done from keys_part('fingerprint', '', 2, 8);
select * from keys_part('fingerprint', 'fingerprint', 2, 8);
select * from keys_part('outflow', '', 2, 8);

\echo == wrapped anew: only if it is still the one that was read, and under the one that counts
create function again(old bigint, new bigint) returns bigint language sql as $$
    select windlass.keys_rewrap('customer', jsonb_build_array(jsonb_build_object(
        'id', 'a0000000-0000-4000-8000-000000000001', 'old', encode(wrapped(old), 'hex'),
        'new', encode(wrapped(new), 'hex')))) $$;
select again(7, 8);
select again(5, 7);
select again(5, 8);
select again(5, 8);
select * from under;
select keys_rewrap('customer', jsonb_build_array(jsonb_build_object('id',
    'a0000000-0000-4000-8000-000000000099', 'old', '00', 'new', encode(wrapped(8), 'hex'))));
select keys_rewrap('fingerprint', jsonb_build_array(jsonb_build_object('id', 'fingerprint',
    'old', encode(wrapped(7), 'hex'), 'new', encode(wrapped(8), 'hex'))));
select key_number(wrapped) from fingerprint_key;
select keys_turned(7, 2, 'ana');
select keys_turned(8, 2, 'ana');
select what, subject, detail from audit where what like 'keys%' order by n;

\echo == an outflow: its key is wrapped anew without a step of it, and without a line
insert into payment (tx_id, status, updated_at, is_paid, snapshot, memo, next_at, state, quote_id, client, asset,
        currency, method, sender, receiver, expected, payout, beneficiary, gated_at, pay_by)
    values ('t', 'pending_receiver', now(), true, '{}', 1, now(), 'out', 'q', 'c', 's:a', 'BRL', 'PIX', 's', 'r',
        1, 1, 'x', now(), now());
insert into outflow (tx_id, way, state, sealed_key) values ('t', 'payout', 'ready', wrapped(7));
insert into outflow (tx_id, way, state, sealed_key) values ('t', 'payout', 'ready', wrapped(8));
select keys_turn(9, 'ana');
select keys_rewrap('outflow', jsonb_build_array(jsonb_build_object('id', 't',
    'old', encode(wrapped(8), 'hex'), 'new', encode(wrapped(9), 'hex'))));
select tx_id, state, version, key_number(sealed_key) from outflow;
select count(*) from audit where what = 'outflow';
\echo with a step it is none
update outflow set sealed_key = wrapped(9, '02'), version = version + 1, state = 'sending';
update outflow set sealed_key = wrapped(9, '02'), reason = 'x';

\echo == every column that holds a wrapped key is turned
select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'windlass'::regnamespace and c.relkind = 'r' and a.atttypid = 'bytea'::regtype
        and a.attnum > 0 and a.attname ~ 'key|wrap'
    order by 1, 2;

\echo == who may
set role windlass_customer;
select number from keys_show();
select * from keys_part('customer', '', 1, 0);
select keys_turn(1, 'x');
set role windlass_watcher;
select number from keys_show();
select keys_rewrap('customer', '[]');
set role windlass_operator;
select count(*) from keys_part('customer', '', 1, 0);
select * from wrapping_key;
set role windlass_rate;
select number from keys_show();
