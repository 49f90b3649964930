-- operator_why - all that it takes to say what a payment waits for.
-- In:     the transaction.
-- Out:    one row, or none: the payment, its outflow, its last attempt, its first
--         open report, the hold, when the platform was last read; of an order that
--         people carry out the batch in which they have it, 0 none yet, -1 no order;
--         what leaves by its next order, and in what; what people have said of their
--         order, and whether the bank is said to have carried out one that this
--         database never exported; whether a second person is wanted yet.
-- Units:  times in microseconds, see micros(); absent parts are '' or 0.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_why(p_tx text)
returns table (
    now_us bigint, state text, reason text, since_us bigint, status text, is_paid boolean,
    expected numeric, asset text, destination text, memo text, payout numeric, currency text,
    method text, gated_us bigint, pay_by_us bigint, next_us bigint, claimed_us bigint,
    way text, outflow text, moved_us bigint,
    reference text, bank_id text, refusal text, field text, is_doubted boolean, sends integer, empties integer,
    first_us bigint, deadline_us bigint, look_us bigint,
    report text, tries integer, doubt boolean, report_made_us bigint, report_last_us bigint,
    report_due_us bigint,
    is_on_hold boolean, hold_us bigint, polled_us bigint, outflow_reason text, rail text,
    via text, batch bigint, leaves numeric, leaves_in text, said text,
    is_said_out boolean, is_unapproved boolean)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select us(clock_now()), p.state, p.reason, us(p.reason_at), p.status, p.is_paid,
                p.expected, p.asset, p.destination,
                case p.deposit_memo when '' then p.memo::text else p.deposit_memo end,
                p.payout, p.currency, p.method, micros(p.gated_at), micros(p.pay_by),
                micros(p.next_at), micros(p.claimed_until),
                coalesce(o.way, ''), coalesce(o.state, ''), coalesce(us(o.moved_at), 0),
                coalesce(a.reference, ''), coalesce(a.bank_id, ''), coalesce(a.refusal, ''),
                coalesce(a.field, ''), coalesce(a.doubted_at > '-infinity' and a.outcome <> 'returned', false),
                coalesce(a.sends, 0), coalesce(a.empties, 0), coalesce(micros(a.first_sent), 0),
                coalesce(micros(a.deadline), 0), coalesce(micros(a.next_at), 0),
                coalesce(r.method, ''), coalesce(r.tries, 0), coalesce(r.doubt, false),
                coalesce(us(r.made_at), 0), coalesce(micros(r.last_sent), 0),
                coalesce(micros(r.next_at), 0),
                h.is_on, us(h.since), micros(n.last_good), coalesce(o.reason, ''),
                coalesce(a.rail, ''), coalesce(a.via, ''), coalesce(m.batch, -1),
                coalesce(l.amount, 0), coalesce(l.currency, ''), coalesce(m.state, ''),
                exists (select from "case" c where c.kind = 'manual_unknown' and c.tx_id = p_tx
                    and c.state = 'open'),
                coalesce(o.state in ('ready', 'sending') and payment_unapproved(p_tx, l.n), false)
            from payment p
            cross join money_hold h
            join poll_state n on n.name = 'news'
            left join outflow o on o.tx_id = p.tx_id
            left join lateral (select * from attempt x where x.tx_id = p.tx_id
                order by x.n desc limit 1) a on true
            left join lateral payment_leaves(p.tx_id) l on true
            left join manual_order m on m.reference = a.reference
            left join lateral (select * from report x where x.tx_id = p.tx_id and x.state = 'open'
                order by x.seq limit 1) r on true
            where p.tx_id = p_tx;
end
$$;
