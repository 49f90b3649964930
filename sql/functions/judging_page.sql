-- judging_page - customers in the order of their ids, to be judged again.
-- In:     the id that the page begins after; how many at most.
-- Out:    what customer_find() has, and how they stood; sealed values, for a check
--         may look at them.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.judging_page(p_after uuid, p_most integer)
returns table (id uuid, account text, memo_type text, memo text, version bigint,
    wrapped_key bytea, sealed bytea, sealed_version bigint, fields jsonb, types jsonb,
    verdicts jsonb, standing jsonb)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.id, c.account, c.memo_type, c.memo, c.version, c.wrapped_key, c.sealed,
                c.sealed_version, c.fields, to_jsonb(c.types), c.verdicts, c.standing
            from customer c where c.id > p_after order by c.id limit p_most;
end
$$;
