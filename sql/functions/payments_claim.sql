-- payments_claim - takes payments that are due, for one watcher and a while.
--         What it has already and did not let go of is among them, under the same
--         token: a step after the other is one claim.
-- In:     the watcher; how many at most; how long in milliseconds.
-- Out:    one row a payment: its claim token, all that a step is chosen by, its
--         last attempt, its first open report, an open notice of a customer, and
--         whether one of its customers was erased; why its money goes back, when its
--         outflow moved last, by what rail its last attempt goes; whether its next
--         or unsent order wants a second person.
-- Units:  times in microseconds, see micros(); absent parts are NULL.
-- Errors: none.
-- Writes: payment: the claim.
create or replace function windlass.payments_claim(
    p_holder text, p_most integer, p_ms integer)
returns table (
    tx_id text, token bigint, nudged bigint, now_us bigint, snapshot text, state text,
    reason text, sender text, receiver text, method text, currency text, memo bigint,
    quote_id text, client text, destination text, deposit_memo text, asset text,
    expected numeric, payout numeric, fee numeric, fee_asset text, beneficiary bytea,
    pay_by_us bigint, noticed text, noticed_us bigint,
    way text, outflow text, version bigint, sealed_key bytea, told boolean,
    n integer, reference text, idem_key text, body bytea, first_us bigint, last_us bigint,
    deadline_us bigint, sends integer, look_us bigint, looks integer, empties integer,
    emptied_us bigint, bank_id text, outcome text, refusal text, is_fixable boolean, field text,
    doubted_us bigint,
    seq integer, report text, params text, expect_status text, report_us bigint, tries integer,
    doubt boolean, alone boolean, last_error text, report_made_us bigint, report_sent_us bigint,
    notice_customer text, notice_type text, notice_version bigint, is_erased boolean,
    refund_why text, moved_us bigint, rail text, hash text, via text, is_unapproved boolean,
    came numeric)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t    timestamptz := clock_now();
    mine text[];
    more text[];
    -- What a record names may be any text: see customer_is_erased().
    one  constant text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
begin
    mine := array(select q.tx_id from payment q
        where q.claimed_by = p_holder and q.claimed_until > t and q.next_at <= t
        order by q.next_at limit p_most);
    update payment q set claimed_until = t + p_ms * interval '1 millisecond'
        where q.tx_id = any (mine) and q.claimed_by = p_holder
            and q.claimed_until < t + p_ms * interval '1 millisecond' / 2;
    -- Claimed by one statement, read by the next: that one sees all that was
    -- committed before the rows were ours, for whoever moves a payment, its
    -- outflow or its reports has locked its row.
    with due as (
        select q.tx_id from payment q
            where q.next_at <= t and q.claimed_until <= t
            order by q.next_at limit p_most - cardinality(mine) for update skip locked
    ), p as (
        update payment q
            set claim_token = token_next(q.claim_token), claimed_by = p_holder,
                claimed_until = t + p_ms * interval '1 millisecond'
            from due where q.tx_id = due.tx_id returning q.tx_id
    )
    select array_agg(p.tx_id) into more from p;
    mine := mine || more;
    return query
        select p.tx_id, p.claim_token, p.nudged, us(t), p.snapshot::text, p.state,
                p.reason, p.sender, p.receiver, p.method, p.currency, p.memo,
                p.quote_id, p.client, p.destination, p.deposit_memo, p.asset,
                p.expected, p.payout, p.fee, p.fee_asset, p.beneficiary,
                micros(p.pay_by), p.noticed, micros(p.noticed_at),
                o.way, o.state, o.version, o.sealed_key, o.told,
                a.n, a.reference, a.idem_key, a.body, micros(a.first_sent), micros(a.last_sent),
                micros(a.deadline), a.sends, micros(a.next_at), a.looks, a.empties,
                micros(a.emptied_at), a.bank_id, a.outcome, a.refusal, a.is_fixable, a.field,
                micros(a.doubted_at),
                r.seq, r.method, r.params::text, r.expect_status, micros(r.next_at), r.tries,
                r.doubt, r.alone, r.last_error, micros(r.made_at), micros(r.last_sent),
                c.customer::text, c.type, c.version,
                exists (select from customer_tombstone x where x.id in (
                    case when p.sender ~* one then p.sender::uuid end,
                    case when p.receiver ~* one then p.receiver::uuid end)),
                p.refund_why, micros(o.moved_at), a.rail, a.hash, a.via,
                case when o.state in ('ready', 'sending') and (o.way = 'refund'
                        or exists (select from second_person s
                            where s.currency = p.currency and p.payout > s.above))
                    then payment_unapproved(p.tx_id, coalesce(a.n, 0)
                        + (coalesce(a.outcome, 'refused') in ('refused', 'returned'))::integer)
                    else false end,
                a.amount + a.fee
            from payment p
            left join outflow o on o.tx_id = p.tx_id
            left join lateral (select * from attempt x where x.tx_id = p.tx_id
                order by x.n desc limit 1) a on true
            left join lateral (select * from report x where x.tx_id = p.tx_id and x.state = 'open'
                order by x.seq limit 1) r on true
            left join lateral (select * from customer_notice x
                where x.tx_id = p.tx_id and x.state = 'open'
                order by x.type, x.customer limit 1) c on true
            where p.tx_id = any (mine)
            order by p.next_at, p.tx_id;
end
$$;
