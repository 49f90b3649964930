-- Events for the back office: made with the change, taken in order, given up.
set search_path = windlass, public;
create function put(n integer, v bigint, standing jsonb) returns void language sql as $$
    select customer_put(('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
        'G' || repeat('A', 55), 'id', n::text, v, decode(repeat('00', 77), 'hex'),
        decode(repeat('00', 43), 'hex'), '{}', standing, '[]', '[]') $$;
create function pay(n integer) returns void language sql as $$
    insert into payment (tx_id, status, updated_at, is_paid, snapshot, memo)
        values ('t' || n, 'pending_receiver', now(), false, '{}', n) $$;
create function moved(p_id uuid, what text, answer integer default 0, ms bigint default 0)
returns bigint language sql as $$
    select webhooks_moved(jsonb_build_array(jsonb_build_object('id', p_id, 'what', what,
        'answer', answer, 'ms', ms))) $$;
create view seen as select type, subject, state, tries, answer,
    (body::jsonb -> 'data') - 'customer_id'::text - 'transaction_id'::text as data from webhook_event order by n;

create view fires as select string_agg(distinct tgenabled::text, '') as fires from pg_trigger
    where tgrelid = 'customer'::regclass and tgname like '%told';

\echo == nobody is told: nothing is written, and nothing looks whether it is
select * from fires;
select put(1, 0, '{"s": "NEEDS_INFO"}'), pay(1);
select count(*) from webhook_event;
\echo one that has no address turns nothing off that another wants
select webhooks_wanted(true), webhooks_wanted(false);
select is_on, fires from webhook_wanted, fires;

\echo == each change is an event, and what is rolled back is none
select put(2, 0, '{"s": "NEEDS_INFO"}'), put(2, 1, '{"s": "NEEDS_INFO"}'), put(2, 2, '{"s": "ACCEPTED"}');
select pay(2);
begin; select put(3, 0, '{}'), pay(3); rollback;
update payment set next_at = now() where tx_id = 't2';
update payment set status = 'pending_sender' where tx_id = 't2';
update payment set state = 'held', reason = 'limit_day: the client''s limit for one day is reached' where tx_id = 't2';
select customer_delete('a0000000-0000-4000-8000-000000000002');
select * from seen;
select body::jsonb - 'data' - 'timestamp' = jsonb_build_object('type', type, 'sequence', n) as same from webhook_event where n = 1;

\echo == of one subject the first alone is taken; the others sleep until its time
create temp table taken as select * from webhooks_claim(9, 60000);
select type, subject, tries, first_us from taken order by subject;
select count(*) from webhooks_claim(9, 60000);
select count(*) from webhook_event where state = 'open' and next_at > now() + interval '50 seconds';
\echo it is done: the next is due; it failed: again later, and the next waits on
select moved(id, 'done', 204) from taken where subject = 't2';
select moved(id, 'again', 503, 3600000) from taken where subject <> 't2';
create temp table more as select * from webhooks_claim(9, 60000);
select subject, body::jsonb #>> '{data,status}' as status, tries from more;
select clock_set(3700000);
select subject, tries, first_us > 0 as was_sent from webhooks_claim(9, 0) order by 1;
\echo == given up: one case for all, the next goes on, and a person sends it again
select moved(id, 'dead', 410) from taken where subject <> 't2';
select moved(id, 'dead', 410) from taken where subject <> 't2';
select kind, state, reason from "case";
select type, subject = 't2' as payment from webhooks_claim(9, 60000) order by 1;
select operator_case_close(1, 'eva', 'seen');
select id, state, answer from operator_webhooks('dead', '', 0, 10) \gset
select operator_webhook_resend(:'id', 'eva', 'lost'), operator_webhook_resend('t2', 'eva', 'all of it'),
    operator_webhook_resend('nothing', 'eva', 'x'), operator_webhook_resend('dead', 'eva', 'x');
select count(*) from webhook_event where state = 'open';
select subject = 't2' as payment, detail from audit where what = 'webhook_resend' order by n;
select family, value from metrics() where family ~ 'webhooks_(open|dead)';

\echo == old ones are forgotten
select moved(id, 'done') from webhook_event where subject = 't2';
select webhooks_drop(10);
select clock_set(8 * 86400000);
select webhooks_drop(10);
select clock_set(40::bigint * 86400000);
select webhooks_drop(10), (select count(*) from webhook_event);
\echo and when nobody has asked for them for a week there are no new ones
select webhooks_wanted(false), pay(9);
select is_on, fires, (select count(*) from webhook_event) from webhook_wanted, fires;

\echo == roles
set role windlass_customer;
select * from webhook_event;
select webhooks_claim(1, 1);
