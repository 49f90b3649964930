-- pool_free - the free room of a whole pool, parts that expired by p_at counted
--             as free; one snapshot, no locks.
-- Units:  the pool's asset.
-- In:     shared: for a client on the default terms, so half of each row is its.
-- Errors: none.
create or replace function windlass.pool_free(
    p_pool text, p_shared boolean, p_places integer, p_at timestamptz)
returns numeric
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (select coalesce(sum(greatest(0, least(
                r.total - r.held + gone.amount,
                case when p_shared
                    then trunc(r.total * 0.5, p_places) - r.held_shared + gone.shared
                    else r.total - r.held + gone.amount end))), 0)
        from pool_row r
        cross join lateral (
            select coalesce(sum(h.amount), 0) as amount,
                    coalesce(sum(h.amount) filter (where h.shared), 0) as shared
                from hold h
                where h.pool = r.pool and h.n = r.n and h.until <= p_at) gone
        where r.pool = p_pool);
end
$$;
