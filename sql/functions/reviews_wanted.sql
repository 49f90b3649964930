-- reviews_wanted - takes some of those who may have to be looked at, for a while.
-- In:     how many at most; how long in milliseconds: then they are taken again.
-- Out:    customer and type.
-- Errors: none.
-- Writes: review_wanted.
create or replace function windlass.reviews_wanted(p_most integer, p_ms integer)
returns table (customer uuid, type text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t timestamptz := clock_now();
begin
    return query
        with due as (
            select w.customer, w.type from review_wanted w where w.next_at <= t
                order by w.next_at limit p_most for update skip locked
        )
        update review_wanted w set next_at = t + p_ms * interval '1 millisecond'
            from due where w.customer = due.customer and w.type = due.type
            returning w.customer, w.type;
end
$$;
