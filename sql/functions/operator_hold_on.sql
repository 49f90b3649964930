-- operator_hold_on - a person holds all money.
-- In:     who, and why.
-- Out:    whether it was off before.
-- Errors: constraints.
-- Writes: money_hold, audit.
create or replace function windlass.operator_hold_on(p_who text, p_reason text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update money_hold set is_on = true, reason = p_reason, since = clock_now(), set_by = p_who
        where not is_on;
    if not found then
        return false;
    end if;
    insert into audit (what, subject, detail) values ('hold_on', 'money',
        jsonb_build_object('who', p_who, 'reason', p_reason));
    return true;
end
$$;
