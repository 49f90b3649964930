-- customers_erase_again - erases whom a list says were erased: after the database
--                         was restored from a backup that is older.
-- In:     array of {id, how}: erased; held, under a legal hold, which is set again;
--         or lifted, such a hold, later.
-- Out:    how many customers were not erased here, or still kept.
-- Holds:  a legal hold that this database has ends by 'lifted' only: a living
--         customer who is under one is kept.
-- Errors: none.
-- Writes: customer_tombstone, legal_hold, audit, and what customer_delete() does.
create or replace function windlass.customers_erase_again(p_items jsonb) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    i      record;
    is_new boolean;
    count  bigint := 0;
begin
    -- In one order, so that two that do this never wait in a circle.
    for i in select e.id, bool_or(e.how = 'held') as is_held, bool_or(e.how = 'lifted') as is_lifted
            from jsonb_to_recordset(p_items) as e(id uuid, how text) group by e.id order by e.id loop
        if i.is_held and not i.is_lifted then
            insert into legal_hold (customer, by_whom, reason)
                select c.id, 'windlass', 'erased under a legal hold, before a restore'
                    from customer c where c.id = i.id
                on conflict do nothing;
        end if;
        is_new := customer_delete(i.id) in ('erased', 'kept');
        if not is_new then
            -- Whoever came and went after the backup was never here.
            insert into customer_tombstone (id) values (i.id) on conflict do nothing;
            is_new := found;
        end if;
        if i.is_lifted then
            delete from legal_hold h where h.customer = i.id;
            is_new := is_new or found;
        end if;
        if is_new then
            insert into audit (what, subject, detail) values ('customer_erase_again', i.id::text,
                jsonb_build_object('held', i.is_held and not i.is_lifted));
        end if;
        count := count + is_new::integer;
    end loop;
    return count;
end
$$;
