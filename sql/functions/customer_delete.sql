-- customer_delete - erases a customer: values, documents and the keys to them.
-- In:     id.
-- Out:    'erased'; 'kept' if a legal hold keeps what is sealed: for everybody but
--         an operator they are erased; 'gone' if either was done before; 'unknown'.
-- Errors: none.
-- Writes: customer, document, document_chunk, customer_notice (rows go),
--         customer_tombstone, audit; customer_kept, document_kept and
--         document_chunk_kept under a hold; payment: those of theirs for which no
--         money went out are due; wakes the watcher.
create or replace function windlass.customer_delete(erase_id uuid) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    is_kept boolean;
begin
    -- Payments before customers, as everywhere.
    perform from payment p
        where p.tx_id in (select o.tx_id from customer_open_payments(erase_id) o)
        order by p.tx_id for update;
    perform from customer c where c.id = erase_id for update;
    if not found then
        if exists (select from customer_tombstone t where t.id = erase_id) then
            return 'gone';
        end if;
        return 'unknown';
    end if;

    insert into customer_tombstone (id) values (erase_id);
    is_kept := exists (select from legal_hold h where h.customer = erase_id);
    if is_kept then
        perform customer_keep(erase_id);
    end if;
    delete from customer where id = erase_id;
    insert into audit (what, subject, detail) values ('customer_delete', erase_id::text,
        case when is_kept then '{"kept": "legal_hold"}'::jsonb else '{}' end);
    update payment p set nudged = p.nudged + 1, next_at = least(p.next_at, clock_now())
        where p.tx_id in (select o.tx_id from customer_open_payments(erase_id) o);
    perform windlass.wake();
    return case when is_kept then 'kept' else 'erased' end;
end
$$;
