-- 0043_money_in: what came in to our accounts on the ledger, and no payment has
-- taken: so that a person is told of money that the platform never matched.

-- How far each account was read.
create table windlass.ledger_cursor (
    account text        primary key check (account ~ '^G[A-Z2-7]{55}$'),
    cursor  numeric     not null check (cursor >= 0 and cursor < 1e20),
    read_at timestamptz not null default windlass.now()
);

-- Operations that were read and are not judged yet: whose they are is known a
-- while later, when the platform has had its time.
create table windlass.ledger_operation (
    stellar_tx_hash text        not null check (stellar_tx_hash ~ '^[0-9a-f]{64}$'),
    operation_id    text        not null check (operation_id ~ '^[0-9]{1,20}$'),
    account         text        not null check (account <> ''),
    asset           text        not null check (asset <> '' and octet_length(asset) <= 80),
    amount          numeric     not null check (amount >= 0 and amount < 1e20),
    is_too_fine     boolean     not null, -- more decimals than its asset has
    memo            text        not null check (octet_length(memo) <= 64),
    ledger_at       timestamptz not null,
    read_at         timestamptz not null default windlass.now(),
    primary key (stellar_tx_hash, operation_id)
);
create index ledger_operation_read on windlass.ledger_operation (read_at);
