-- wake - there is news for the watchers.
-- In:     nothing.
-- Errors: none.
-- Writes: wake.
create or replace function windlass.wake() returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update wake set n = n + 1, at = clock_now();
end
$$;
