-- customer_payment - the parties and the corridor of a payment we have seen.
-- In:     transaction id, as the platform writes it.
-- Out:    no row, or one; ids of customers as the record names them.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_payment(named_tx text)
returns table (sender text, receiver text, method text, currency text)
language sql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
    select p.sender, p.receiver, p.method, p.currency
        from payment as p where p.tx_id = named_tx
$$;
