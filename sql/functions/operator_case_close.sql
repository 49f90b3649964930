-- operator_case_close - a person has looked at it.
-- In:     the case; who closes it, and why: for the audit trail, so no value of a
--         customer.
-- Out:    closed; already; unknown.
-- Holds:  with returned_after_completion the payment is over, whatever was done about
--         it outside: what the pool held for it is free.
-- Errors: constraints.
-- Writes: case, audit; then payment, outflow, and what quote_release() writes.
create or replace function windlass.operator_case_close(p_id bigint, p_who text, p_reason text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    c "case";
begin
    -- Payment before case, as everywhere.
    perform from payment q where q.tx_id = (select x.tx_id from "case" x where x.id = p_id)
        for update;
    select * into c from "case" x where x.id = p_id for update;
    if not found then
        return 'unknown';
    elsif c.state = 'closed' then
        return 'already';
    end if;
    update "case" x set state = 'closed', closed_by = p_who, closed_at = windlass.now(),
        closed_why = p_reason where x.id = p_id;
    insert into audit (what, subject, detail) values ('case_close',
        case c.tx_id when '' then 'case ' || p_id else c.tx_id end,
        jsonb_build_object('who', p_who, 'reason', p_reason, 'case', p_id, 'kind', c.kind,
            'operation', c.operation));
    if c.kind = 'returned_after_completion' then
        perform outflow_over(c.tx_id);
    end if;
    return 'closed';
end
$$;
