-- operator_customer_erase - erases a customer because a person says so.
-- In:     the id; who says so and why: in the audit trail, so no value of theirs.
-- Out:    as customer_delete().
-- Errors: none.
-- Writes: audit, and what customer_delete() does.
create or replace function windlass.operator_customer_erase(p_id uuid, p_who text, p_reason text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    outcome text := customer_delete(p_id);
begin
    if outcome in ('erased', 'kept') then
        insert into audit (what, subject, detail) values ('operator_erase', p_id::text,
            jsonb_build_object('who', p_who, 'reason', p_reason));
    end if;
    return outcome;
end
$$;
