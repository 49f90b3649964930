-- poll_done - a reading of the platform went through without a fault.
-- In:     news or sweep; the interval in milliseconds; whether the ledger is not
--         asked.
-- Errors: constraints.
-- Writes: poll_state, tally, tally_change.
create or replace function windlass.poll_done(
    p_name text, p_interval_ms bigint, p_without_ledger boolean) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update poll_state set last_good = clock_now(), interval_ms = p_interval_ms,
        without_ledger = p_without_ledger where name = p_name;
    -- What was counted meanwhile, under that row's lock.
    perform tally_fold();
end
$$;
