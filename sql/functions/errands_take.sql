-- errands_take - takes the lease of the errands, or renews one's own.
-- In:     who; for how long in milliseconds.
-- Out:    the time; whether one has it now.
-- Units:  time in microseconds.
-- Errors: none.
-- Writes: lease.
create or replace function windlass.errands_take(
    p_holder text, p_ms integer, out now_us bigint, out is_ours boolean)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    is_ours := lease_take('errands', p_holder, p_ms);
    now_us := us(clock_now());
end
$$;
