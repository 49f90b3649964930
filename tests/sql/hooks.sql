-- Reviews by somebody else, and codes that prove a number or an address.
set search_path = windlass, public;
\set ana 11111111-1111-4111-8111-111111111111
\set eva 22222222-2222-4222-8222-222222222222
\set r1 aaaaaaaa-0000-4000-8000-000000000001
\set r2 aaaaaaaa-0000-4000-8000-000000000002
\set r3 aaaaaaaa-0000-4000-8000-000000000003
\set c1 bbbbbbbb-0000-4000-8000-000000000001
\set c2 bbbbbbbb-0000-4000-8000-000000000002
\set g GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW
select repeat('ab', 80) as k, repeat('cd', 60) as s, repeat('01', 32) as d1, repeat('02', 32) as d2 \gset
create function pg_temp.put(who uuid, memo text, at_version bigint, standing jsonb) returns bigint
language sql as $$ select version from windlass.customer_put(who,
    'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW', 'id', memo, at_version,
    decode(repeat('ab', 80), 'hex'), decode(repeat('cd', 60), 'hex'), '{}', standing, '[]', '[]') $$;

\echo == whoever is in review is noted, and nobody else
select pg_temp.put(:'eva', '2', 0, '{"a": "ACCEPTED", "b": "NEEDS_INFO", "c": "REJECTED"}');
select count(*) from review_wanted;
select pg_temp.put(:'ana', '1', 0, '{"a": "ACCEPTED", "x": "PROCESSING", "y": "PROCESSING"}');
select customer = :'ana' as hers, type from review_wanted order by type;
\echo taken for a while, then again
select type from reviews_wanted(1, 60000);
select type from reviews_wanted(9, 0);
select type from reviews_wanted(9, 60000);

\echo == a review is of one version
select review_make(:'ana', 'x', 2, :'r1', decode(:'s', 'hex')) as stale;
select review_make(:'ana', 'x', 1, :'r1', decode(:'s', 'hex'));
select review_make(:'ana', 'y', 1, null, null) as none_needed;
select count(*) from review_wanted;
\echo another watcher made it too
select review_make(:'ana', 'x', 1, :'r2', decode(:'s', 'hex'));
select id = :'r1' as first, type, version, state, outcome, tries from review;
select id = :'r1' as first, type, state, tries, octet_length(sealed) as bytes, octet_length(wrapped_key) as key from reviews_claim(9, 60000);
select count(*) from reviews_claim(9, 60000);
\echo told: pending; asked again in no time; asked for again in an hour
select review_moved(:'r1', 'pending', 0);
select state, tries from reviews_claim(9, 0);
select state, tries from reviews_claim(9, 0);
select review_moved(:'r1', 'pending', 3600000);
select count(*) from reviews_claim(9, 0);
select clock_set(3600000);
select state, tries from reviews_claim(9, 0);
\echo the hook has lost it
select review_moved(:'r1', 'new', 0);
select state, tries from review;

\echo == a customer who changes is looked at anew
select pg_temp.put(:'ana', '1', 1, '{"x": "PROCESSING"}');
select type from reviews_wanted(9, 60000);
select count(*) from reviews_claim(9, 0);
select id = :'r1' as first, state, octet_length(sealed) from review;
select review_moved(:'r1', 'accepted', 0) as too_late;
select review_make(:'ana', 'x', 2, :'r2', decode(:'s', 'hex'));
\echo also one that was not taken yet
select pg_temp.put(:'ana', '1', 2, '{"x": "PROCESSING"}');
select review_make(:'ana', 'x', 3, :'r3', decode(:'s', 'hex'));
select id = :'r3' as last, state from review order by id;
select review_moved(:'r3', 'accepted', 0), review_moved(:'r3', 'accepted', 0) as again;
select state, outcome, octet_length(sealed) from review where id = :'r3';
select review_moved(:'r3', 'new', 0);
\echo types that are looked at by others from now on
delete from review_wanted;
select reviews_want('["y", "z"]'), reviews_want('["x"]') as looked_at;
delete from review where id = :'r3';
select reviews_want('["x"]'), reviews_want('["x"]') as again;

\echo == forbidden reviews
insert into review (id, customer, type, version, sealed) values (:'r3', :'ana', 'x', 1, '');
insert into review (id, customer, type, version, sealed) values (:'r3', :'ana', '', 1, 'x');
insert into review (id, customer, type, version, sealed, state) values (:'r3', :'ana', 'x', 1, 'x', 'superseded');
insert into review (id, customer, type, version, sealed, state) values (:'r3', :'ana', 'x', 1, '', 'done');
insert into review (id, customer, type, version, sealed, state, outcome) values (:'r3', :'ana', 'x', 1, '', 'done', 'maybe');
insert into review (id, customer, type, version, sealed, outcome) values (:'r3', :'ana', 'x', 1, 'x', 'accepted');
insert into review (id, customer, type, version, sealed) values (:'r3', :'ana', 'x', 1, decode(repeat('00', 524289), 'hex'));
insert into review (id, customer, type, version, sealed) values (:'r3', :'r1', 'x', 1, 'x');
insert into review (id, customer, type, version, sealed) values (:'r3', :'ana', 'x', 1, 'x'), (:'c1', :'ana', 'x', 1, 'x');

create function somewhere() returns bytea language sql as 'select sha256(gen_random_uuid()::text::bytea)';
\echo == a code: live while it is good, another one only when asked for and not too soon
select code_try(:'ana', 'mobile_number', decode(:'d1', 'hex'));
select code_make(:'ana', 'mobile_number', :'c1', decode(:'d1', 'hex'), decode(:'d1', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false);
select code_make(:'ana', 'mobile_number', :'c2', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false);
select code_make(:'ana', 'mobile_number', :'c2', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, true) as asked;
select id = :'c1' as first, name, tries, octet_length(sealed) from codes_claim(9, 0);
select code_moved(:'c1', 'new', 0), tries from codes_claim(9, 60000);
select count(*) from codes_claim(9, 0);
select code_moved(:'c1', 'sent', 0), code_moved(:'c1', 'sent', 0) as again;
select state, octet_length(sealed) from contact_code;
\echo four wrong ones, then the right one, twice, then a wrong one and the right one again
select code_try(:'ana', 'mobile_number', decode(:'d2', 'hex')) from generate_series(1, 4);
select code_try(:'ana', 'mobile_number', decode(:'d1', 'hex')) from generate_series(1, 2);
select state, wrong from contact_code;
select code_try(:'ana', 'mobile_number', decode(:'d2', 'hex')), code_try(:'ana', 'mobile_number', decode(:'d1', 'hex')) as right;
\echo over: another one; a fifth wrong one spends it
select code_make(:'ana', 'mobile_number', :'c2', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false);
select code_try(:'ana', 'mobile_number', decode(:'d1', 'hex')) from generate_series(1, 5);
select code_try(:'ana', 'mobile_number', decode(:'d2', 'hex')), state, octet_length(sealed) from contact_code;
\echo another value: another code at once
select code_make(:'ana', 'mobile_number', :'c1', decode(:'d2', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false);
\echo asked for again after a minute
select clock_set(3600000 + 61000);
select code_make(:'ana', 'mobile_number', :'c2', decode(:'d2', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, true);
\echo it has an end
select clock_set(3600000 + 661000);
select code_try(:'ana', 'mobile_number', decode(:'d2', 'hex'));
select count(*) from codes_claim(9, 0);
select state, octet_length(sealed) from contact_code;
\echo five an hour, ten a day
select code_make(:'ana', 'mobile_number', :'c1', decode(:'d2', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false) as fifth;
select code_make(:'ana', 'mobile_number', :'c2', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false) as sixth;
select code_make(:'ana', 'email_address', :'c2', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false) as by_mail;
delete from contact_code where name = 'email_address';
select h, (select clock_set(h * 7200000::bigint)) is not null as set,
    code_make(:'ana', 'mobile_number', :'c2', decode(repeat(to_char(h, 'FM00'), 32), 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false)
    from generate_series(2, 7) h;
select clock_set(27 * 3600000);
select code_make(:'ana', 'mobile_number', :'c1', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false) as next_day;

\echo one place is one place, whoever gives it: five an hour, ten a day; then nothing is left
begin;
delete from code_place;
create temporary table crowd as select gen_random_uuid() as id, n from generate_series(1, 14) n;
insert into customer (id, account, memo_type, memo, version, wrapped_key, sealed, fields, types, standing)
    select w.id, c.account, 'id', w.n + 1000, 1, c.wrapped_key, c.sealed, '{}', '{}', '{}' from crowd w, customer c where c.id = :'ana';
create function crowd(n integer, at_h numeric, place text) returns text language sql as $$
    select clock_set((at_h * 3600000)::bigint);
    select code_make(w.id, 'mobile_number', gen_random_uuid(), sha256('x'), sha256('x'), 'x', sha256(place::bytea), 600, false)
        from crowd w where w.n = crowd.n $$;
select n, crowd(n, 50 + n / 60.0, 'one') from generate_series(1, 6) n;
select crowd(6, 50.2, 'another'), crowd(7, 50.3, 'one');
select n, crowd(n, 44 + n, 'one') from generate_series(8, 13) n;
select crowd(13, 74.5, 'one'), (select cardinality(issued) from code_place where place = sha256('one'));
select crowd(14, 99, 'third'), (select count(*) from code_place);
rollback;

\echo == forbidden codes
insert into code_place values ('+5511999990000', '{2000-01-01}', '2000-01-01');
select clock_set(0);
insert into contact_code select customer, 'first_name', :'r1', about, digest, sealed, state, expires_at, wrong, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', id, about, digest, sealed, state, expires_at, wrong, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', 'ana', digest, sealed, state, expires_at, wrong, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', about, '123456', sealed, state, expires_at, wrong, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', about, digest, sealed, 'sent', expires_at, wrong, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', about, digest, '', 'new', expires_at, wrong, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', about, digest, '', 'sent', expires_at, 5, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', about, digest, '', 'over', expires_at, 6, issued, next_at from contact_code;
insert into contact_code select customer, 'email_address', :'r1', about, digest, '', 'over', expires_at, 5, '{}', next_at from contact_code;
select count(*) from contact_code;

\echo == all of it is in the audit trail, without a value
select what, detail - 'review' - 'code' as detail, count(*) from audit where what ~ '^(review|code)_' group by 1, 2 order by 1, 2::text;

\echo == erased is erased
select customer_delete(:'ana');
select (select count(*) from review) as reviews, (select count(*) from review_wanted) as wanted,
    (select count(*) from contact_code) as codes;
select code_make(:'ana', 'mobile_number', :'c1', decode(:'d1', 'hex'), decode(:'d2', 'hex'), decode(:'s', 'hex'), somewhere(), 600, false);

\echo == who may
set role windlass_customer;
select code_try(:'ana', 'mobile_number', decode(:'d1', 'hex'));
select count(*) from codes_claim(1, 1);
select count(*) from contact_code;
set role windlass_watcher;
select count(*) from reviews_claim(1, 1);
select code_try(:'ana', 'mobile_number', decode(:'d1', 'hex'));
select count(*) from review;
