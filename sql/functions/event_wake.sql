-- event_wake - the platform has news for the watchers.
-- In:     nothing.
-- Out:    nothing.
-- Errors: none.  Where somebody else is waking them just now, their wake-up is
--         ours too: the platform's news was there before it is seen.  Lost in a
--         crash it is found by polling, so nobody waits for the disk.
-- Writes: wake.
create or replace function windlass.event_wake() returns void
language plpgsql volatile security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    update wake set n = n + 1, at = clock_now()
        where one = (select w.one from wake w for update skip locked);
end
$$;
