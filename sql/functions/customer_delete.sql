-- customer_delete - erases a customer: values, documents and the keys to them.
-- In:     id.
-- Out:    'erased'; 'gone' if that was done before; 'unknown'.
-- Errors: none.
-- Writes: customer, document, document_chunk, customer_notice (rows go),
--         customer_tombstone, audit; wakes the watcher.
create or replace function windlass.customer_delete(erase_id uuid) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    delete from customer where id = erase_id;
    if not found then
        if exists (select from customer_tombstone where id = erase_id) then
            return 'gone';
        end if;
        return 'unknown';
    end if;
    insert into customer_tombstone (id) values (erase_id);
    insert into audit (what, subject) values ('customer_delete', erase_id::text);
    perform windlass.wake();
    return 'erased';
end
$$;
