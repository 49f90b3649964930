-- lease_take - takes a lease, or renews one's own.
-- In:     its name; who; for how long in milliseconds.
-- Out:    whether one has it now.
-- Errors: none.
-- Writes: lease.
create or replace function windlass.lease_take(p_name text, p_holder text, p_ms integer)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
begin
    update lease l
        set token = l.token + case l.holder when p_holder then 0 else 1 end, holder = p_holder,
            until = t + p_ms * interval '1 millisecond'
        where l.name = p_name and (l.holder = p_holder or l.until <= t);
    return found;
end
$$;
