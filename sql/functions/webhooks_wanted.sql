-- webhooks_wanted - says whether this watcher has a back office to tell.
-- In:     whether.
-- Out:    nothing.
-- Holds:  one that has an address turns events on at once; one without turns them
--         off only when no other has said otherwise for seven days, so that a
--         watcher that lacks a setting takes no event from the others.
-- Errors: none.
-- Writes: webhook_wanted.
create or replace function windlass.webhooks_wanted(p_is_on boolean) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
begin
    if p_is_on then
        update webhook_wanted w set is_on = true, at = t
            where not w.is_on or w.at < t - interval '1 hour' or w.at > t;
    else
        update webhook_wanted w set is_on = false
            where w.is_on and w.at < t - interval '7 days';
    end if;
end
$$;
