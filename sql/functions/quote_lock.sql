-- quote_lock - locks a quote, then the pool rows of its parts, ascending: from
--              here on its parts stand still.
-- In:     a quote.
-- Out:    whether there is such a quote.
-- Errors: none.
create or replace function windlass.quote_lock(p_quote uuid) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform from quote q where q.id = p_quote for update;
    if not found then
        return false;
    end if;
    perform from pool_row r
        where (r.pool, r.n) in (select h.pool, h.n from hold h where h.quote_id = p_quote)
        order by r.pool, r.n for update;
    return true;
end
$$;
