-- Customers: rows that must not be, written by hand as the owner, are refused;
-- the functions keep what they promise.
set search_path = windlass;
select 'G' || repeat('A', 55) as g, 'a0000000-0000-4000-8000-000000000001' as ana,
    'a0000000-0000-4000-8000-000000000002' as eva, 'd0000000-0000-4000-8000-000000000001' as doc,
    repeat('00', 77) as k, repeat('00', 43) as s \gset
create function pg_temp.got(a uuid, b text, c text, d text, e text, f text,
    out id uuid, out today text, out tx_method text, out tx_currency text)
language sql as $$
    select nullif(l[2], '')::uuid, l[1], nullif(l[7], ''), nullif(l[6], '')
        from string_to_array(windlass.customer_get(a, b, c, d, e, f), e'\n') as l
$$;

\echo == what may stand beside the name of a field
select v, is_field_states(v::jsonb) from (values
    ('{}'),
    ('{"first_name": {"state": "given"}}'),
    ('{"a": {"state": "accepted", "valid_until": "2030-01-02", "checks": ["iban"], "rule": 1}}'),
    ('{"a": {"state": "rejected", "error": "illegible"}, "b": {"state": "given", "file": true}}'),
    ('{"a": {"state": "given", "proven": true, "choice_of": ["sep31-sender"]}}'),
    ('[]'), ('"Ana"'), ('{"a": "Ana"}'), ('{"a": null}'), ('{"a": {}}'),
    ('{"a": {"state": "Ana"}}'), ('{"a": {"state": null}}'), ('{"Ana Souza": {"state": "given"}}'),
    ('{"a": {"state": "given", "value": "Ana"}}'), ('{"a": {"state": "given", "error": "Ana Souza"}}'),
    ('{"a": {"state": "given", "valid_until": "Ana"}}'), ('{"a": {"state": "given", "file": "Ana"}}'),
    ('{"a": {"state": "given", "checks": "Ana"}}'), ('{"a": {"state": "given", "checks": ["Ana"]}}'),
    ('{"a": {"state": "given", "rule": "Ana"}}'), ('{"a": {"state": "given", "proven": "Ana"}}'),
    ('{"a": {"state": "given", "choice_of": "Ana"}}'), ('{"a": {"state": "given", "choice_of": ["Ana!"]}}'),
    ('{"a": {"state": "given", "rule": 1}, "b": {"state": "given", "rule": 1, "checks": ["pix", "clabe"]}}'),
    ('{"": {"state": "given"}}'),
    ('{"a": {"rule": 1}}'),
    ('{"a": "\t"}'),
    ('{"a": {"b": {"state": "given"}}}'),
    ('{"a\": {\t}, \"b": {"state": "given"}}'),
    ('{"a": {"state": "given", "b": "\"state\": \"given\""}}'),
    ('{"a": {"state": "given", "checks": ["pix", "Ana"]}}'),
    ('{"a": {"state": "given", "checks": []}}'),
    ('{"a": {"state": "given"}, "b": "Ana"}')) as t (v);

\echo == a customer is stored once, then only over the version that was read
select * from customer_put(:'ana', :'g', 'id', '1', 0, decode(:'k', 'hex'), decode(:'s', 'hex'),
    '{"first_name": {"state": "given"}}', '{"b": "NEEDS_INFO", "a": "ACCEPTED"}', '[]', '["first_name"]');
select id, account = :'g' as mine, memo_type, memo, version, fields, types
    from customer_find(:'ana', null, null, null, null, null);
\echo another one under the same account and memo
select * from customer_put(:'eva', :'g', 'id', '1', 0, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '[]');
\echo over version 2, over version 1, over version 1 again
select * from customer_put(:'ana', :'g', 'id', '1', 2, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '[]');
select * from customer_put(:'ana', :'g', 'id', '1', 1, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{"a": "ACCEPTED"}', '[]', '[]');
select * from customer_put(:'ana', :'g', 'id', '1', 1, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '[]');
\echo found by account and memo of that kind only
select memo_type, memo, (select version from customer_find(null, :'g', memo_type, memo, null, null))
    from (values ('id', '1'), ('text', '1'), ('id', '2'), ('', '')) as t (memo_type, memo);
\echo nobody: one row all the same, and today
select id, today ~ '^\d{4}-\d\d-\d\d$' as is_day from customer_find(null, null, null, null, null, null);
select id, today ~ '^\d{4}-\d\d-\d\d$' as is_day from pg_temp.got(null, null, null, null, null, null);
select id, today ~ '^\d{4}-\d\d-\d\d$' as is_day from pg_temp.got(null, :'g', 'id', '2', null, null);
select what, subject = :'ana' as hers, detail from audit where what like 'customer%' order by n;

\echo == forbidden rows
insert into customer select :'eva', account, memo_type, memo, 1, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', account, memo_type, null, 1, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', account, '', '2', 1, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', account, 'id', '', 1, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', account, 'colour', '2', 1, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', 'M' || substr(account, 2), 'id', '2', 1, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', account, 'id', '2', 0, wrapped_key, sealed, fields, types from customer;
insert into customer select :'eva', account, 'id', '2', 1, '', sealed, fields, types from customer;
insert into customer select :'eva', account, 'id', '2', 1, wrapped_key, '{"first_name":"Ana"}', fields, types from customer;
insert into customer select :'eva', account, 'id', '2', 1, wrapped_key, sealed, '{"first_name": "Ana"}', types from customer;
insert into customer select :'eva', account, 'id', '2', 1, wrapped_key, sealed, fields, '{a,a}' from customer;
insert into customer select :'eva', account, 'id', '2', 1, wrapped_key, sealed, fields, '{a,null}' from customer;
select count(*) from customer;

\echo == documents: chunks first, the document last, all or nothing
begin;
select document_chunks_put(:'doc', 0, decode(:'s', 'hex'), null, null);
commit;
begin;
select document_chunks_put(:'doc', 0, decode(:'s', 'hex'), null, null);
select document_put(:'doc', :'ana', 'photo_id_front', decode(:'k', 'hex'), 65537, 2, 'image/png', decode(repeat('00', 32), 'hex'));
rollback;
begin;
select document_chunks_put(:'doc', 0, decode(:'s', 'hex'), null, null);
select document_put(:'doc', :'ana', 'photo_id_front', decode(:'k', 'hex'), 2, 1, 'image/png', decode(repeat('00', 32), 'hex'));
commit;
select name, bytes, chunks, kind, octet_length(digest) from document;
\echo another of that name takes its place
begin;
select document_chunks_put(:'eva', 0, decode(:'s', 'hex'), null, null);
select document_put(:'eva', :'ana', 'photo_id_front', decode(:'k', 'hex'), 3, 1, 'image/png', decode(repeat('00', 32), 'hex'));
commit;
select name, bytes, (select count(*) from document_chunk) from document;
\echo forbidden
insert into document values (:'doc', :'ana', 'photo_id_front', decode(:'k', 'hex'), 1, 1, now(), 'image/png', '');
insert into document values (:'doc', :'ana', 'photo_of_cat', decode(:'k', 'hex'), 1, 1, now(), 'image/png', '');
insert into document values (:'doc', :'ana', 'photo_id_back', decode(:'k', 'hex'), 8388609, 129, now(), 'image/png', '');
insert into document values (:'doc', :'ana', 'photo_id_back', decode(:'k', 'hex'), 65537, 1, now(), 'image/png', '');
insert into document values (:'doc', :'ana', 'photo_id_back', '', 1, 1, now(), 'image/png', '');
insert into document values (:'doc', :'doc', 'photo_id_back', decode(:'k', 'hex'), 1, 1, now(), 'image/png', '');
insert into document values (:'doc', :'ana', 'photo_id_back', decode(:'k', 'hex'), 1, 1, now(), 'text/html', '');
insert into document values (:'doc', :'ana', 'photo_id_back', decode(:'k', 'hex'), 1, 1, now(), null, '');
insert into document values (:'doc', :'ana', 'photo_id_back', decode(:'k', 'hex'), 1, 1, now(), 'image/png', '00');
insert into document values (:'doc', :'ana', 'photo_id_back', decode(:'k', 'hex'), 1, 1, now(), 'image/png', null);
insert into document_chunk values (:'eva', 0, decode(:'s', 'hex'));
insert into document_chunk values (:'eva', 128, decode(:'s', 'hex'));
insert into document_chunk values (:'eva', 1, 'Ana');
\echo chunks of a document that has a name stay, others can be taken back
begin;
select document_chunks_put(:'doc', 0, decode(:'s', 'hex'), null, null);
select document_chunks_drop(:'doc'), document_chunks_drop(:'eva');
commit;
select id = :'eva' as is_evas, name, kind, bytes, chunks, octet_length(digest), octet_length(wrapped_key) from documents_of(:'ana');
select count(*) from documents_of(:'eva');
select octet_length(sealed) from document_chunk_get(:'eva', 0);
begin;
select document_chunks_put(:'doc', 4, decode(:'s', 'hex'), decode(:'s' || '01', 'hex'), decode(:'s' || '0202', 'hex'));
select n, octet_length(sealed) from document_chunk where document = :'doc' order by n;
rollback;
select octet_length(sealed) from document_chunk_get(:'eva', 1);
select document_drop(:'ana', 'photo_id_front'), document_drop(:'ana', 'photo_id_back');
select (select count(*) from document) as documents, (select count(*) from document_chunk) as chunks;

\echo == a status that moved is noted for each side of each payment not paid out
insert into payment (tx_id, status, updated_at, is_paid, snapshot, sender, receiver, method, currency, memo, state)
    values ('t1', 'pending_receiver', now(), false, '{}', :'ana', :'eva', 'PIX', 'BRL', 1, 'new'),
        ('t2', 'pending_customer_info_update', now(), false, '{}', :'eva', :'ana', '', '', 2, 'held'),
        ('t3', 'completed', now(), true, '{}', :'ana', :'ana', '', '', 3, 'closed'),
        ('t5', 'completed', now(), true, '{}', :'eva', :'doc', 'PIX', 'BRL', 5, 'closed');
\echo == who is whose: by either function; both rows of t1 are parties, none of t4 is known
insert into customer select :'eva', account, '', '', 1, wrapped_key, sealed, fields, types from customer;
select what, (select id = who::uuid from customer_find(who::uuid, account, memo_type, memo, tx, type)) as found,
    (select id = who::uuid from pg_temp.got(who::uuid, account, memo_type, memo, tx, type)) as got from (values
    (1, 'the id alone', :'ana', null, null, null, null, null),
    (2, 'and its account', :'ana', :'g', '', '', null, null),
    (3, 'and its memo', :'ana', :'g', 'id', '1', null, null),
    (4, 'its memo without account', :'ana', null, 'id', '1', null, null),
    (5, 'another account', :'ana', 'G' || repeat('B', 55), '', '', null, null),
    (6, 'another memo', :'ana', :'g', 'id', '2', null, null),
    (7, 'another kind of memo', :'ana', :'g', 'text', '1', null, null),
    (8, 'a memo where the customer has none', :'eva', :'g', 'id', '2', null, null),
    (9, 'in a payment of theirs', :'ana', :'g', '', '', 't1', null),
    (10, 'in another''s payment', :'ana', null, null, null, 't5', null),
    (11, 'in a payment that is not known yet', :'ana', null, null, null, 't4', null),
    (12, 'another account''s, in a payment of theirs', :'ana', 'G' || repeat('B', 55), '', '', 't1', null),
    (13, 'nobody', :'doc', null, null, null, null, null),
    (14, 'as receiver in a payment that they send', :'ana', :'g', '', '', 't1', 'sep31-receiver'),
    (15, 'as sender in it', :'ana', :'g', '', '', 't1', 'sep31-sender'),
    (16, 'as another type in it', :'ana', :'g', '', '', 't1', 'other'),
    (17, 'the receiver as such', :'eva', null, null, null, 't1', 'sep31-receiver'),
    (18, 'the receiver as sender', :'eva', null, null, null, 't1', 'sep31-sender'),
    (19, 'the receiver as what the book makes of it', :'eva', null, null, null, 't1', 'other'),
    (20, 'as anything in a payment that is not known yet', :'ana', null, null, null, 't4', 'sep31-receiver')
    ) as t (n, what, who, account, memo_type, memo, tx, type) order by n;
delete from customer where id = :'eva';
\echo the corridor of the payment named
select id, tx_method, tx_currency from customer_find(null, null, null, null, 't1', null);
select id, tx_method, tx_currency from pg_temp.got(null, null, null, null, 't1', null);
select id is null and tx_method is null and tx_currency is null as nothing from customer_find(null, null, null, null, 't2', null);
select id is null and tx_method is null and tx_currency is null as nothing from pg_temp.got(null, null, null, null, 't4', null);
select n as before from wake \gset
select version from customer_put(:'ana', :'g', 'id', '1', 2, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '[]');
select (select count(*) from customer_notice), (select n > :before from wake) as woken;
select version from customer_put(:'ana', :'g', 'id', '1', 3, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '["sep31-sender"]', '[]');
select tx_id, type, version, state from customer_notice;
select n > :before as woken from wake;
update customer_notice set state = 'done', tries = 4, next_at = 'infinity';
select version from customer_put(:'ana', :'g', 'id', '1', 4, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '["sep31-receiver", "sep31-sender"]', '[]');
select tx_id, type, version, state, tries, next_at < 'infinity' as is_due from customer_notice order by 1;
\echo forbidden
insert into customer_notice (tx_id, customer, type, version) values ('t1', :'ana', 'sep31-sender', 5);
insert into customer_notice (tx_id, customer, type, version) values ('t1', :'eva', 'sep31-sender', 5);
insert into customer_notice (tx_id, customer, type, version) values ('t1', :'ana', '', 5);
insert into customer_notice (tx_id, customer, type, version, state) values ('t9', :'ana', 'x', 5, 'perhaps');

\echo == erased is erased
begin;
select document_chunks_put(:'doc', 0, decode(:'s', 'hex'), null, null);
select document_put(:'doc', :'ana', 'photo_id_front', decode(:'k', 'hex'), 2, 1, 'image/png', decode(repeat('00', 32), 'hex'));
commit;
select customer_delete(:'eva'), customer_delete(:'ana'), customer_delete(:'ana');
select (select count(*) from customer) as customers, (select count(*) from document_chunk) as chunks,
    (select count(*) from customer_notice) as notices, (select count(*) from customer_tombstone) as stones;
select * from customer_put(:'ana', :'g', 'id', '1', 0, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '[]');
select version from customer_put(:'eva', :'g', 'id', '1', 0, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '[]');
update customer set id = :'ana';
delete from customer_tombstone;
truncate customer_tombstone;

\echo == verdicts
select v, is_verdicts(v::jsonb) from (values
    ('{}'), ('{"a": {"verdict": "accepted", "by": "hook", "reason": "", "at": 1}}'),
    ('{"a": {"verdict": "held", "by": "operator:ana", "reason": "looks odd", "at": 1}}'),
    ('[]'), ('{"a": "accepted"}'), ('{"a": {}}'), ('{"a b": {"verdict": "held", "by": "hook", "reason": "", "at": 1}}'),
    ('{"a": {"verdict": "perhaps", "by": "hook", "reason": "", "at": 1}}'),
    ('{"a": {"verdict": "held", "by": "ana", "reason": "", "at": 1}}'),
    ('{"a": {"verdict": "held", "by": "hook", "at": 1}}'),
    ('{"a": {"verdict": "held", "by": "hook", "reason": "", "at": "Ana"}}'),
    ('{"a": {"verdict": "held", "by": "hook", "reason": "", "at": 1, "name": "Ana"}}')) as t (v);

\echo == judged: over the version that was seen, sealed values as they are
select 'a0000000-0000-4000-8000-000000000003' as bia \gset
select * from customer_put(:'bia', :'g', 'id', '3', 0, decode(:'k', 'hex'), decode(:'s', 'hex'),
    '{"photo_id_front": {"state": "given", "file": true}, "city": {"state": "given"}}',
    '{"sep31-sender": "PROCESSING"}', '[]', '[]');
update payment set sender = :'bia' where tx_id = 't1';
create view hers as select version, sealed_version, fields, verdicts, standing from customer where memo = '3';
\echo another version than the stored one
select * from customer_judge(:'bia', 2, 'sep31-sender', 'accepted', '', '{}', '{}', 'hook', '[]', '{}', '[]');
\echo accepted, with an error of one field and a mark of another; the payment is told
select * from customer_judge(:'bia', 1, 'sep31-sender', 'accepted', 'seen',
    '{"photo_id_front": "blurred", "tax_id": "wrong"}', '{"city": {"checks": ["x"], "rule": 2}, "tax_id": {"rule": 2}}',
    'operator:ana', '[]', '{"sep31-sender": "NEEDS_INFO"}', '["sep31-sender"]');
select version, sealed_version, fields, verdicts #- '{sep31-sender,at}' as verdicts, standing from hers;
select verdicts -> 'sep31-sender' ->> 'at' ~ '^\d{16}$' as has_time from hers;
select tx_id, type, version, state from customer_notice;
\echo a second verdict beside the first; the first falls; the second is taken back
select * from customer_judge(:'bia', 2, 'other', 'held', '', '{}', '{}', 'hook', '[]', '{}', '[]');
select * from customer_judge(:'bia', 3, null, null, null, '{}', '{}', 'watcher', '["sep31-sender"]', '{}', '[]');
select version, verdicts #- '{other,at}' as verdicts from hers;
select * from customer_judge(:'bia', 4, 'other', null, 'done', '{}', '{}', 'operator:ana', '[]', '{}', '[]');
select version, verdicts from hers;
\echo no verdict of the watcher, no personal text as an error
select * from customer_judge(:'bia', 5, 'other', 'accepted', '', '{}', '{}', 'watcher', '[]', '{}', '[]');
select * from customer_judge(:'bia', 5, 'other', 'accepted', '', '{"city": "Not Paris"}', '{}', 'hook', '[]', '{}', '[]');
\echo an error is taken back, and another field rejected, in one
select * from customer_judge(:'bia', 5, null, null, 'a mistake', '{"photo_id_front": "", "city": "wrong", "tax_id": ""}',
    '{"photo_id_front": {"rule": 3}}', 'operator:ana', '[]', '{}', '[]');
select version, fields from hers;
\echo a change of what a verdict saw ends it, and the audit trail says so
select * from customer_judge(:'bia', 6, 'sep31-sender', 'accepted', '', '{}', '{}', 'hook', '[]', '{}', '[]');
select * from customer_put(:'bia', :'g', 'id', '3', 7, decode(:'k', 'hex'), decode(:'s', 'hex'), '{}', '{}', '[]', '["city"]');
select version, sealed_version, verdicts from hers;
select what, detail from audit where subject = :'bia' order by n;

\echo == the day after which something is good no more
select f, first_expiry(f::jsonb) from (values ('{}'), ('{"a": {"state": "given", "valid_until": "2030-01-02"}}'),
    ('{"a": {"state": "rejected", "valid_until": "2030-01-02"}, "b": {"state": "given", "valid_until": "2031-01-02"}}'),
    ('{"a": {"state": "accepted", "valid_until": "2032-01-02"}, "b": {"state": "given", "valid_until": "2031-01-02"}}')) as t (f);
update customer set expires_on = '2030-01-01';
\echo forbidden
update customer set sealed_version = version + 1;
update customer set sealed_version = 0;
update customer set verdicts = '{"x": "Ana"}';

\echo == who may
set role windlass_customer;
select * from customer;
select count(*) from customer_find(null, null, null, null, null, null);
select count(*) from customer_get(null, null, null, null, null, null);
insert into document_chunk values (:'eva', 0, 'x');
select customer_tell(:'eva', 1, '["sep31-sender"]');
set role windlass_rate;
select * from customer_find(null, null, null, null, null, null);
set role windlass_watcher;
select count(*) from customer_get(null, null, null, null, null, null);
select count(*) from customer_find(null, null, null, null, null, null);
select customer_delete(:'eva');
