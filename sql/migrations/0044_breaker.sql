-- 0044_breaker: who is left alone for a while by a watcher, because no clear answer
-- came from there: for people; the watchers decide by what they have seen
-- themselves.
create table windlass.breaker (
    holder      text        not null check (holder <> ''),
    counterpart text        not null check (counterpart in ('bank', 'treasury', 'platform')),
    since       timestamptz not null default windlass.now(),
    until       timestamptz not null, -- then one call is let through
    primary key (holder, counterpart)
);
