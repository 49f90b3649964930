-- 0021_quote_look: what the platform has said of quotes that look alike.
--
-- A row is a quote that it was asked about.  doubts: how many looks, the one
-- after the other, have found it unknown there and a later look-alike known.
create table windlass.quote_look (
    quote_id uuid        primary key references windlass.quote,
    asked_at timestamptz not null,
    is_known boolean     not null,
    doubts   integer     not null,
    check (0 <= doubts and doubts <= 2 and (doubts = 0 or not is_known))
);
-- Look-alikes may have been used in the meantime.
create index quote_use_bound_at on windlass.quote_use (bound_at);
