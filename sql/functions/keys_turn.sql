-- keys_turn - from now on everything new is wrapped by another wrapping key.
-- In:     its number; who says so, as the operating system knows them.
-- Out:    whether it was another one before.
-- Holds:  when this has ended, nothing can be stored under another key.
-- Errors: none.
-- Writes: wrapping_key, audit.
create or replace function windlass.keys_turn(p_number bigint, p_who text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    before bigint;
begin
    -- Whoever has been told that the old key counts has stored what it wrapped.
    perform pg_advisory_xact_lock(7795283322);
    select k.number into before from wrapping_key k;
    if before = p_number then
        return false;
    end if;
    update wrapping_key k set number = p_number, since = windlass.now();
    insert into audit (what, subject, detail) values ('keys_turn', p_number::text,
        jsonb_build_object('before', before, 'who', left(p_who, 64)));
    return true;
end
$$;
