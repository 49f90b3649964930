-- webhooks_drop - forgets events: seven days after they were taken; thirty days
--                 after they were made, whatever became of them.
-- In:     how many at most.
-- Out:    how many.
-- Errors: none.
-- Writes: webhook_event.
create or replace function windlass.webhooks_drop(p_most integer) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
    n bigint;
begin
    -- The oldest only are looked at: what is kept among them is kept for long.
    delete from webhook_event e using (
            select x.n from webhook_event x
                where x.made_at < t - interval '7 days'
                    and (x.state = 'done' and x.ended_at < t - interval '7 days'
                        or x.made_at < t - interval '30 days')
                order by x.made_at limit p_most for update skip locked) old
        where e.n = old.n;
    get diagnostics n = row_count;
    return n;
end
$$;
