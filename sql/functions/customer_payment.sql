-- customer_payment - the parties and the corridor of a payment we have seen.
-- In:     transaction id, as the platform writes it.
-- Out:    no row, or one; ids of customers as the record names them; null where
--         it names none.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_payment(named_tx text)
returns table (sender text, receiver text, method text, currency text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select nullif(p.sender, ''), nullif(p.receiver, ''), nullif(p.method, ''),
                nullif(p.currency, '')
            from payment as p where p.tx_id = named_tx;
end
$$;
