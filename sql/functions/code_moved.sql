-- code_moved - what became of a code that was to be sent.
-- In:     its id; sent; over: it can not be sent there; new: to be sent again, in
--         so many milliseconds.
-- Out:    whether it was still to be sent.
-- Errors: constraints.
-- Writes: contact_code, audit.
create or replace function windlass.code_moved(p_id uuid, p_what text, p_ms bigint)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    who uuid;
    field text;
begin
    update contact_code k
        set state = p_what, sealed = case p_what when 'new' then k.sealed else '' end,
            next_at = clock_now() + p_ms * interval '1 millisecond'
        where k.id = p_id and k.state = 'new'
        returning k.customer, k.name into who, field;
    if who is null then
        return false;
    end if;
    if p_what <> 'new' then
        insert into audit (what, subject, detail) values ('code_moved', who::text,
            jsonb_build_object('field', field, 'code', p_id, 'outcome', p_what));
    end if;
    return true;
end
$$;
