-- customers_expired - customers of whom something has expired and is not rejected
--         yet, a page of them in the order of their ids.
-- In:     the id that the page begins after; how many at most.
-- Out:    what judging needs: names and states, never a value; expires_on is the
--         last day that was good.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customers_expired(p_after uuid, p_most integer)
returns table (id uuid, account text, memo_type text, memo text, version bigint, fields jsonb,
    types jsonb, verdicts jsonb, expires_on text, today text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    day date := (windlass.now() at time zone 'UTC')::date;
begin
    return query
        select c.id, c.account, c.memo_type, c.memo, c.version, c.fields, to_jsonb(c.types),
                c.verdicts, to_char(c.expires_on, 'YYYY-MM-DD'), to_char(day, 'YYYY-MM-DD')
            from customer c
            where c.expires_on < day and c.expires_on < 'infinity' and c.id > p_after
            order by c.id limit p_most;
end
$$;
