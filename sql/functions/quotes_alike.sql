-- quotes_alike - quotes of which the platform may have stored only the later: it
--                sends a request again when an answer was lost, and gets another
--                quote for it.
-- In:     how many at most.
-- Out:    quotes that are alike (same client, pair, side, amount given and method),
--         in the order in which they were made; kin is the same for all that are
--         alike.  Of each kin come those that the platform has not known yet and
--         was not asked about in the last 30 s, if a later one is there that it
--         may know, and with them the latest that it knows.
-- Errors: none.
-- Source: a quote younger than 5 s may be on its way to the platform's database.
create or replace function windlass.quotes_alike(p_most integer)
returns table (id uuid, kin bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t timestamptz := clock_now();
begin
    return query
        with there as (
            select h.quote_id, bool_and(h.until <> 'infinity') as is_reserved
                from hold h where h.until > t group by h.quote_id
            union
            select u.quote_id, false from quote_use u
                where u.bound_at > t - interval '1 hour' and u.ended <> 'live'
        ), alike as (
            select q.id, q.made_at, x.is_reserved, l.asked_at, coalesce(l.is_known, false) as is_known,
                    dense_rank() over (order by q.client, q.sell_asset, q.buy_asset, q.side,
                        case q.side when 'sell' then q.sell_amount else q.buy_amount end,
                        q.method) as kin
                from there x join quote q on q.id = x.quote_id
                    left join quote_look l on l.quote_id = q.id
                where q.made_at < t - interval '5 seconds'
        ), asked as (
            select a.*,
                    -- The latest that is known proves all before it.
                    a.is_known and not coalesce(bool_or(a.is_known) over later, false) as is_witness,
                    not a.is_known and coalesce(a.asked_at <= t - interval '30 seconds', true)
                        as is_due,
                    count(*) over later > 0 as has_later
                from alike a
                window later as (partition by a.kin order by a.made_at, a.id
                    rows between 1 following and unbounded following)
        ), wanted as (
            select a.*,
                    bool_or(a.is_due and a.is_reserved and a.has_later) over (partition by a.kin)
                        as is_doubtful,
                    min(coalesce(a.asked_at, '-infinity')) filter (where a.is_due)
                        over (partition by a.kin) as since
                from asked a
        )
        select w.id, w.kin from wanted w
            where w.is_doubtful and (w.is_due or w.is_witness)
            order by w.since, w.kin, w.made_at, w.id limit p_most;
end
$$;
