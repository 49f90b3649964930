-- reviews_claim - takes reviews that are due, for a while.
-- In:     how many at most; how long in milliseconds: then they are taken again.
-- Out:    the review, its sealed request and the customer's wrapped key; how often
--         it was taken before.  Those of customers who have changed are not among
--         them.
-- Errors: none.
-- Writes: review.
create or replace function windlass.reviews_claim(p_most integer, p_ms integer)
returns table (id uuid, customer uuid, type text, version bigint, state text, tries integer,
    sealed bytea, wrapped_key bytea)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t timestamptz := clock_now();
    mine uuid[];
begin
    with due as (
        select r.id from review r
            where r.state in ('new', 'pending') and r.next_at <= t
            order by r.next_at limit p_most for update skip locked
    ), taken as (
        update review r
            set next_at = t + p_ms * interval '1 millisecond', tries = r.tries + 1
            from due where r.id = due.id returning r.id
    )
    select array_agg(taken.id) into mine from taken;
    update review r set state = 'superseded', sealed = ''
        from customer c
        where r.id = any (mine) and c.id = r.customer and c.version <> r.version;
    return query
        select r.id, r.customer, r.type, r.version, r.state, r.tries - 1, r.sealed, c.wrapped_key
            from review r join customer c on c.id = r.customer
            where r.id = any (mine) and r.state in ('new', 'pending');
end
$$;
