-- customer_payment - who may be asked for as that type in a payment we have seen,
--         and its corridor.
-- In:     transaction id, as the platform writes it; the type, or null.
-- Out:    no row, or one; ids of customers as the record names them: the receiver
--         as sep31-receiver, the sender as anything else, as the platform has it;
--         both where no type is named, as it asks during its RPCs.  Null stands for
--         one whom the record does not name.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_payment(named_tx text, as_type text)
returns table (parties text[], method text, currency text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select case when as_type is null
                    then array[lower(nullif(p.sender, '')), lower(nullif(p.receiver, ''))]
                when as_type = 'sep31-receiver' then array[lower(nullif(p.receiver, ''))]
                else array[lower(nullif(p.sender, ''))] end,
                nullif(p.method, ''), nullif(p.currency, '')
            from payment as p where p.tx_id = named_tx;
end
$$;
