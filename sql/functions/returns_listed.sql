-- returns_listed - the rail's list shows orders as returned that had settled: they
--                  are looked up, those of payments that are done, or were adopted
--                  as over, too.
-- In:     array of references.
-- Out:    how many are doubted from now on.
-- Errors: none.
-- Writes: attempt, payment.
create or replace function windlass.returns_listed(p_references jsonb) returns integer
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t     timestamptz := clock_now();
    tx    text;
    count integer := 0;
begin
    for tx in select a.tx_id
            from jsonb_array_elements_text(p_references) r join attempt a on a.reference = r
            where a.outcome = 'settled' and a.doubted_at = '-infinity' order by a.tx_id loop
        -- Payment before attempt, as everywhere.
        update payment q set nudged = q.nudged + 1, next_at = least(q.next_at, t)
            where q.tx_id = tx and (q.state in ('out', 'done') or q.state = 'closed' and q.is_adopted);
        continue when not found;
        update attempt a set doubted_at = t, next_at = t
            where a.tx_id = tx and a.outcome = 'settled' and a.doubted_at = '-infinity';
        count := count + found::integer;
    end loop;
    return count;
end
$$;
