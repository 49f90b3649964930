-- pool_take - takes room of one pool row if it is there; afterwards the caller
--             holds the row's lock (only if it was).
-- In:     x, and x_shared: x again for a client on the default terms, else 0.
-- Out:    whether it was there.
-- Writes: pool_row.
create or replace function windlass.pool_take(
    p_pool text, p_n integer, x numeric, x_shared numeric, p_places integer)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update pool_row r set held = r.held + x, held_shared = r.held_shared + x_shared
        where r.pool = p_pool and r.n = p_n and r.total - r.held >= x
            and (x_shared = 0 or trunc(r.total * 0.5, p_places) - r.held_shared >= x);
    return found;
end
$$;
