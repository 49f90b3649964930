-- quotes_looked - what the platform said of quotes that are alike.
-- In:     [{"id", "says"}]; says: known; doubted: it has it not, but a later one
--         like it, said in the same breath; unsure: it has it not.
-- Out:    those that were doubted twice now, 30 s apart: orphans, see
--         quote_release_orphan().
-- Errors: none.
-- Writes: quote_look.
create or replace function windlass.quotes_looked(p_looks jsonb) returns table (id uuid)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t timestamptz := clock_now();
begin
    return query
        with said as (
            insert into quote_look as l (quote_id, asked_at, is_known, doubts)
                select x.id, t, x.says = 'known', (x.says = 'doubted')::integer
                    from jsonb_to_recordset(p_looks) as x(id uuid, says text)
                    order by x.id
                on conflict (quote_id) do update set is_known = excluded.is_known,
                    asked_at = t, doubts = case excluded.doubts
                        when 0 then 0
                        else least(2, l.doubts + (l.doubts = 0 or l.asked_at
                            <= t - interval '30 seconds')::integer) end
                returning l.quote_id, l.doubts
        )
        select said.quote_id from said where said.doubts = 2;
end
$$;
