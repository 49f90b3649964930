-- lease_end - gives one's lease back, so that another need not wait for its end.
-- In:     its name; who.
-- Errors: none.
-- Writes: lease.
create or replace function windlass.lease_end(p_name text, p_holder text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update lease set until = '-infinity' where name = p_name and holder = p_holder;
end
$$;
