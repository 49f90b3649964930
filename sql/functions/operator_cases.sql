-- operator_cases - what a person has, or had, to look at about a payment.
-- In:     the transaction.
-- Out:    a row a case, the last 200, in order.
-- Units:  times in microseconds.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_cases(p_tx text)
returns table (kind text, state text, reason text, operation text, opened_us bigint, closed_by text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select x.kind, x.state, x.reason, x.operation, us(x.opened_at), x.closed_by
            from (select * from "case" c where c.tx_id = p_tx order by c.id desc limit 200) x
            order by x.id;
end
$$;
