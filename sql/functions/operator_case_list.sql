-- operator_case_list - what persons have, or had, to look at, the newest first.
-- In:     open, closed or '' for both; a transaction or ''; opened since then, in
--         microseconds; how many at most.
-- Out:    a row a case.
-- Units:  times in microseconds.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_case_list(
    p_state text, p_tx text, p_since_us bigint, p_limit integer)
returns table (id bigint, kind text, tx_id text, operation text, state text, reason text,
    opened_us bigint, closed_by text, closed_us bigint, closed_why text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.id, c.kind, c.tx_id, c.operation, c.state, c.reason, us(c.opened_at),
                c.closed_by, micros(c.closed_at), c.closed_why
            from "case" c
            where (p_state = '' or c.state = p_state) and (p_tx = '' or c.tx_id = p_tx)
                and c.opened_at >= from_us(p_since_us)
            order by c.id desc limit p_limit;
end
$$;
