-- Payouts that people carry out: given to them once, in one file, while money may
-- leave; what became of them is taken whole or not at all, and never goes back.
create or replace function made(tx text, payout_ numeric default 10) returns void language sql as $$
    insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, memo, next_at,
            quote_id, client, asset, currency, method, sender, receiver, expected, payout, beneficiary,
            gated_at, pay_by, claimed_by, claimed_until)
        values (tx, 'out', 'pending_receiver', now(), true, '{}', 100 + ascii(tx), 'infinity', 'q' || tx,
            'G', 'stellar:native', 'BRL', 'PIX', 's', 'r', 7, payout_, '\xab', now(), now(), 'w',
            'infinity');
    insert into windlass.outflow (tx_id, way, state, sealed_key)
        values (tx, 'payout', 'ready', decode(repeat('ab', 60), 'hex')) $$;
create or replace function ordered(tx text, via text default 'manual') returns text language sql as $$
    select windlass.attempt_store(tx, p.claim_token, o.version,
            (select count(*) from windlass.attempt a where a.tx_id = tx)::integer + 1,
            decode(repeat('cd', 60), 'hex'), 'w', p_via => via)
        from windlass.payment p join windlass.outflow o using (tx_id) where p.tx_id = tx $$;
create or replace function sent(tx text, n integer, via text) returns bigint language sql as $$
    select count(*) from windlass.payment p join windlass.outflow o using (tx_id),
            windlass.attempts_sent(jsonb_build_array(jsonb_build_object('tx_id', tx,
                'token', p.claim_token, 'version', o.version, 'n', n, 'via', via)), 100000)
        where p.tx_id = tx $$;
create or replace function taken(tx text) returns text language plpgsql as $$
begin
    perform made(tx);
    perform ordered(tx);
    perform sent(tx, 1, 'manual');
    return (select state from windlass.manual_submit(array[tx || ':1']));
end $$;
create or replace function export(refs text, who text default 'ana') returns text language sql as $$
    select concat_ws(' ', e.outcome, e.batch)
        from windlass.manual_export(string_to_array(refs, ','), who) e $$;
create or replace function ready() returns text language sql as $$
    select string_agg(concat_ws(' ', outcome, word, reference), ', ') from windlass.manual_ready(99) $$;
create or replace function say(ref text, result text, id text default '', code text default '',
    more jsonb default '{}') returns jsonb immutable language sql as $$
    select jsonb_build_object('reference', ref, 'result', result, 'bank_id', id, 'code', code,
        'is_fixable', false, 'amount', '', 'currency', '') || more $$;
create or replace function said(who text, variadic lines jsonb[]) returns text language sql as $$
    select string_agg(concat_ws(' ', line, reference, outcome, word), ', ' order by line)
        from windlass.manual_confirm(to_jsonb(lines), who) $$;
create or replace function stands(ref text) returns text language sql as $$
    select concat_ws(' ', state, bank_id, code, batch, confirmed_by)
        from windlass.manual_order where reference = ref $$;

\echo -- an order is taken once, only one that counts as sent, and only by its own rail
select made('a'), ordered('a');
select count(*) from windlass.manual_submit(array['a:1']);
select sent('a', 1, 'http'), sent('a', 1, null);
select sent('a', 1, 'manual');
select * from windlass.manual_submit(array['a:1']);
select * from windlass.manual_submit(array['a:1', 'none:1']);
select * from windlass.manual_look_up(array['none:1']);
select made('h'), ordered('h', 'http');
select sent('h', 1, 'manual'), sent('h', 1, 'http');
select count(*) from windlass.manual_submit(array['h:1']);

\echo -- given once, while money may leave, and what is left of it only
select ready();
select windlass.hold_set('a test'), export('a:1');
select ready();
select windlass.hold_lift('a test');
select taken('b'), taken('c');
select ready();
update windlass.payment set state = 'held' where tx_id = 'c';
select ready(), export('a:1,c:1'), export('');
update windlass.payment set state = 'out' where tx_id = 'c';
select export('a:1,b:1');
select ready(), export('c:1'), export('a:1');
select label_1, value from windlass.metrics() where family = 'manual_payouts' order by 1;
select batch, made_by, payouts, written_at = 'infinity' as unwritten from windlass.manual_batch;
insert into windlass.manual_batch (made_by, payouts) values ('x', 1);
select windlass.manual_written(9), windlass.manual_written(1), windlass.manual_written(1);
select ready(), export('a:1'), export('a:1,c:1');
select what, subject, detail from windlass.audit where what = 'payout_export' order by subject;

\echo -- given again, as it was
select outcome, word, reference, batch, is_confirmed from windlass.manual_again('1', 'bob');
select outcome, reference from windlass.manual_again('b:1', 'bob');
select outcome, reference from windlass.manual_again('c:1', 'bob');
select outcome, reference from windlass.manual_again('2', 'bob');
select count(*) from windlass.audit where what = 'payout_export_again';

\echo -- what became of them: whole or not at all
select said('ana', say('a:1', 'settled', 'B1'), say('none:1', 'settled', 'B2'),
    say('c:1', 'settled', 'B3'), say('b:1', 'settled', 'B4', '', '{"amount": "9.99"}'),
    say('b:1', 'settled', 'B4', '', '{"amount": "10.00", "currency": "USD"}'),
    say('b:1', 'settled', 'B1'));
select stands('a:1'), stands('b:1');
select said('ana', say('a:1', 'settled', 'B1'), say('a:1', 'refused', '', 'closed'));
select stands('a:1'), (select claim_token >> 32 from windlass.payment where tx_id = 'a') as claims;
select said('ana', say('a:1', 'settled', 'B1', '', '{"amount": "10.00", "currency": "BRL"}'),
    say('b:1', 'accepted', 'B2'), say('a:1', 'settled', 'B1'));
select stands('a:1'), stands('b:1');
select claim_token >> 32 as claims, claimed_by, claimed_until, next_at < 'infinity' as is_due, nudged
    from windlass.payment where tx_id = 'a';

\echo -- said again: unchanged; news of it is taken, another story is not
select said('ana', say('a:1', 'settled', 'B1'), say('b:1', 'accepted', 'B2'));
select said('ana', say('b:1', 'settled', 'B9'));
select said('ana', say('b:1', 'refused', '', 'x'));
select said('ana', say('b:1', 'settled', 'B2'), say('b:1', 'accepted', 'B2'),
    say('b:1', 'returned', 'B2', 'closed'));
select said('ana', say('b:1', 'returned', 'B2', 'other'));
select stands('b:1'), (select said from windlass.manual_order where reference = 'b:1');
select said('ana', (say('', 'settled', 'B1') - 'reference') || '{"tx_id": "a"}',
    (say('', 'settled', 'B1') - 'reference') || '{"tx_id": "zz"}');

\echo -- what was never exported can only be refused, and then never is
select said('ana', say('c:1', 'refused', '', 'cancelled')), ready();
select export('c:1'), stands('c:1');

\echo -- above the threshold another person confirms than the one who exported
insert into windlass.second_person values ('BRL', 5);
select made('d');
insert into windlass.approval (tx_id, n, asked_by, approved_by, amount, beneficiary)
    values ('d', 1, 'watcher', 'eve', 10, '\xab');
select ordered('d'), sent('d', 1, 'manual');
select count(*) from windlass.manual_submit(array['d:1']);
update windlass.approval set amount = 9;
select ready(), export('d:1');
update windlass.approval set amount = 10;
select export('d:1', 'ana as ops');
select said('ana as ops', say('d:1', 'settled', 'D')), said('Ana', say('d:1', 'settled', 'D')),
    said('bob as ops', say('d:1', 'settled', 'D'));

\echo -- a return after it had settled, and was told: it is looked at
update windlass.attempt set outcome = 'settled', bank_id = 'D' where tx_id = 'd';
update windlass.payment set state = 'done', next_at = 'infinity' where tx_id = 'd';
select said('bob', say('d:1', 'returned', 'D', 'closed', '{"field": "bank_account_number"}'));
select p.state, p.next_at < 'infinity' as is_due, a.doubted_at > '-infinity' as is_doubted,
    l.state, l.code, l.field
    from windlass.payment p join windlass.attempt a using (tx_id), windlass.manual_look_up('{d:1}') l
    where p.tx_id = 'd';

\echo -- rows that must not be, by hand
update windlass.manual_order set state = 'pending', confirmed_by = '' where reference = 'a:1';
update windlass.manual_order set batch = 7 where reference = 'a:1';
update windlass.manual_order set bank_id = 'X' where reference = 'a:1';
update windlass.manual_order set state = 'settled', bank_id = 'X' where reference = 'c:1';
delete from windlass.manual_order;
delete from windlass.second_person;
select taken('e');
update windlass.manual_order set state = 'settled', bank_id = 'E', confirmed_by = 'x' where reference = 'e:1';
update windlass.manual_order set batch = 1 where reference = 'e:1';
update windlass.manual_order set code = 'two words' where reference = 'e:1';

\echo -- in a comparison of the books they are those of a bank
select windlass.reconcile_manual(1, 0);
select reference, tx_id, bank_id, amount, currency, status from windlass.reconcile_payout order by 1;

\echo -- what a lost database gave to people is not given again while that is looked into
select windlass.manual_written(4), made('z');
select said('ana', say('z:1', 'settled', 'Z1'), say('zz:1', 'settled', 'Z2'), say('h:1', 'settled', 'Z3'));
select ordered('z'), sent('z', 1, 'manual');
select count(*) from windlass.manual_submit(array['z:1']);
select ready(), export('z:1');
select windlass.operator_case_close(c.id, 'me', 'another payment') from windlass."case" c
    where c.tx_id = 'z';
select ready();
select said('ana', say('z:1', 'refused', '', 'x'), say('none:1', 'settled', 'Z2'));
select ready();
select said('ana', say('z:1', 'settled', 'Z1'));
select ready(), kind, state, closed_by from windlass."case" where tx_id = 'z';

\echo -- with people as the bank our own books are all there is: they prove nothing after a restore
create or replace function unread() returns text language sql as $$
    select windlass.reconcile_begin('me', 0, 1000), windlass.reconcile_compare(currval(
        'windlass.reconciliation_run_seq')::bigint, 1, 'people');
    select string_agg(concat_ws(' ', e.kind, e.explained_by), ', ')
        from windlass.reconcile_end(currval('windlass.reconciliation_run_seq')::bigint, 1) e $$;
select windlass.operator_hold_on('ana', 'a test'), unread();
select windlass.hold_set('it has gone back in time'), windlass.hold_set('again'), unread(),
    windlass.operator_hold_on('ana', 'a test'), unread();
select windlass.operator_case_close(c.id, 'me', 'the statement has no more') from windlass."case" c
    where c.kind = 'reconcile_bank_unread';
select unread();
select windlass.hold_lift('a test'), unread(), windlass.hold_set('it has gone back again'), unread();
select windlass.hold_lift('a test');

\echo -- operators give and confirm, the watcher only orders and looks
set session authorization windlass_watcher;
select windlass.manual_export('{}', 'x');
select windlass.manual_confirm('[]', 'x');
select count(*) from windlass.manual_look_up('{a:1}');
reset session authorization;
set session authorization windlass_operator;
select windlass.manual_submit('{}');
select count(*) from windlass.manual_ready(1);
reset session authorization;
