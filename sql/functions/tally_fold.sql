-- tally_fold - adds what changed since to the tally.
-- In:     nothing.
-- Errors: none.
-- Writes: tally, tally_change.
-- Rule:   one at a time: whoever calls it holds the row of its poll_state.
create or replace function windlass.tally_fold() returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    with gone as (
        delete from tally_change where ctid = any (array(
            select ctid from tally_change limit 10000))
            returning kind, a, b, n)
    insert into tally as t (kind, a, b, n)
        select kind, a, b, sum(n) from gone group by kind, a, b having sum(n) <> 0
        on conflict (kind, a, b) do update set n = t.n + excluded.n;
end
$$;
