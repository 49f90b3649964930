-- Judged again: when a paper has expired, when types or checks are others.
set search_path = windlass;
select repeat('00', 77) as k, repeat('00', 43) as s, 'G' || repeat('A', 55) as g \gset
create function put(n integer, fields jsonb) returns void language sql as $$
    select customer_put(('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
        'G' || repeat('A', 55), 'id', n::text, 0, decode(repeat('00', 77), 'hex'),
        decode(repeat('00', 43), 'hex'), fields, '{"s": "ACCEPTED"}', '[]', '[]') $$;
create function load(name text) returns text language sql as $$
    select version::text from book_load('types', format('["%s"]', name)::json,
        (select version from book_version), '[]', '[]', '') $$;
create function day(n integer) returns text language sql as $$
    select to_char(windlass.now() at time zone 'UTC' + n * interval '1 day', 'YYYY-MM-DD') $$;
create function paper(state text, n integer) returns jsonb language sql as $$
    select jsonb_build_object('id_expiration_date', jsonb_build_object('state', state, 'valid_until', day(n))) $$;
\set nobody '00000000-0000-0000-0000-000000000000'

\echo == papers: of yesterday, not of today, and none that was rejected already
select put(1, paper('given', -1)), put(2, paper('accepted', -700)), put(3, paper('given', 0)), put(4, paper('rejected', -1)), put(5, '{}');
select memo, expires_on = day(-1) as since_yesterday, today = day(0) as is_today from customers_expired(:'nobody', 100) order by 1;
select memo from customers_expired('a0000000-0000-4000-8000-000000000001', 100);
select memo from customers_expired(:'nobody', 1);
select clock_set(86400000);
select memo from customers_expired(:'nobody', 100);
select clock_set(0);

\echo == a book without types: nobody to judge; the first types: nobody was judged by others
select * from judging_begin(0, 1);
select load('first');
select * from judging_begin(1, 1);
select version, rules, is_done, document from judging;
select * from judging_begin(1, 1);

\echo == other types: not with an older book, nor while a request of before may run
select load('second');
select * from judging_begin(1, 1);
select * from judging_begin(2, 1);
select clock_set(21000);
select version, since_us = (select us(loaded_at) from book_document where kind = 'types') as is_since, after, document, today = day(0) as is_today from judging_begin(2, 1);
select memo, fields ? 'id_expiration_date' as has_paper, types, verdicts, standing, sealed_version from judging_page(:'nobody', 2);
select memo from judging_page('a0000000-0000-4000-8000-000000000004', 2);
\echo it goes on where it was
select judging_went(2, 'a0000000-0000-4000-8000-000000000002');
select version, after, document from judging_begin(2, 1);
\echo others again meanwhile: from the beginning, still against those of the last that ended
select load('third');
select clock_set(50000);
select judging_went(2, null);
select version, after, document from judging_begin(3, 1);
select judging_went(3, null);
select version, is_done, document from judging;
select * from judging_begin(3, 1);
select subject, detail from audit where what = 'judged';

\echo == other checks in the code, but never those of an older program
select version, after, document from judging_begin(3, 2);
select * from judging_begin(3, 1);
select judging_went(3, null);
select * from judging_begin(3, 2);

\echo == forbidden
insert into judging default values;
update judging set document = null;
set role windlass_customer;
select * from judging_begin(3, 3);
select * from judging_page(:'nobody', 1);
set role windlass_operator;
select * from customers_expired(:'nobody', 1);
set role windlass_watcher;
select count(*) from customers_expired(:'nobody', 100);
