-- watcher_health - how the watchers are doing, for /health and /metrics.
-- In:     nothing.
-- Out:    when the news were last read and how often they are to be; whether money
--         is on hold and why; how many payments are in review, held, open; open
--         cases; whether the ledger is not asked.
-- Units:  time in microseconds, 0 for never.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.watcher_health(
    out now_us bigint, out last_good_us bigint, out interval_ms bigint, out hold_on boolean,
    out hold_reason text, out in_review bigint, out held bigint, out open bigint,
    out cases bigint, out without_ledger boolean)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select us(clock_now()), micros(s.last_good), s.interval_ms, h.is_on, h.reason,
            count(*) filter (where p.state = 'review'), count(*) filter (where p.state = 'held'),
            count(*) filter (where p.state in ('new', 'asked', 'out')),
            (select count(*) from "case" c where c.state = 'open'), s.without_ledger
            into now_us, last_good_us, interval_ms, hold_on, hold_reason, in_review, held, open,
                cases, without_ledger
        from poll_state s cross join money_hold h
            left join payment p on p.state in ('new', 'asked', 'out', 'held', 'review')
        where s.name = 'news'
        group by s.last_good, s.interval_ms, s.without_ledger, h.is_on, h.reason;
end
$$;
