-- codes_claim - takes codes that are to be sent, for a while.
-- In:     how many at most; how long in milliseconds: then they are taken again.
-- Out:    the code's id, its sealed request and the customer's wrapped key; how
--         often it was taken before.
-- Errors: none.
-- Writes: contact_code: those that are good no more are over, unsent.
create or replace function windlass.codes_claim(p_most integer, p_ms integer)
returns table (id uuid, customer uuid, name text, tries integer, sealed bytea,
    wrapped_key bytea)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t timestamptz := clock_now();
    mine uuid[];
begin
    with due as (
        select k.id from contact_code k where k.state = 'new' and k.next_at <= t
            order by k.next_at limit p_most for update skip locked
    ), taken as (
        update contact_code k
            set next_at = t + p_ms * interval '1 millisecond', tries = k.tries + 1,
                state = case when k.expires_at > t then 'new' else 'over' end,
                sealed = case when k.expires_at > t then k.sealed else '' end
            from due where k.id = due.id returning k.id
    )
    select array_agg(taken.id) into mine from taken;
    return query
        select k.id, k.customer, k.name, k.tries - 1, k.sealed, c.wrapped_key
            from contact_code k join customer c on c.id = k.customer
            where k.id = any (mine) and k.state = 'new';
end
$$;
