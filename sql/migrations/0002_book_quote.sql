-- 0002_book_quote: the book, the pools of liquidity, quotes and what holds them.
--
-- Amounts are numeric in whole units of the asset (never more decimals than it
-- has), and every check has an upper bound: NaN passes "amount >= 0".  A hot
-- table has one check only; each is read again by every statement.

-- The book: one document per kind, one version for all.  A reader takes all
-- documents and the version in one statement, so never half of two books.
create table windlass.book_version (
    one       boolean     primary key default true check (one),
    version   bigint      not null default 0 check (version >= 0),
    loaded_at timestamptz not null default windlass.now()
);
insert into windlass.book_version default values;

create table windlass.book_document (
    kind      text        primary key check (kind in
        ('assets', 'types', 'prices', 'fees', 'terms', 'limits', 'pools')),
    document  json        not null,
    loaded_at timestamptz not null,
    loaded_by text        not null
);

-- A pool is liquidity in one asset, spread over several rows so that clients
-- do not queue for one.  What is in it comes from movements only.
create table windlass.pool (
    name      text    primary key check (name <> ''),
    asset     text    not null unique,
    decimals  integer not null check (decimals between 0 and 18),
    row_count integer not null check (row_count between 1 and 256)
);

create table windlass.movement (
    reference text        primary key check (reference <> ''),
    pool      text        not null references windlass.pool,
    amount    numeric     not null check (amount <> 0 and amount > -1e20 and amount < 1e20),
    at        timestamptz not null default windlass.now(),
    loaded_by text        not null default session_user
);
create index on windlass.movement (pool);

-- held_shared: the part of held that clients on the default terms have; they
-- share half of each row.
create table windlass.pool_row (
    pool        text    not null references windlass.pool,
    n           integer not null,
    total       numeric not null,
    held        numeric not null,
    held_shared numeric not null,
    primary key (pool, n),
    check (0 <= held_shared and held_shared <= held and held <= total and total < 1e20)
);

-- An upper bound of what a client holds of a pool: raised by each hold, lowered
-- only by a recount of its live parts under this row's lock.
create table windlass.client_pool (
    holder text    not null,
    pool   text    not null,
    most   numeric not null,
    primary key (holder, pool),
    check (0 <= most and most < 1e20)
);

-- A firm quote, written once.  Whether it is still good is told by its parts
-- (hold) and its use (quote_use).  client is who asked; holder is whose caps
-- count: the same, or the one name of a client that has terms of its own.
-- No foreign key to pool: every quote would share-lock the same row.
create table windlass.quote (
    id           uuid        primary key,
    client       text        not null,
    holder       text        not null,
    shared       boolean     not null,
    pool         text        not null,
    sell_asset   text        not null,
    buy_asset    text        not null,
    side         text        not null,
    sell_amount  numeric     not null,
    buy_amount   numeric     not null,
    fee          numeric     not null,
    fee_asset    text        not null,
    fee_name     text        not null,
    price        text        not null,
    method       text        not null,
    country      text        not null,
    lifetime     integer     not null,
    book_version bigint      not null,
    made_at      timestamptz not null,
    expires_at   timestamptz not null,
    check (side in ('sell', 'buy') and lifetime > 0 and made_at < expires_at
        and 0 < sell_amount and sell_amount < 1e20
        and 0 < buy_amount and buy_amount < 1e20 and 0 <= fee and fee < 1e20)
);

-- One part per pool row that the quote takes from.  A part changes only under
-- the lock of its pool row (which is why no foreign key to that row is needed).
-- until: expires_at + 120 s while reserved, infinity when bound.
create table windlass.hold (
    quote_id uuid        not null references windlass.quote,
    n        integer     not null,
    pool     text        not null,
    holder   text        not null,
    amount   numeric     not null,
    shared   boolean     not null,
    until    timestamptz not null,
    primary key (quote_id, n),
    check (0 < amount and amount < 1e20)
);
create index hold_by_row on windlass.hold (pool, n, until);
create index hold_by_holder on windlass.hold (holder, pool, until);
alter table windlass.hold set (autovacuum_vacuum_scale_factor = 0.02);

-- Which payment uses which quote: one each, for ever.
create table windlass.quote_use (
    quote_id uuid        primary key references windlass.quote,
    tx_id    text        not null unique check (tx_id <> ''),
    ended    text        not null default 'live' check (ended in ('live', 'settled', 'released')),
    bound_at timestamptz not null default windlass.now()
);

-- What left a pool for good, and what came back: settled, returned, settled
-- again ... by turns, so that nothing is counted twice.
create table windlass.pool_entry (
    quote_id uuid        not null references windlass.quote,
    turn     integer     not null check (turn > 0),
    kind     text        not null,
    pool     text        not null references windlass.pool,
    amount   numeric     not null check (0 < amount and amount < 1e20),
    at       timestamptz not null default windlass.now(),
    primary key (quote_id, turn),
    check (kind = case turn % 2 when 1 then 'settled' else 'returned' end)
);
create index on windlass.pool_entry (pool);

create trigger movement_is_append_only
    before update or delete or truncate on windlass.movement
    for each statement execute function windlass.refuse_change();
create trigger quote_is_written_once
    before update or delete or truncate on windlass.quote
    for each statement execute function windlass.refuse_change();
create trigger pool_entry_is_append_only
    before update or delete or truncate on windlass.pool_entry
    for each statement execute function windlass.refuse_change();
