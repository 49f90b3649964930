-- is_other_person - are these two persons?
-- In:     two names as the operator's command gives them: an account of the
--         operating system, or a name and "as" the account that several share.
-- Out:    false: it may be one, for the names are the same in whatever letters, or
--         one of two who share an account did not say who they are.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.is_other_person(p_a text, p_b text) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return lower(trim(split_part(p_a, ' as ', 1))) <> lower(trim(split_part(p_b, ' as ', 1)))
        and (regexp_replace(p_a, '^.* as ', '') <> regexp_replace(p_b, '^.* as ', '')
            or position(' as ' in p_a) > 0 and position(' as ' in p_b) > 0);
end
$$;
