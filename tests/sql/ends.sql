-- What ends without money, what is not to be told any more, and what a person
-- brings back.
create or replace function made(tx text, state_ text, status_ text, is_paid_ boolean,
    gated boolean default false) returns void language sql as $$
    insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, reason, memo,
            next_at, quote_id, client, asset, currency, method, sender, receiver, expected, payout,
            beneficiary, gated_at, pay_by)
        select tx, state_, status_, now(), is_paid_, '{}', 'odd: it is odd', 100 + ascii(tx),
            'infinity', case when gated then 'q' || tx else '' end, case when gated then 'G' else '' end,
            case when gated then 'x' else '' end, case when gated then 'BRL' else '' end,
            case when gated then 'PIX' else '' end, 's', 'r', case when gated then 7 else 0 end,
            case when gated then 10 else 0 end, case when gated then '\xab'::bytea else '' end,
            case when gated then now() else '-infinity' end,
            case when gated then now() else 'infinity' end;
    insert into windlass."case" (kind, tx_id, reason) values ('odd', tx, 'it is odd') $$;
create or replace function back(tx text) returns text language sql as $$
    select windlass.payment_recover(tx, 'me', 'by mistake') $$;
create or replace function told(tx text, seq integer, more jsonb default '{}') returns text
language sql as $$
    select d.outcome from windlass.payment p, windlass.reports_done(jsonb_build_array(
        jsonb_build_object('tx_id', tx, 'token', p.claim_token, 'seq', seq) || more)) d
        where p.tx_id = tx $$;
create or replace function stand(tx text) returns text language sql as $$
    select concat_ws(' ', p.state, quote_literal(p.reason), r.method, r.state)
        from windlass.payment p left join windlass.report r using (tx_id)
        where p.tx_id = tx order by r.seq desc limit 1 $$;

\echo -- only what is paid, ended and before a person is brought back
select made('a', 'review', 'error', true, true), made('b', 'held', 'error', false),
    made('c', 'asked', 'error', true, true), made('d', 'review', 'pending_receiver', true, true),
    made('e', 'closed', 'expired', true), made('f', 'done', 'completed', true, true);
select back('a'), back('b'), back('c'), back('d'), back('e'), back('f'), back('none');
select back('a');
select tx_id, method, params, expect_status, state from windlass.report order by tx_id;
select claim_token >> 32 as claims, claimed_by, nudged, next_at < 'infinity' as is_due, stand(tx_id)
    from windlass.payment where tx_id = 'a';
select kind, tx_id, closed_by, closed_why from windlass."case" where state = 'closed' order by tx_id;
select subject, detail from windlass.audit where what = 'payment_recover' order by subject;

\echo -- told: it goes on from where its gate left it; with an outflow a person leads on
select told('a', 1), stand('a'), told('a', 1);
select told('e', 1), stand('e');
select made('g', 'review', 'error', true, true), back('g');
insert into windlass.outflow (tx_id, way, state, sealed_key)
    values ('g', 'payout', 'review', decode(repeat('ab', 60), 'hex'));
select told('g', 1), stand('g');

\echo -- not to be told any more: dropped, and the payment is as it was
select made('h', 'asked', 'pending_sender', false, true), made('i', 'review', 'error', true, true);
select windlass.report_intend('h', 0, 'notify_transaction_expired', '{"message": "x"}',
    'end:not_paid', '', '', 0);
select told('h', 1, '{"dropped": true}'), stand('h');
select back('i'), told('i', 1, '{"dropped": true}'), stand('i');


\echo -- an operator brings back, a watcher does not
set session authorization windlass_watcher;
select windlass.payment_recover('a', 'me', 'x');
reset session authorization;
set session authorization windlass_operator;
select windlass.payment_recover('a', 'me', 'x');
reset session authorization;

\echo -- a person ends what has no money, and what stands still with it
select made('j', 'new', 'pending_receiver', false), made('k', 'review', 'pending_external', false, true),
    made('l', 'held', 'pending_receiver', true, true), made('m', 'asked', 'pending_receiver', true, true),
    made('n', 'closed', 'expired', false), made('o', 'held', 'pending_external', true, true),
    made('p', 'held', 'pending_external', true, true);
insert into windlass.outflow (tx_id, way, state, sealed_key)
    select x, 'payout', y, decode(repeat('ab', 60), 'hex')
        from (values ('o', 'accepted'), ('p', 'failed')) v(x, y);
select t, e.* from unnest(string_to_array('j k m n o p none', ' ')) t,
    windlass.payment_end(t, 'me', 'called off', t = 'k') e order by t;
select * from windlass.payment_end('l', 'me', 'x', true);
select * from windlass.payment_end('l', 'me', 'x', false);
select * from windlass.payment_end('l', 'me', 'x', false);
select p.tx_id, p.noticed, p.claim_token >> 32 as claims, p.next_at < 'infinity' as is_due, stand(p.tx_id), r.params
    from windlass.payment p join windlass.report r using (tx_id)
    where tx_id in ('j', 'k', 'l', 'p') order by tx_id;
select tx_id, closed_why from windlass."case" where tx_id in ('j', 'k', 'l', 'p') order by tx_id;
select subject, detail from windlass.audit where what = 'payment_end' order by subject;
set session authorization windlass_watcher;
select * from windlass.payment_end('j', 'me', 'x', false);
reset session authorization;
