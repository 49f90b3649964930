-- pool_lock_and_sweep - locks all rows of a pool, ascending, and deletes what
--                       expired in them.
-- In:     at: parts whose end is not after it have expired.
-- Writes: hold, pool_row.
create or replace function windlass.pool_lock_and_sweep(p_pool text, p_at timestamptz)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform from pool_row r where r.pool = p_pool order by r.n for update;
    with gone as (
        delete from hold h where h.pool = p_pool and h.until <= p_at
            returning h.n, h.amount, h.shared
    ), freed as (
        select n, sum(amount) as amount,
                coalesce(sum(amount) filter (where shared), 0) as shared
            from gone group by n
    )
    update pool_row r
        set held = r.held - freed.amount, held_shared = r.held_shared - freed.shared
        from freed where r.pool = p_pool and r.n = freed.n;
end
$$;
