-- reconcile_begin - begins a comparison of our books with those of the others.
-- In:     who asks; how far back, in microseconds; the bank's quarantine.
-- Out:    its number.
-- Errors: constraints.
-- Writes: reconciliation; what was read for earlier ones is gone.
create or replace function windlass.reconcile_begin(
    p_who text, p_since_us bigint, p_quarantine_ms bigint) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    r bigint;
begin
    insert into reconciliation (who, since, quarantine_ms)
        values (p_who, from_us(p_since_us), p_quarantine_ms) returning run into r;
    -- Of those that were killed.
    perform reconcile_drop(x.run) from reconciliation x
        where x.run < r and x.ended_at = 'infinity'
            and x.begun_at between clock_now() - interval '30 days'
                and clock_now() - interval '1 hour';
    return r;
end
$$;
