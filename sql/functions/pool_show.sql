-- pool_show - how full each pool is.
-- In:     nothing.
-- Out:    total: what we own; reserved: held by quotes that nobody uses yet;
--         bound: held for payments; expired: still in held, but free for the
--         next who asks; free: the rest and what expired.
-- Units:  the pool's asset.
-- Errors: none.
create or replace function windlass.pool_show()
returns table (
    name text, asset text, row_count integer, total numeric, reserved numeric,
    bound numeric, expired numeric, free numeric)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select p.name, p.asset, p.row_count, r.total,
                r.held - h.bound - h.expired, h.bound, h.expired,
                r.total - r.held + h.expired
            from pool p
            cross join lateral (
                select sum(w.total) as total, sum(w.held) as held
                    from pool_row w where w.pool = p.name) r
            cross join lateral (
                select coalesce(sum(x.amount) filter (where x.until = 'infinity'), 0) as bound,
                        coalesce(sum(x.amount) filter (where x.until <= now()), 0) as expired
                    from hold x where x.pool = p.name) h
            order by p.name;
end
$$;
