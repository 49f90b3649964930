-- Erasure, legal holds, a restored database that erases again, and keys of
-- payments that die.
set search_path = windlass;
select 'G' || repeat('A', 55) as g, repeat('ab', 77) as k, repeat('cd', 43) as s,
    'a0000000-0000-4000-8000-000000000001' as ana, 'a0000000-0000-4000-8000-000000000002' as eva,
    'a0000000-0000-4000-8000-000000000003' as bia, 'a0000000-0000-4000-8000-000000000004' as leo,
    'a0000000-0000-4000-8000-000000000009' as nobody,
    'd0000000-0000-4000-8000-000000000001' as doc \gset
create function made(id uuid, memo text) returns bigint language sql as $$
    select version from customer_put(id, 'G' || repeat('A', 55), 'id', memo, 0,
        decode(repeat('ab', 77), 'hex'), decode(repeat('cd', 43), 'hex'),
        '{"first_name": {"state": "given"}}', '{"sep31-sender": "ACCEPTED"}', '[]', '[]') $$;
create function items(variadic words text[]) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('id', words[n], 'how', words[n + 1]))
        from generate_series(1, array_length(words, 1), 2) n $$;
create view kept as select (select count(*) from customer_kept) as customers,
    (select count(*) from document_kept) as documents,
    (select count(*) from document_chunk_kept) as chunks, (select count(*) from legal_hold) as holds;
create view living as select (select count(*) from customer) as customers,
    (select count(*) from document) as documents, (select count(*) from document_chunk) as chunks,
    (select count(*) from customer_tombstone) as stones;

\echo == a payment of theirs is due at once; another is not
select made(:'ana', '1'), made(:'eva', '2');
insert into payment (tx_id, status, updated_at, is_paid, snapshot, sender, receiver, memo, next_at, state) values
    ('new', 'pending_receiver', now(), false, '{}', :'ana', :'eva', 1, 'infinity', 'new'),
    ('held', 'pending_receiver', now(), false, '{}', '', :'ana', 2, 'infinity', 'held'),
    ('closed', 'error', now(), false, '{}', :'ana', '', 3, 'infinity', 'closed'),
    ('other', 'pending_receiver', now(), false, '{}', :'eva', '', 4, 'infinity', 'new');
select customer_delete(:'ana'), customer_delete(:'ana'), customer_delete(:'nobody');
select tx_id, next_at < 'infinity' as is_due, nudged from payment order by memo;
select customer_is_erased(:'ana'), customer_is_erased(upper(:'ana')), customer_is_erased(:'eva'),
    customer_is_erased(''), customer_is_erased('x'), customer_is_erased(:'ana' || '1');
select c.tx_id, c.is_erased from payments_claim('w', 9, 60000) c order by 1;
select actor = current_user as is_me, what, subject = :'ana' as is_ana, detail from audit
    where what like '%delete%';

\echo == under a legal hold: gone for everybody, kept for an operator
select legal_hold_set(:'nobody', 'root', 'court'), legal_hold_set(:'ana', 'root', 'court'),
    legal_hold_set(:'eva', 'root', 'court'), legal_hold_set(:'eva', 'root', 'court');
begin;
insert into document_chunk (document, n, sealed) values (:'doc', 0, decode(:'s', 'hex'));
insert into document (id, customer, name, wrapped_key, bytes, chunks, kind, digest) values (:'doc', :'eva',
    'photo_id_front', decode(:'k', 'hex'), 2, 1, 'image/png', decode(repeat('00', 32), 'hex'));
commit;
select to_jsonb(c) as before from customer c where id = :'eva' \gset
select customer_delete(:'eva');
select * from living;
select * from kept;
select id is null as is_unknown from customer_find(:'eva', null, null, null, null, null);
select id is null as is_unknown from customer_find(null, :'g', 'id', '2', null, null);
\echo a new customer may come by the same account and memo
select made(:'bia', '2');
select customer_delete(:'eva'), legal_hold_set(:'eva', 'root', 'court');
select record || jsonb_build_object('wrapped_key', wrapped_key) = :'before'::jsonb as is_whole,
    (select octet_length(sealed) from document_chunk_kept) as bytes from customer_kept;
select erased_us > 0 as is_erased, held_us > 0 as is_held, held_by, held_for, fields from operator_customer(:'eva');
\echo lifted, it is gone for good; lifted for the living, nothing is
select legal_hold_lift(:'eva', 'root', 'over'), legal_hold_lift(:'eva', 'root', 'over');
select * from kept;
select legal_hold_set(:'bia', 'root', 'court'), legal_hold_lift(:'bia', 'root', 'a mistake');
select * from living;
select what, detail from audit where what like 'legal%' order by n;
\echo under a hold of the living each change keeps what was there, and a lift forgets it
create function changed(id uuid, version bigint, value text) returns bigint language sql as $$
    select version from customer_put(id, 'G' || repeat('A', 55), 'id', '2', version,
        decode(repeat('ab', 77), 'hex'), decode(repeat(value, 43), 'hex'),
        '{"last_name": {"state": "given"}}', '{"sep31-sender": "ACCEPTED"}', '[]', '[]') $$;
create function document(id uuid, of_customer uuid) returns void language sql as $$
    insert into document_chunk (document, n, sealed) values (id, 0, decode(repeat('cd', 43), 'hex'));
    select document_put(id, of_customer, 'photo_id_front', decode(repeat('ab', 77), 'hex'), 2, 1,
        'image/png', decode(repeat('00', 32), 'hex')) $$;
select changed(:'bia', 1, 'ce'), document(:'doc', :'bia');
select legal_hold_set(:'bia', 'root', 'court');
select is_held from customer where id = :'bia';
select changed(:'bia', 2, 'cf'), document('d0000000-0000-4000-8000-000000000002', :'bia');
select document_drop(:'bia', 'photo_id_front');
select changed(:'bia', 3, 'ca');
select sealed_version, left(encode(sealed, 'hex'), 4) as sealed, fields, until_us > 0 as is_over
    from operator_values_before(:'bia');
select right(id::text, 2) as id, name, kind, until_us > 0 as is_over from operator_documents_before(:'bia');
select count(*) from documents_of(:'bia');
begin;
select customer_delete(:'bia');
select count(*) as values, (select count(*) from operator_documents_before(:'bia')) as documents
    from operator_values_before(:'bia');
select * from kept;
rollback;
select legal_hold_lift(:'bia', 'root', 'over');
select is_held, (select count(*) from customer_before) as values from customer where id = :'bia';
select * from kept;
select changed(:'bia', 4, 'cb'), (select count(*) from customer_before) as values;
\echo forbidden: kept without a hold, kept while living, no reason
insert into customer_kept values (:'ana', decode(:'k', 'hex'), jsonb_build_object('id', :'ana'));
insert into legal_hold values (:'bia', 'root', 'court');
insert into customer_kept values (:'bia', decode(:'k', 'hex'), jsonb_build_object('id', :'bia'));
insert into legal_hold values (:'leo', 'root', '');
select legal_hold_lift(:'bia', 'root', 'over');

\echo == an older database erases again
select made(:'leo', '4');
select customers_lacking(items(:'leo', 'erased', :'nobody', 'erased', :'ana', 'erased')),
    customers_lacking(items(:'ana', 'erased', :'ana', 'lifted')), customers_lacking('[]');
select customers_erase_again(items(:'leo', 'erased', :'nobody', 'erased', :'ana', 'erased')),
    customers_erase_again(items(:'leo', 'erased', :'nobody', 'erased', :'ana', 'erased'));
select customers_lacking(items(:'leo', 'erased', :'nobody', 'erased', :'ana', 'erased'));
select customer_delete(:'nobody'), made(:'nobody', '9');
select made('b0000000-0000-4000-8000-000000000001', '11'), made('b0000000-0000-4000-8000-000000000002', '12'),
    made('b0000000-0000-4000-8000-000000000003', '13');
\echo held: kept again; held and lifted: gone; a hold of this database ends by lifted only
select legal_hold_set('b0000000-0000-4000-8000-000000000003', 'root', 'court');
select customers_erase_again(items('b0000000-0000-4000-8000-000000000001', 'held',
    'b0000000-0000-4000-8000-000000000002', 'held', 'b0000000-0000-4000-8000-000000000002', 'lifted',
    'b0000000-0000-4000-8000-000000000003', 'erased'));
select id, by_whom, reason from customer_kept join legal_hold on customer = id order by id;
select customers_lacking(items('b0000000-0000-4000-8000-000000000003', 'erased')),
    customers_lacking(items('b0000000-0000-4000-8000-000000000003', 'lifted')),
    customers_erase_again(items('b0000000-0000-4000-8000-000000000003', 'lifted'));
select id from customer_kept;

\echo == the key of a payment dies after its last report, and not before
insert into payment (tx_id, status, updated_at, is_paid, snapshot, sender, receiver, memo, state, quote_id, client,
        asset, currency, method, expected, payout, beneficiary, gated_at, pay_by)
    select x, 'completed', now(), true, '{}', s, 'r', 10 + n, 'done', x, 'G1', 'a', 'BRL', 'PIX', 1, 1, 'b', now(), now()
    from unnest(array['over', 'young', 'told', 'kept', 'open'],
        array['s', 's', 's', 'B0000000-0000-4000-8000-000000000001', 's']) with ordinality t (x, s, n);
insert into outflow (tx_id, way, state, sealed_key, moved_at)
    select x, 'payout', case x when 'open' then 'settled' else 'done' end, decode(:'k', 'hex'),
        windlass.now() - case x when 'young' then '1 hour' else '2 days' end::interval
    from unnest(array['over', 'young', 'told', 'kept', 'open']) x;
insert into report (tx_id, seq, method, params, state, rpc_id, ended_at) select x, 1, 'm',
    jsonb_build_object('transaction_id', x), 'done', x || ':1',
        windlass.now() - case x when 'told' then '1 hour' else '2 days' end::interval
    from unnest(array['over', 'told', 'kept']) x;
select count(*) as audited from audit where what = 'outflow' \gset
select outflow_keys_end(24 * 3600000, 100), outflow_keys_end(24 * 3600000, 100);
select tx_id, sealed_key is null as is_dead from outflow order by 1;
select count(*) - :audited as audited_as_steps from audit where what = 'outflow';
select subject from audit where what = 'outflow_key_end';
\echo forbidden: no key while money moves; a key comes back by no step
update outflow set sealed_key = null where tx_id = 'open';
update outflow set sealed_key = decode(:'k', 'hex'), version = version + 1 where tx_id = 'over';

\echo == keys are wrapped anew where they are; a dead one is not
select id, number from keys_part('kept', '', 9, 0);
select keys_rewrap('kept', jsonb_build_array(jsonb_build_object('id', id, 'old', repeat('ab', 77),
    'new', repeat('ef', 77)))), keys_rewrap('kept', jsonb_build_array(jsonb_build_object('id', id,
    'old', repeat('ab', 77), 'new', repeat('00', 77)))) from customer_kept;
select encode(wrapped_key, 'hex') = repeat('ef', 77) as is_new from customer_kept;
select id from keys_part('outflow', '', 9, 0);

\echo == who may
set role windlass_customer;
select * from customer_kept;
select * from legal_hold;
select legal_hold_set(:'bia', 'x', 'y');
select customers_lacking('[]');
set role windlass_watcher;
select legal_hold_lift(:'bia', 'x', 'y');
select customer_keep(:'bia');
set role windlass_operator;
select record from customer_kept;
select sealed from document_chunk_kept;
select legal_hold_lift(:'nobody', 'root', 'none');
