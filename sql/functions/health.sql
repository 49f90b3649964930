-- health - what a person has to know of how things are, one row per question.
-- In:     nothing.
-- Out:    name of the check; status green, yellow (look at it today) or red (now);
--         a sentence without any customer's data: whoever can reach us may ask.
-- Errors: none.
-- Writes: nothing.
-- Source: design: the last good reading of the platform older than 5 intervals,
--         an outflow in review, a pool empty or the hold on is at least yellow.
create or replace function windlass.health()
returns table (name text, status text, message text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
    news poll_state;
    quiet interval;
    h money_hold;
    kinds text;
    n bigint;
begin
    name := 'watcher';
    select * into news from poll_state p where p.name = 'news';
    quiet := t - greatest(news.last_good, 'epoch');
    if news.last_good = '-infinity' then
        status := 'red';
        message := 'The watcher has never read the platform''s transactions.';
    elsif quiet > 60 * make_interval(secs => news.interval_ms / 1000.0) then
        status := 'red';
        message := format('The watcher last read the platform''s transactions %s s ago.',
            extract(epoch from quiet)::bigint);
    elsif quiet > 5 * make_interval(secs => news.interval_ms / 1000.0) then
        status := 'yellow';
        message := format('The watcher last read the platform''s transactions %s s ago, '
            'it should every %s ms.', extract(epoch from quiet)::bigint, news.interval_ms);
    else
        status := 'green';
        message := 'The watcher reads the platform''s transactions.';
    end if;
    return next;

    name := 'ledger';
    status := case when news.last_good = '-infinity' or news.without_ledger
        then 'yellow' else 'green' end;
    message := case when news.last_good = '-infinity'
        then 'Not known before the watcher has read the platform.'
        when news.without_ledger
        then 'Payments are not looked up on the ledger; the platform is believed.'
        else 'Payments are looked up on the ledger.' end;
    return next;

    name := 'book';
    select string_agg(k, ', ' order by k) into kinds
        from unnest(array['assets', 'types', 'prices', 'fees', 'terms', 'limits', 'pools']) k
        where not exists (select from book_document d where d.kind = k);
    if kinds is null then
        status := 'green';
        select format('Version %s, loaded %s ago.', b.version,
                justify_interval(date_trunc('second', greatest(t - b.loaded_at, '0'))))
            into message from book_version b;
    else
        status := 'red';
        message := format('Not loaded yet: %s.', kinds);
    end if;
    return next;

    name := 'prices';
    select count(*) into n
        from book_document d, json_array_elements(d.document) p
        where d.kind = 'prices' and t > (p ->> 'as_of')::timestamptz
            + make_interval(secs => (p ->> 'stale_after')::bigint);
    status := case when n > 0 then 'yellow' else 'green' end;
    message := case when n > 0
        then format('Too old to quote from: %s of the prices.', n)
        else 'No price is too old.' end;
    select count(*) into n
        from book_document d, json_array_elements(d.document) p
        where d.kind = 'prices' and p ->> 'stopped' is not null;
    if n > 0 then
        status := 'yellow';
        message := format('%s Stopped, for a person to look at: %s.', message, n);
    end if;
    return next;

    name := 'pools';
    select string_agg(p.name, ', ' order by p.name) into kinds from pool p
        where pool_free(p.name, false, p.decimals, t) <= 0;
    status := case when kinds is null then 'green' else 'yellow' end;
    message := case when kinds is null then 'Every pool has room.'
        else format('Empty: %s.', kinds) end;
    return next;

    name := 'hold';
    select * into h from money_hold;
    status := case when h.is_on then 'yellow' else 'green' end;
    message := case when h.is_on
        then format('No money leaves since %s: %s.', to_char(h.since at time zone 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS"Z"'), h.reason)
        else 'Money may leave.' end;
    return next;

    -- What a watcher that is no more has left behind is not told for long.
    name := 'breakers';
    select string_agg(distinct b.counterpart, ', ' order by b.counterpart) into kinds
        from breaker b where b.until > t - interval '5 minutes';
    status := case when kinds is null then 'green' else 'yellow' end;
    message := case when kinds is null then 'Everybody gives clear answers.'
        else format('Nothing is sent for a while, because no clear answer came: %s.', kinds) end;
    return next;

    name := 'outflow';
    select count(*) into n from outflow o where o.state = 'review';
    status := case when n > 0 then 'yellow' else 'green' end;
    message := case when n > 0
        then format('Waiting for a person: %s in review.', n)
        else 'Nothing waits for a person.' end;
    return next;
end
$$;
