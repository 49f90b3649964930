-- manual_written - that batch was written out, whole.
-- In:     the batch.
-- Out:    whether there is one of that number.
-- Errors: none.
-- Writes: manual_batch.
create or replace function windlass.manual_written(p_batch bigint) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update manual_batch b set written_at = least(b.written_at, clock_now())
        where b.batch = p_batch;
    return found;
end
$$;
