-- seconds_between - how long it is from one time to another; 0 if it is not.
-- In:     two times.
-- Units:  seconds.
-- Errors: none.
create or replace function windlass.seconds_between(p_from timestamptz, p_to timestamptz)
returns numeric
language plpgsql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return greatest(extract(epoch from p_to - p_from), 0);
end
$$;
