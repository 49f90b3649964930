-- metrics - figures for GET /metrics, one row each.
-- In:     nothing.
-- Out:    family, see common/measures.c; the values of its labels, '' where it has
--         fewer; a number, or +Inf.
-- Units:  seconds; a pool's asset.
-- Errors: none.
-- Writes: nothing.
-- Cost:   does not grow with customers and payments.  Both are counted when they
--         change (tally); the oldest of a state is the first entry of an index on
--         the open ones; what waits is counted in partial indexes, up to 100,000.
--         What expired in pools and was not swept yet is read (hold_by_row).
create or replace function windlass.metrics()
returns table (family text, label_1 text, label_2 text, value text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    most constant integer := 100000;
    t    timestamptz := clock_now();
begin
    return query
        select x.family, p.name, '', x.value::text
            from pool p
            cross join lateral (select sum(r.total) as owned,
                    pool_free(p.name, false, p.decimals, t) as free
                from pool_row r where r.pool = p.name) s
            cross join lateral (values ('liquidity_owned', s.owned),
                ('liquidity_held', s.owned - s.free), ('liquidity_available', s.free))
                as x (family, value)
            where s.owned is not null
            order by p.name limit 600;

    return query
        select x.family, p ->> 'sell_asset', p ->> 'buy_asset', x.seconds::text
            from book_document d, json_array_elements(d.document) p
            cross join lateral (values
                ('rate_age_seconds', seconds_between((p ->> 'as_of')::timestamptz, t)),
                ('rate_stale_after_seconds', (p ->> 'stale_after')::numeric))
                as x (family, seconds)
            where d.kind = 'prices' limit 1000;

    return query
        select x.family, '', '', x.value::text
            from book_version b
            cross join lateral (values ('book_version', b.version::numeric),
                ('book_age_seconds', seconds_between(b.loaded_at, t))) as x (family, value)
            where b.version > 0;

    return query
        select 'kyc_customers', c.a, c.b, sum(c.n)::text
            from (select a, b, n from tally where kind = 'customer'
                union all select a, b, n from tally_change where kind = 'customer') c
            group by c.a, c.b order by c.b, c.a limit 400;

    return query
        select 'tx', s, '', coalesce(sum(c.n), 0)::text
            from unnest(array['new', 'asked', 'out', 'done', 'closed', 'held', 'review']) s
            left join (select a, n from tally where kind = 'payment'
                union all select a, n from tally_change where kind = 'payment') c on c.a = s
            group by s;

    -- Written out: a partial index serves a state that the planner can read.
    return query
        select 'tx_oldest_age_seconds', x.state, '', coalesce(seconds_between(x.at, t), 0)::text
            from (values
                ('new', (select min(made_at) from payment where state = 'new')),
                ('asked', (select min(made_at) from payment where state = 'asked')),
                ('out', (select min(made_at) from payment where state = 'out')),
                ('held', (select min(made_at) from payment where state = 'held')),
                ('review', (select min(made_at) from payment where state = 'review')))
                as x (state, at);

    return query
        select 'outbox_depth', '', '', count(*)::text
            from (select from report where state = 'open' limit most) r
        union all
        select 'outbox_oldest_age_seconds', '', '',
            coalesce(seconds_between((select min(made_at) from report where state = 'open'), t),
                0)::text
        union all
        select 'outflows_in_review', '', '', count(*)::text
            from (select from outflow where state = 'review' limit most) o
        union all
        select 'corrections_open', '', '', count(*)::text
            from (select from outflow o join payment p on p.tx_id = o.tx_id
                where o.state = 'failed' and p.state = 'out' limit most) f
        union all
        select 'approvals_waiting', '', '', count(*)::text
            from (select from payment where state = 'out' and reason like 'second_person:%'
                limit most) w
        union all
        select 'manual_payouts', 'ready', '', count(*)::text
            from (select from manual_order where batch = 0 and state = 'pending' limit most) m
        union all
        select 'manual_payouts', 'exported', '', count(*)::text
            from (select from manual_order where batch > 0 and state in ('pending', 'accepted')
                limit most) m
        union all
        (select 'cases_open', c.kind, '', count(*)::text
            from (select kind from "case" where state = 'open' limit most) c
            group by c.kind order by c.kind limit 200)
        union all
        select 'reviews_open', s, '', count(r.state)::text
            from unnest(array['new', 'pending']) s
            left join (select state from review where state in ('new', 'pending') limit most) r
                on r.state = s
            group by s
        union all
        select 'reviews_oldest_age_seconds', '', '',
            coalesce(seconds_between((select min(made_at) from review
                where state in ('new', 'pending')), t), 0)::text
        union all
        select 'codes_unsent', '', '', count(*)::text
            from (select from contact_code where state = 'new' limit most) k
        union all
        select 'webhooks_open', '', '', count(*)::text
            from (select from webhook_event where state = 'open' limit most) e
        union all
        select 'webhooks_oldest_age_seconds', '', '',
            coalesce(seconds_between((select min(made_at) from webhook_event
                where state = 'open'), t), 0)::text
        union all
        select 'webhooks_dead', '', '', count(*)::text
            from (select from webhook_event where state = 'dead' limit most) e
        union all
        select 'breakers_open', c, '', count(b.counterpart)::text
            from unnest(array['bank', 'treasury', 'platform']) c
            left join breaker b on b.counterpart = c and b.until > t - interval '5 minutes'
            group by c
        union all
        select 'money_hold', '', '', h.is_on::integer::text from money_hold h;

    return query
        select 'poll_lag_seconds', s.name, '',
                case when isfinite(s.last_good) then seconds_between(s.last_good, t)::text
                    else '+Inf' end
            from poll_state s
        union all
        select 'poll_interval_seconds', '', '', (s.interval_ms / 1000.0)::text
            from poll_state s where s.name = 'news';
end
$$;
