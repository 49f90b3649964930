-- review_moved - what became of a review.
-- In:     its id; new: the hook does not have it; pending: it has; superseded; or
--         the verdict that was applied: accepted, resubmit, rejected.  Of an open
--         one: when to go on, in milliseconds from now.
-- Out:    whether it was open.
-- Errors: constraints.
-- Writes: review.
create or replace function windlass.review_moved(p_id uuid, p_what text, p_ms bigint)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if p_what in ('new', 'pending') then
        update review r
            set state = p_what, next_at = clock_now() + p_ms * interval '1 millisecond',
                tries = case when r.state = p_what then r.tries else 0 end
            where r.id = p_id and r.state in ('new', 'pending');
    else
        update review r
            set state = case p_what when 'superseded' then p_what else 'done' end,
                outcome = case p_what when 'superseded' then '' else p_what end, sealed = ''
            where r.id = p_id and r.state in ('new', 'pending');
    end if;
    return found;
end
$$;
