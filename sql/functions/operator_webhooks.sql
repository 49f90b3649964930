-- operator_webhooks - events for the back office, the newest first.
-- In:     open, done, dead, or '' for all; a transaction or customer, or ''; made
--         since then, in microseconds; how many at most.
-- Out:    a row an event.
-- Units:  times in microseconds, see micros().
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_webhooks(
    p_state text, p_subject text, p_since_us bigint, p_limit integer)
returns table (id text, type text, subject text, state text, tries integer, answer integer,
    made_us bigint, next_us bigint, ended_us bigint, body text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select e.id::text, e.type, e.subject, e.state, e.tries, e.answer, us(e.made_at),
                case e.state when 'open' then us(e.next_at) else 0 end, micros(e.ended_at), e.body
            from webhook_event e
            where (p_state = '' or e.state = p_state) and (p_subject = '' or e.subject = p_subject)
                and e.made_at >= from_us(p_since_us)
            order by e.n desc limit p_limit;
end
$$;
