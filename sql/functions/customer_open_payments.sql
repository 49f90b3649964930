-- customer_open_payments - payments that may wait for a customer, and as which
--         type of customer they stand in them.
-- In:     the customer.
-- Out:    a row for each side of each payment for which no money has gone out, or
--         for which it came back to be ordered anew.
--         The platform's status is not asked: the one we stored may be old.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_open_payments(who uuid)
returns table (tx_id text, type text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select p.tx_id, 'sep31-sender'
            from payment as p
            where p.sender = who::text and p.sender <> '' and p.state in ('new', 'asked', 'held')
        union all
        select p.tx_id, 'sep31-receiver'
            from payment as p
            where p.receiver = who::text and p.receiver <> '' and p.state in ('new', 'asked', 'held')
        union all
        select p.tx_id, t.type
            from outflow as o join payment as p on p.tx_id = o.tx_id
            cross join lateral (values ('sep31-sender', p.sender), ('sep31-receiver', p.receiver))
                as t (type, id)
            where o.state = 'failed' and p.state = 'out' and t.id = who::text;
end
$$;
