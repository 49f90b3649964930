-- 0032_hands: what a person decides, and what it was decided by: cases that are
-- closed with a reason, and the comparisons with the platform, the ledger and
-- the bank that a hold on all money is lifted by.

alter table windlass."case"
    add column closed_at  timestamptz not null default 'infinity',
    add column closed_why text        not null default '';
create index case_opened on windlass."case" (opened_at);

-- One row per comparison.  Only one that came to its end counts.
create table windlass.reconciliation (
    run           bigint      primary key generated always as identity,
    who           text        not null check (who <> ''),
    since         timestamptz not null,
    quarantine_ms bigint      not null check (quarantine_ms >= 0),
    begun_at      timestamptz not null default windlass.clock_now(),
    ended_at      timestamptz not null default 'infinity',
    records       integer     not null default 0 check (records >= 0),
    payouts       integer     not null default 0 check (payouts >= 0),
    operations    integer     not null default 0 check (operations >= 0),
    found         integer     not null default 0 check (found >= 0),
    unexplained   integer     not null default 0 check (unexplained between 0 and found)
);

-- What the others said in one reading: gone when the comparison ends, or the
-- server crashes; then the numbers of rows do not fit and nothing is compared.
create unlogged table windlass.reconcile_record (
    run        bigint  not null,
    tx_id      text    not null,
    status     text    not null, -- '': it cannot be read
    is_paid    boolean not null,
    started_us bigint  not null,
    amount_in  numeric,
    amount_out numeric,
    primary key (run, tx_id)
);
-- Transactions on the ledger that a record names.
create unlogged table windlass.reconcile_named (
    run   bigint not null,
    hash  text   not null,
    tx_id text   not null,
    primary key (run, hash, tx_id)
);
create unlogged table windlass.reconcile_payout (
    run       bigint  not null,
    rail      text    not null,
    reference text    not null,
    tx_id     text    not null, -- that the reference is of
    bank_id   text    not null,
    amount    numeric,
    currency  text    not null,
    status    text    not null,
    primary key (run, rail, reference)
);
-- What came in to accounts of ours, in assets of ours.
create unlogged table windlass.reconcile_operation (
    run          bigint  not null,
    operation_id text    not null,
    hash         text    not null,
    account      text    not null,
    asset        text    not null,
    amount       numeric,
    memo         text    not null,
    primary key (run, operation_id)
);

-- What differed, by reading: what only one of two showed was on its way.
create table windlass.reconcile_difference (
    run     bigint  not null references windlass.reconciliation on delete cascade,
    reading integer not null check (reading in (1, 2)),
    kind    text    not null check (kind ~ '^[a-z_]+$'),
    tx_id   text    not null,
    subject text    not null, -- a reference, an operation, a pool; '' is the payment
    ours    text    not null,
    theirs  text    not null,
    primary key (run, reading, kind, tx_id, subject)
);
