-- keys_turned - the audit trail says that nothing is under an old wrapping key.
-- In:     the key that all is wrapped by; how much was wrapped anew by this run;
--         who has done it, as the operating system knows them.
-- Out:    nothing.
-- Errors: WL030 if that is not the key that counts.
-- Writes: audit.
create or replace function windlass.keys_turned(p_number bigint, p_count bigint, p_who text)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not exists (select from wrapping_key k where k.number = p_number) then
        raise exception 'another wrapping key counts by now' using errcode = 'WL030';
    end if;
    insert into audit (what, subject, detail) values ('keys_turned', p_number::text,
        jsonb_build_object('wrapped', p_count, 'who', left(p_who, 64)));
end
$$;
