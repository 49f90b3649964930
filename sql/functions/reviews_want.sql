-- reviews_want - notes everybody who is in review as one of these types, as after
--         a change of the types' policies.
-- In:     names of types (JSON array).
-- Out:    how many were noted that were not before.
-- Errors: none.
-- Writes: review_wanted.
create or replace function windlass.reviews_want(p_types jsonb) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    noted bigint;
begin
    insert into review_wanted (customer, type)
        select c.id, s.key
            from customer c cross join lateral jsonb_each_text(c.standing) s
            where c.standing @? '$.* ? (@ == "PROCESSING")' and s.value = 'PROCESSING'
                and p_types ? s.key
                and not exists (select from review r where r.customer = c.id and r.type = s.key
                    and r.version = c.version)
            order by c.id, s.key
        on conflict (customer, type) do nothing;
    get diagnostics noted = row_count;
    return noted;
end
$$;
