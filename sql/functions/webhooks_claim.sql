-- webhooks_claim - takes events that are due, for a while.
-- In:     how many at most; how long in milliseconds: then they are taken again.
-- Out:    the event, its body, how often it was sent before and when first.
-- Units:  times in microseconds; first_us is 0 before the first sending.
-- Holds:  of one subject only the first open event is taken.  Those behind it are
--         put to sleep until its time; whoever ends it wakes the next.  So what
--         waits behind a receiver that is down is not looked at again and again.
-- Errors: none.
-- Writes: webhook_event.
create or replace function windlass.webhooks_claim(p_most integer, p_ms integer)
returns table (id uuid, type text, subject text, body text, tries integer, first_us bigint,
    now_us bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t     timestamptz := clock_now();
    taken integer := 0;
    ahead timestamptz;
    e     webhook_event;
begin
    for e in select * from webhook_event x
            where x.state = 'open' and x.next_at <= t
            order by x.next_at, x.n limit 8 * p_most for update skip locked loop
        exit when taken = p_most;
        select x.next_at into ahead from webhook_event x
            where x.subject = e.subject and x.state = 'open' and x.n < e.n
            order by x.n limit 1;
        if found then
            update webhook_event x set next_at = greatest(ahead, t) + interval '1 second'
                where x.n = e.n;
            continue;
        end if;
        update webhook_event x
            set next_at = t + p_ms * interval '1 millisecond', tries = x.tries + 1,
                first_at = least(x.first_at, t)
            where x.n = e.n;
        taken := taken + 1;
        id := e.id;
        type := e.type;
        subject := e.subject;
        body := e.body;
        tries := e.tries;
        first_us := case e.first_at when 'infinity' then 0 else us(e.first_at) end;
        now_us := us(t);
        return next;
    end loop;
end
$$;
