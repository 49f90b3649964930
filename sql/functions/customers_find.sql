-- customers_find - all that is stored of customers, for whoever has the keys: those of
--                  a list.
-- In:     array of ids, none of them twice.
-- Out:    as customer_find(), of those that there are; by id, in order.
-- Errors: 22P02 an id that is none.
-- Writes: nothing.
create or replace function windlass.customers_find(p_ids jsonb)
returns table (id uuid, account text, memo_type text, memo text, version bigint,
    wrapped_key bytea, sealed bytea, sealed_version bigint, fields jsonb, types jsonb,
    verdicts jsonb)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    return query
        select c.id, c.account, c.memo_type, c.memo, c.version, c.wrapped_key, c.sealed,
                c.sealed_version, c.fields, to_jsonb(c.types), c.verdicts
            from jsonb_array_elements_text(p_ids) as i(id) join customer c on c.id = i.id::uuid
            order by c.id;
end
$$;
