-- quote_free - gives the parts of a quote back, whose locks the caller holds
--              (quote_lock).
-- In:     spent: the amount left the pool for good, so its total shrinks too.
-- Out:    the amount given back.
-- Writes: hold, pool_row.
create or replace function windlass.quote_free(p_quote uuid, p_spent boolean)
returns numeric
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    freed numeric;
begin
    update pool_row r
        set held = r.held - h.amount,
            held_shared = r.held_shared - case when h.shared then h.amount else 0 end,
            total = r.total - case when p_spent then h.amount else 0 end
        from hold h where h.quote_id = p_quote and r.pool = h.pool and r.n = h.n;
    with gone as (delete from hold h where h.quote_id = p_quote returning h.amount)
    select coalesce(sum(amount), 0) into freed from gone;
    return freed;
end
$$;
