-- hold_lift - money may leave again; the epoch rises.
-- In:     why, and who says so if it is a person, for the audit trail.
-- Out:    whether it was on before.
-- Errors: none.
-- Writes: money_hold, audit.

-- It took no person once.
drop function if exists windlass.hold_lift(text);
create or replace function windlass.hold_lift(p_reason text, p_who text default '')
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update money_hold set is_on = false, reason = '', since = clock_now(), epoch = epoch + 1,
            set_by = ''
        where is_on;
    if not found then
        return false;
    end if;
    insert into audit (what, subject, detail) values ('hold_off', 'money', jsonb_strip_nulls(
        jsonb_build_object('who', nullif(p_who, ''), 'reason', p_reason)));
    perform wake();
    return true;
end
$$;
