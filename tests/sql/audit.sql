-- The audit trail: rows are only ever added, and a chain says whether they still
-- are what they were.
set search_path = windlass;
create function pass(most integer default 100) returns text language sql
as $$ select linked || ' ' || number from windlass.audit_link(most) $$;
-- Without the times of this run a row's hash is always the same.
create function verify(after bigint default 0, hash text default repeat('0', 64), most integer default 100)
returns table (good integer, number bigint, bad_number bigint, bad_n bigint, fault text) language sql
as $$ select good, number, bad_number, bad_n, fault from windlass.audit_verify(after, hash, most) $$;

\echo == linked in the order of their transactions, each once
insert into audit (what, subject, detail) values ('one', 'a', '{"version": 1}');
insert into audit (what, subject) values ('two', 'b'), ('three', 'a');
select pass();
select pass();
insert into audit (what, subject) values ('four', 'c'), ('five', 'c'), ('six', 'c');
select pass(2);
select pass(2);
select pass(2);
select l.number, a.what from audit_link l join audit a using (n) order by 1;
select * from verify();
\echo by parts
select v.good, v.number, v.fault, w.good, w.number, w.fault from audit_verify(0, repeat('0', 64), 4) v,
    audit_verify(v.number, v.hash, 4) w;
\echo a hash is that of the one before, the number and the row
select l.number, l.hash = sha256(coalesce((select k.hash from audit_link k where k.number = l.number - 1),
        decode(repeat('00', 32), 'hex')) || convert_to(jsonb_build_array(l.number, a.n, us(a.at), a.actor,
        a.what, a.subject, a.detail)::text, 'UTF8')) as is_so
    from audit_link l join audit a using (n) order by 1;

\echo == what is not linked yet
insert into audit (what, subject) values ('seven', 'd');
select unlinked, oldest_us > 0 as since from audit_unlinked(0, 100);
select unlinked, oldest_us from audit_unlinked(0, 3);
select number, what, subject, who, why from operator_audit('', '', 0, 3);
select number, what from operator_audit('a', '', 0, 9);
select count(*) from operator_audit('', 'four', 0, 9);
select count(*) from operator_audit('', '', us(now()) + 1000000, 9);
select pass();

\echo == nobody may change a row, take one out, or a link; not even the owner
update audit set subject = 'x';
delete from audit where n = 1;
truncate audit;
update audit_link set hash = sha256('');
delete from audit_link;
truncate audit_link;
do $$
declare
    role text;
    words text;
begin
    foreach role in array array['customer', 'rate', 'event', 'status', 'watcher', 'operator'] loop
        execute 'set local role windlass_' || role;
        foreach words in array array[
            'insert into audit (what, subject) values (''x'', ''x'')',
            'select * from audit', 'update audit set subject = ''x''', 'delete from audit', 'truncate audit',
            'insert into audit_link values (99, 99, sha256(''''))', 'update audit_link set n = 0',
            'delete from audit_link', 'truncate audit_link', 'update audit_mark set linked_below = ''0''',
            'alter table audit disable trigger all', 'drop table audit'] loop
            begin
                execute words;
                raise warning '% may: %', role, words;
            exception when insufficient_privilege then
                null;
            end;
        end loop;
        reset role;
    end loop;
    raise warning 'tried';
end
$$;
\echo who links, and who looks
set role windlass_customer;
select * from audit_link(1);
set role windlass_operator;
select * from audit_link(1);
select good, fault from audit_verify(0, repeat('0', 64), 100);
set role windlass_watcher;
select linked from audit_link(1);
select * from audit_verify(0, repeat('0', 64), 100);
reset role;

\echo == whoever gets round the triggers is found out, and where
set session_replication_role = replica;
begin;
update audit set detail = '{"version": 2}' where what = 'one';
select * from verify();
rollback;
begin;
update audit set actor = 'x' where what = 'three';
select * from verify();
select * from verify(3, (select encode(hash, 'hex') from audit_link where number = 3));
rollback;
begin;
update audit set at = at + interval '1 us' where what = 'four';
select * from verify();
rollback;
begin;
delete from audit where what = 'five';
select * from verify();
delete from audit_link where number = 5;
select * from verify();
rollback;
begin;
\echo two that change places
update audit set subject = case n when 1 then 'b' else 'a' end, what = case n when 1 then 'two' else 'one' end
    where n in (1, 2);
select * from verify();
rollback;
begin;
\echo a link that was made for what the row says now
update audit set subject = 'x' where what = 'two';
update audit_link l set hash = audit_hash((select hash from audit_link where number = 1), 2, a)
    from audit a where a.n = l.n and l.number = 2;
select * from verify();
rollback;
reset session_replication_role;
select * from verify();

\echo == rows that a dump has brought here, of transactions that are yet to come
set session_replication_role = replica;
update audit set tx = (tx::text::bigint + 1000000)::text::xid8;
insert into audit (what, subject, tx) values ('eight', 'e', (select (max(tx)::text::bigint + 1)::text::xid8 from audit)),
    ('nine', 'e', (select (max(tx)::text::bigint + 2)::text::xid8 from audit));
reset session_replication_role;
update audit_mark set linked_below = (linked_below::text::bigint + 1000000)::text::xid8;
insert into audit (what, subject) values ('ten', 'f');
select pass(2);
select pass(2);
insert into audit (what, subject) values ('eleven', 'f');
select pass(2);
select pass(2);
select l.number, a.what from audit_link l join audit a using (n) where l.number > 7 order by 1;
select * from verify();
select unlinked from audit_unlinked(0, 100);
