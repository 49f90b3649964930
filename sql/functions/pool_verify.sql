-- pool_verify - do the pools' books balance?  One statement, so one snapshot.
-- In:     nothing.
-- Out:    one row per fault, none if all is well.
-- Errors: none.
create or replace function windlass.pool_verify()
returns table (subject text, fault text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
    with part as (
        select h.pool, h.n, sum(h.amount) as amount,
                coalesce(sum(h.amount) filter (where h.shared), 0) as shared
            from hold h group by h.pool, h.n
    ), quote_part as (
        select h.quote_id, sum(h.amount) as amount, bool_and(h.until = 'infinity') as is_bound,
                bool_or(h.until = 'infinity') as is_any_bound
            from hold h group by h.quote_id
    ), client_part as (
        select h.holder, h.pool, sum(h.amount) as amount
            from hold h where h.until > now() group by h.holder, h.pool
    )
    select format('pool %s row %s', coalesce(r.pool, p.pool), coalesce(r.n, p.n)),
            format('held is %s (shared %s), its parts are %s (shared %s)',
                r.held, r.held_shared, coalesce(p.amount, 0), coalesce(p.shared, 0))
        from pool_row r full join part p on p.pool = r.pool and p.n = r.n
        where (r.held, r.held_shared)
            is distinct from (coalesce(p.amount, 0), coalesce(p.shared, 0))
    union all
    select format('pool %s', o.name),
            format('total is %s, movements - settled + returned are %s', t.total, m.sum + e.sum)
        from pool o
        cross join lateral (
            select coalesce(sum(r.total), 0) as total from pool_row r where r.pool = o.name) t
        cross join lateral (
            select coalesce(sum(v.amount), 0) as sum from movement v where v.pool = o.name) m
        cross join lateral (
            select coalesce(sum(case y.kind when 'settled' then -y.amount else y.amount end), 0)
                    as sum
                from pool_entry y where y.pool = o.name) e
        where t.total <> m.sum + e.sum
    union all
    select format('quote %s', q.id), format('holds %s of %s', p.amount, q.buy_amount)
        from quote q join quote_part p on p.quote_id = q.id where p.amount <> q.buy_amount
    union all
    select format('quote %s', coalesce(u.quote_id, p.quote_id)),
            case when u.ended = 'live' then 'is bound, but not held for ever'
                else 'is held for ever, but not bound' end
        from quote_use u full join quote_part p on p.quote_id = u.quote_id
        where (u.ended is not distinct from 'live') <> coalesce(p.is_bound, false)
            or (u.ended is distinct from 'live' and p.is_any_bound)
    union all
    select format('client %s, pool %s', c.holder, c.pool),
            format('holds %s, more than its bound %s', c.amount, k.most)
        from client_part c
        left join client_pool k on k.holder = c.holder and k.pool = c.pool
        where c.amount > coalesce(k.most, -1)
    union all
    select format('quote %s', u.quote_id), format('has ended as %s, its entries say otherwise', u.ended)
        from quote_use u
        where (u.ended = 'settled') <> ((select count(*) from pool_entry y
            where y.quote_id = u.quote_id) % 2 = 1);
end
$$;
