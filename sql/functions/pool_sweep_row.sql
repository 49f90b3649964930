-- pool_sweep_row - deletes the expired parts of one pool row, whose lock the
--                  caller holds, and frees their room.
-- In:     at: parts whose end is not after it have expired.
-- Writes: hold, pool_row.
create or replace function windlass.pool_sweep_row(
    p_pool text, p_n integer, p_at timestamptz)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    with gone as (
        delete from hold h where h.pool = p_pool and h.n = p_n and h.until <= p_at
            returning h.amount, h.shared
    ), freed as (
        select sum(amount) as amount, coalesce(sum(amount) filter (where shared), 0) as shared
            from gone having count(*) > 0
    )
    update pool_row r
        set held = r.held - freed.amount, held_shared = r.held_shared - freed.shared
        from freed where r.pool = p_pool and r.n = p_n;
end
$$;
