-- clock_set - shifts the clock of this database, for tests and demonstrations.
-- In:     offset in milliseconds from the machine's clock.
-- Errors: a constraint refuses it where WINDLASS_DEV=1 was not set at migration.
-- Writes: clock.
create or replace function windlass.clock_set(offset_ms bigint) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update windlass.clock set shift = offset_ms * interval '1 millisecond';
end
$$;
