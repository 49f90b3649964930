-- What the book wants two people for leaves only when another person than the one
-- who has sent it on has approved that order, that amount and that beneficiary.
create or replace function limits(above text) returns bigint language sql as $$
    select l.version from windlass.book_version() v, windlass.book_load('limits', format(
        '{"quotes": [], "payouts": [{"asset": "iso4217:BRL", %s "per_payment": "1000"},
            {"asset": "iso4217:USD", "per_payment": "9"}]}',
        case when above <> '' then format('"second_person_above": "%s",', above) else '' end)::json,
        v.version, '[]', '[]', 'd') l $$;
create or replace function made(tx text, payout_ numeric, flow text default 'ready') returns void
language sql as $$
    insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, memo, next_at,
            quote_id, client, asset, currency, method, sender, receiver, expected, payout, beneficiary,
            gated_at, pay_by)
        values (tx, 'out', 'pending_receiver', now(), true, '{}', 100 + ascii(tx), 'infinity', 'q' || tx,
            'G', 'stellar:native', 'BRL', 'PIX', 's', 'r', 7, payout_, '\xab', now(), now());
    insert into windlass.outflow (tx_id, way, state, sealed_key)
        values (tx, 'payout', flow, decode(repeat('ab', 60), 'hex')) $$;
create or replace function ordered(tx text) returns text language sql as $$
    select windlass.attempt_store(tx, p.claim_token, o.version,
            (select count(*) from windlass.attempt a where a.tx_id = tx)::integer + 1,
            decode(repeat('cd', 60), 'hex'), 'w')
        from windlass.payment p join windlass.outflow o using (tx_id) where p.tx_id = tx $$;
create or replace function came(tx text, amount numeric, asset text default 'stellar:native')
returns void language sql as $$
    insert into windlass.funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account,
            ledger_at)
        values (repeat(md5(tx), 2), ascii(tx)::text, tx, amount, asset, 'GW', now()) $$;
create or replace function back(tx text) returns void language sql as $$
    update windlass.outflow o set way = 'refund', version = o.version + 1 where o.tx_id = tx $$;
create or replace function ordered_back(tx text) returns text language sql as $$
    select windlass.attempt_store(tx, p.claim_token, o.version, 1, decode(repeat('cd', 60), 'hex'), 'w',
            '{"amount": "1", "asset": "stellar:native", "fee": "0", "fee_asset": "x"}')
        from windlass.payment p join windlass.outflow o using (tx_id) where p.tx_id = tx $$;
create or replace function by_platform(tx text) returns text language sql as $$
    select windlass.refund_step(tx, p.claim_token, o.version, 'do_stellar_refund', '{}', 'pending_stellar')
        from windlass.payment p join windlass.outflow o using (tx_id) where p.tx_id = tx $$;
create or replace function told(tx text) returns bigint language sql as $$
    select count(*) from windlass.payment p, windlass.reports_sent(jsonb_build_array(
        jsonb_build_object('tx_id', tx, 'token', p.claim_token, 'seq',
            (select max(r.seq) from windlass.report r where r.tx_id = tx))))
        where p.tx_id = tx $$;
create or replace function sent(tx text, n integer) returns bigint language sql as $$
    select count(*) from windlass.payment p join windlass.outflow o using (tx_id),
            windlass.attempts_sent(jsonb_build_array(jsonb_build_object('tx_id', tx,
                'token', p.claim_token, 'version', o.version, 'n', n)), 100000)
        where p.tx_id = tx $$;
create or replace function claimed(tx text) returns boolean language plpgsql as $$
declare
    yes boolean;
begin
    update windlass.payment set claimed_until = '-infinity',
        next_at = case tx_id when tx then '-infinity' else 'infinity' end::timestamptz;
    select c.is_unapproved into yes from windlass.payments_claim('w', 9, 1000) c;
    return yes;
end $$;
create or replace function approve(tx text, who text) returns text language sql as $$
    select concat_ws(' ', a.outcome, a.n, a.amount, a.currency, a.other)
        from windlass.operator_payment_approve(tx, who, 'looked at') a $$;

\echo -- two persons, by the names that the command gives them
select a, b, windlass.is_other_person(a, b) as other, windlass.is_other_person(b, a) as either_way
    from (values ('ana', 'bob'), ('ana', 'ana'), ('ana', 'Ana '), ('ana as ops', 'bob as ops'),
        ('ana as ops', 'ana as root'), ('ana as ops', 'ana'), ('ana as ops', 'ops'),
        ('ana as ops', 'bob'), ('ana', ''), ('ana', 'watcher')) x (a, b);

\echo -- the book has it by currency; without it nobody is asked
select made('a', 500), made('b', 500.01), made('c', 900);
select limits('') > 0 as loaded, count(*) from windlass.second_person;
select claimed('b'), windlass.payment_unapproved('b', 1), approve('b', 'ana');
select limits('500') > 0 as loaded;
select * from windlass.second_person;
select claimed('a'), claimed('b'), claimed('c');
insert into windlass.second_person values ('EUR', -1);
insert into windlass.second_person values ('EUR', 'NaN');

\echo -- below it goes; above it waits, also for a watcher that does not know
select ordered('a'), ordered('b'), ordered('c');
select approve('b', 'ana'), approve('b', 'bob'), approve('none', 'ana'), approve('a', 'ana');
select claimed('b'), claimed('c'), ordered('b'), ordered('c');
select asked_by, approved_by, n, way, amount, beneficiary, reason from windlass.approval;
select subject, detail from windlass.audit where what = 'payment_approve';
select sent('b', 1), sent('a', 1);

\echo -- the second order wants it again, and not of who has sent the payment on
update windlass.attempt set outcome = 'refused' where tx_id = 'b';
update windlass.outflow set state = 'refused', version = version + 1 where tx_id = 'b';
update windlass.outflow set state = 'failed', version = version + 1 where tx_id = 'b';
update windlass.payment set state = 'held', reason = 'payout_refused: x' where tx_id = 'b';
insert into windlass.quote (id, client, holder, shared, pool, sell_asset, buy_asset, side, sell_amount,
        buy_amount, fee, fee_asset, fee_name, price, method, country, lifetime, book_version, made_at,
        expires_at)
    values ('00000000-0000-4000-8000-000000000001', 'c', 'c', false, 'p', 'a', 'b', 'sell', 1, 1, 0,
        'a', '', '1', 'PIX', 'BR', 60, 1, now() - interval '1 minute', now());
insert into windlass.quote_use (quote_id, tx_id) values ('00000000-0000-4000-8000-000000000001', 'b');
select outcome from windlass.operator_payment_retry('b', 'ana as ops', 'again');
select ordered('b'), approve('b', 'ANA as ops'), approve('b', 'ops'), approve('b', 'bob as ops');
select ordered('b'), sent('b', 2);

\echo -- who has approved, and then sends it on, is one person
update windlass.outflow set state = 'review', version = version + 1 where tx_id = 'b';
update windlass.payment set state = 'review', reason = 'odd: x' where tx_id = 'b';
select outcome, state from windlass.operator_payment_release('b', 'bob as ops', 'seen');
select windlass.payment_unapproved('b', 2), sent('b', 2), approve('b', 'bob as ops'),
    approve('b', 'eve as ops'), sent('b', 2);
select n, asked_by, approved_by from windlass.approval order by n;

\echo -- another amount, beneficiary or way: nothing was approved
select approve('c', 'ana');
select windlass.payment_unapproved('c', 1);
update windlass.payment set gated_at = '-infinity', payout = 901 where tx_id = 'c';
alter table windlass.payment disable trigger payment_is_fixed;
update windlass.payment set payout = 901 where tx_id = 'c';
select windlass.payment_unapproved('c', 1);
update windlass.payment set payout = 900, beneficiary = '\xac' where tx_id = 'c';
select windlass.payment_unapproved('c', 1), ordered('c');
update windlass.payment set beneficiary = '\xab' where tx_id = 'c';
select windlass.payment_unapproved('c', 1);
select came('c', 7), back('c');
select windlass.payment_unapproved('c', 1), approve('c', 'ana');
select windlass.payment_unapproved('c', 1);
alter table windlass.payment enable trigger payment_is_fixed;

\echo -- one who asks and approves, by hand
insert into windlass.approval (tx_id, n, asked_by, approved_by) values ('a', 1, 'ana', 'ana');

\echo -- the list of those that wait
update windlass.payment set reason = 'second_person: x' where tx_id = 'c';
select tx_id, reason from windlass.operator_payments('{}', 'second_person', 0, 9);
select count(*) from windlass.operator_payments('{}', '', 0, 9);
select count(*) from windlass.operator_payments('{}', 'second', 0, 9);
select * from windlass.metrics() where family = 'approvals_waiting';

\echo -- what goes back is measured by all that came, at the price of its quote
select made('d', 10), came('d', 349), back('d'), made('e', 10), came('e', 350.1), back('e'),
    made('f', 10), came('f', 0.1, 'stellar:other'), back('f');
select claimed('d'), approve('d', 'ana'), ordered_back('d'), sent('d', 1);
select claimed('e'), ordered_back('e'), approve('e', 'ana'), claimed('e'), ordered_back('e'), sent('e', 1);
select amount, way from windlass.approval where tx_id = 'e';
select leaves, leaves_in from windlass.operator_why('e') union all
    select leaves, leaves_in from windlass.operator_why('b');
select claimed('f'), approve('f', 'ana'), claimed('f');

\echo -- without a gate no price says what it is worth: two persons, if for anything
insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, memo, next_at, refund_why)
    values ('g', 'out', 'pending_receiver', now(), true, '{}', 100, 'infinity', 'person');
insert into windlass.outflow (tx_id, way, state, sealed_key)
    values ('g', 'refund', 'ready', decode(repeat('ab', 60), 'hex'));
select came('g', 1);
select claimed('g'), ordered_back('g'), by_platform('g');
delete from windlass.second_person;
select claimed('g'), approve('g', 'ana');
select limits('500') > 0 as loaded;

\echo -- by the platform itself: until it is told, too
select approve('g', 'ana'), by_platform('g'), claimed('g');
update windlass.payment set sent_on_by = 'ana' where tx_id = 'g';
select claimed('g'), told('g'), approve('g', 'ana'), approve('g', 'bob'), claimed('g'), told('g');

\echo -- an operator approves, a watcher does not
set session authorization windlass_watcher;
select windlass.operator_payment_approve('a', 'me', 'x');
reset session authorization;
set session authorization windlass_operator;
select outcome from windlass.operator_payment_approve('none', 'me', 'x');
reset session authorization;
