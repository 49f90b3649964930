-- customers_lacking - how many erasures of a list this database does not know: it
--                     is older than the list.
-- In:     array of {id, how}: erased; held, under a legal hold; or lifted, such a
--         hold, later.
-- Out:    how many customers they are about.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customers_lacking(p_items jsonb) returns bigint
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (
        select count(*) from (
                select e.id, bool_or(e.how = 'lifted') as is_lifted
                    from jsonb_to_recordset(p_items) as e(id uuid, how text) group by e.id) i
            where not exists (select from customer_tombstone t where t.id = i.id)
                or i.is_lifted and exists (select from legal_hold h where h.customer = i.id)
    );
end
$$;
