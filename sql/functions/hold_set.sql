-- hold_set - no money leaves any more, whichever watcher would send it.
-- In:     why, for a person.
-- Out:    whether it was off before, or a person's, which takes less to be lifted.
-- Errors: constraints.
-- Writes: money_hold, audit.
create or replace function windlass.hold_set(p_reason text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update money_hold set is_on = true, reason = p_reason, since = clock_now(), set_by = ''
        where not is_on or set_by <> '';
    if found then
        insert into audit (what, subject, detail)
            values ('hold_on', 'money', jsonb_build_object('reason', p_reason));
        return true;
    end if;
    return false;
end
$$;
