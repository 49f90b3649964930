-- 0016_states_in_one_pass: what stands beside a customer's names is looked at
-- at every PUT, so it is looked at as one text: jsonb prints members in one
-- order (the shorter name first, then by bytes), with one blank after : and ,.
-- Taken member by member it was the greatest part of the statement's time.
create or replace function windlass.is_field_states(fields jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return fields::text ~ ('^\{(?:"[a-z_]{1,64}": \{'
        '(?:"file": true, )?'
        '(?:"rule": \d+, )?'
        '(?:"error": "[a-z0-9_]{1,64}", )?'
        '"state": "(?:given|accepted|rejected)"'
        '(?:, "checks": \[(?:"[a-z0-9_]+"(?:, )?)*\])?'
        '(?:, "proven": true)?'
        '(?:, "choice_of": \[(?:"[A-Za-z0-9._-]+"(?:, )?)*\])?'
        '(?:, "valid_until": "\d{4}-\d\d-\d\d")?'
        '\}(?:, )?)*\}$');
end
$$;
