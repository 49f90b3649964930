-- breaker_set - a watcher leaves somebody alone for a while, or not any more.
-- In:     the watcher; bank, treasury or platform; until when, in microseconds, 0
--         for not any more.
-- Out:    nothing.
-- Errors: constraints.
-- Writes: breaker.
create or replace function windlass.breaker_set(
    p_holder text, p_counterpart text, p_until_us bigint) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if p_until_us = 0 then
        delete from breaker b where b.holder = p_holder and b.counterpart = p_counterpart;
        return;
    end if;
    insert into breaker as b (holder, counterpart, until)
        values (p_holder, p_counterpart, from_us(p_until_us))
        on conflict (holder, counterpart) do update set until = excluded.until;
end
$$;
