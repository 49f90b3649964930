-- operator_case_close - a person has looked at it.
-- In:     the case; who closes it, and why: for the audit trail, so no value of a
--         customer.
-- Out:    closed; already; unknown.
-- Errors: constraints.
-- Writes: case, audit.
create or replace function windlass.operator_case_close(p_id bigint, p_who text, p_reason text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    c "case";
begin
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
    return 'closed';
end
$$;
