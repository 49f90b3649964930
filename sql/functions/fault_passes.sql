-- fault_passes - is an error one of the moment (a lock that did not come, a deadlock, no
--                room, an end of the server), and none of what was asked?  Then who goes
--                through a list does not lay it on the row that it met: all is undone,
--                and the whole call is made again.
-- In:     the SQLSTATE.
-- Out:    that.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.fault_passes(p_state text)
returns boolean
language plpgsql immutable
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return left(p_state, 2) in ('40', '53', '55', '57', '58');
end
$$;
