-- 0020_quoted_per_day: how much a client was quoted today, beside what it holds.
--
-- day is of UTC; quoted counts on that day only.  One check, as on every hot table.
alter table windlass.client_pool
    add column day    date    not null default '-infinity',
    add column quoted numeric not null default 0,
    drop constraint client_pool_most_check,
    add constraint client_pool_check check
        (0 <= most and most < 1e20 and 0 <= quoted and quoted < 1e30);

-- These get one argument more; functions come after migrations.
drop function if exists windlass.quote_hold(uuid, text, text, boolean, numeric, text, text, text,
    text, numeric, numeric, numeric, text, text, text, text, text, integer, timestamptz, bigint);
drop function if exists windlass.book_load(text, json, bigint, jsonb, jsonb, text);
