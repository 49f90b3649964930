-- webhooks_moved - what became of events that were sent.
-- In:     array of {id, what, answer, ms}: done; again: in so many milliseconds;
--         dead: given up; answer is the HTTP status, 0 for none.
-- Out:    how many were given up.
-- Errors: constraints.
-- Writes: webhook_event: these, and the next of the same subject is due; case:
--         one for all that were given up, open again if a person had closed it.
create or replace function windlass.webhooks_moved(p_items jsonb) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t     timestamptz := clock_now();
    i     record;
    whose text;
    died  bigint := 0;
begin
    for i in select e.n, x.* from jsonb_to_recordset(p_items)
                as x(id uuid, what text, answer integer, ms bigint)
            join webhook_event e on e.id = x.id
            order by e.n loop
        if i.what = 'again' then
            update webhook_event e set answer = i.answer,
                    next_at = t + i.ms * interval '1 millisecond'
                where e.n = i.n and e.state = 'open';
            continue;
        end if;
        update webhook_event e set state = i.what, answer = i.answer, ended_at = t
            where e.n = i.n and e.state = 'open' returning e.subject into whose;
        if not found then
            continue;
        end if;
        died := died + (i.what = 'dead')::integer;
        update webhook_event e set next_at = least(e.next_at, t)
            where e.n = (select min(b.n) from webhook_event b
                where b.subject = whose and b.state = 'open');
    end loop;
    if died > 0 then
        perform case_again('webhooks_dead', '',
            'events for the back office were not taken for a day: see windlass webhook list');
    end if;
    return died;
end
$$;
