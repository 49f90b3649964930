-- 0066_cheap_quotes: what a firm quote must be, looked at for less.
--
-- The check of quotes called a function, which took half as much as all else that
-- storing a quote takes; what a domain says of a column is a part of the statement's
-- own plan.  The same rows are let in as before.
create domain windlass.quote_side as text check (value in ('sell', 'buy'));
create domain windlass.seconds as integer check (0 < value);

alter table windlass.quote
    drop constraint quote_check,
    alter column side type windlass.quote_side,
    alter column sell_amount type windlass.money_part,
    alter column buy_amount type windlass.money_part,
    alter column fee type windlass.money,
    alter column lifetime type windlass.seconds,
    add constraint quote_check check (made_at < expires_at);
drop function windlass.is_quote(text, integer, timestamptz, timestamptz, numeric, numeric,
    numeric);

-- It gets one argument more; functions come after migrations.
drop function if exists windlass.quote_hold(uuid, text, text, boolean, numeric, text, text, text,
    text, numeric, numeric, numeric, text, text, text, text, text, integer, timestamptz, bigint,
    numeric);
