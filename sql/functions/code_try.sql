-- code_try - is this the code that was sent?
-- In:     customer and field; the keyed digest of value and code.
-- Out:    'right', as often as it is tried while it is good; 'wrong'; 'spent': wrong
--         for the fifth time, it is good no more; 'over': it was not good any more;
--         'none' was made.
-- Errors: none.
-- Writes: contact_code, audit.
create or replace function windlass.code_try(p_customer uuid, p_name text, p_digest bytea)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    most constant integer := 5;
    k    contact_code;
    said text;
begin
    select * into k from contact_code c
        where c.customer = p_customer and c.name = p_name for update;
    if not found then
        return 'none';
    end if;
    if k.state = 'over' or k.expires_at <= clock_now() then
        return 'over';
    end if;
    said := case when k.digest = p_digest then 'right'
        when k.wrong + 1 < most then 'wrong' else 'spent' end;
    if said = 'right' and k.state = 'right' then
        return said;
    end if;
    update contact_code c
        set wrong = c.wrong + case said when 'right' then 0 else 1 end,
            state = case said when 'right' then 'right' when 'spent' then 'over' else c.state end,
            sealed = case said when 'wrong' then c.sealed else '' end
        where c.customer = p_customer and c.name = p_name;
    insert into audit (what, subject, detail) values ('code_try', p_customer::text,
        jsonb_build_object('field', p_name, 'code', k.id, 'outcome', said));
    return said;
end
$$;
