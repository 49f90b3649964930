-- pool_room - the free room of one pool row, read without a lock.
-- In:     shared: for a client on the default terms, whose half of the row it is.
-- Out:    may be below zero for shared clients, after the row shrank.
-- Errors: none; NULL for a row that is not there.
create or replace function windlass.pool_room(
    p_pool text, p_n integer, p_shared boolean, p_places integer)
returns numeric
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (select least(r.total - r.held, case when p_shared
                then trunc(r.total * 0.5, p_places) - r.held_shared
                else r.total - r.held end)
        from pool_row r where r.pool = p_pool and r.n = p_n);
end
$$;
