-- operator_notices - changes of customers that the platform was, or is to be, told
--                    for a payment.
-- In:     the transaction.
-- Out:    a row a customer and type, 200 at most.
-- Units:  times in microseconds, see micros().
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_notices(p_tx text)
returns table (customer text, type text, version bigint, state text, due_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select n.customer::text, n.type, n.version, n.state, micros(n.next_at)
            from customer_notice n where n.tx_id = p_tx order by n.type, n.customer limit 200;
end
$$;
