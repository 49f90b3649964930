-- 0004_payment: payments, the money that goes out for them, what we tell the
-- platform, and what keeps several watchers from doing a thing twice.
--
-- Every column of a constraint or a partial index is NOT NULL: NULL slips
-- through both.  Amounts have an upper bound: NaN passes "amount >= 0".
-- "Nothing yet" is '' for text, 0 for amounts, an infinity for times.

-- Microseconds as us() has them, and beyond: 0 for -infinity, the greatest
-- bigint for infinity.
create function windlass.micros(t timestamptz) returns bigint
language sql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
    select case when isfinite(t) then windlass.us(t)
        when t > 'epoch' then 9223372036854775807 else 0 end
$$;

-- One row per SEP-31 transaction that is open, or ever was ours.
--   new     seen; we have not asked for money
--   asked   the gate was passed: quote bound, request for the money intended
--   out     the money arrived and there is an outflow
--   done    paid out and reported;  closed: ended without money
--   held    doubtful before money went out;  review: doubtful after, or a
--           conflict.  A person decides; reason says why.
create table windlass.payment (
    tx_id         text        primary key check (tx_id ~ '^[A-Za-z0-9._-]{1,56}$'),

    -- The platform's record as last read; snapshot holds its named members.
    status        text        not null check (status <> ''),
    updated_at    timestamptz not null,
    is_paid       boolean     not null,
    named_quote   text        not null default '',
    snapshot      jsonb       not null,
    seen_at       timestamptz not null default windlass.now(),

    -- Who and by what means: the record's until the gate, then ours.
    sender        text        not null default '',
    receiver      text        not null default '',
    method        text        not null default '',
    currency      text        not null default '' check (currency ~ '^([A-Z]{3})?$'),

    -- Fixed at the gate.
    memo          bigint      not null unique check (memo > 0),
    quote_id      text        not null default '',
    client        text        not null default '',
    destination   text        not null default '',
    deposit_memo  text        not null default '', -- where the platform makes memos
    asset         text        not null default '',
    expected      numeric     not null default 0 check (expected >= 0 and expected < 1e20),
    payout        numeric     not null default 0 check (payout >= 0 and payout < 1e20),
    fee           numeric     not null default 0 check (fee >= 0 and fee < 1e20),
    fee_asset     text        not null default '',
    beneficiary   bytea       not null default '',
    gated_at      timestamptz not null default '-infinity',
    pay_by        timestamptz not null default 'infinity',

    -- Where it stands.
    state         text        not null default 'new' check (state in
        ('new', 'asked', 'out', 'done', 'closed', 'held', 'review')),
    reason        text        not null default '',
    noticed       text        not null default '',
    noticed_at    timestamptz not null default '-infinity',
    report_seq    integer     not null default 0 check (report_seq >= 0),

    -- Who works on it.  A newer snapshot or notice raises nudged, so that who
    -- worked on the older one does not put the payment to sleep.
    claim_token   bigint      not null default 0,
    claimed_by    text        not null default '',
    claimed_until timestamptz not null default '-infinity',
    nudged        bigint      not null default 0,
    next_at       timestamptz not null default '-infinity',
    made_at       timestamptz not null default windlass.now(),

    -- No money is asked for, and none goes out, without all of the gate's facts.
    check (state not in ('asked', 'out', 'done') or
        (quote_id <> '' and client <> '' and asset <> '' and currency <> '' and method <> ''
            and sender <> '' and receiver <> '' and expected > 0 and payout > 0
            and beneficiary <> '' and gated_at > '-infinity' and pay_by < 'infinity'))
);
create index payment_due on windlass.payment (next_at) where next_at < 'infinity';
create unique index payment_quote on windlass.payment (quote_id) where quote_id <> '';
create unique index payment_deposit on windlass.payment (deposit_memo) where deposit_memo <> '';
create index payment_sender on windlass.payment (sender)
    where state in ('new', 'asked', 'held') and sender <> '';
create index payment_receiver on windlass.payment (receiver)
    where state in ('new', 'asked', 'held') and receiver <> '';
create index payment_unseen on windlass.payment (seen_at)
    where state in ('new', 'asked', 'out', 'held', 'review');
create index payment_claimed on windlass.payment (claimed_by) where claimed_by <> '';

-- What a client, and what a beneficiary, was promised on one day: the gate
-- counts here, under this row's lock.
create table windlass.promised (
    kind     text    not null check (kind in ('client', 'beneficiary')),
    who      text    not null check (who <> ''),
    currency text    not null check (currency ~ '^[A-Z]{3}$'),
    day      date    not null,
    amount   numeric not null check (amount >= 0 and amount < 1e20),
    primary key (kind, who, currency, day)
);

-- The one door for money that leaves: one row per payment.
create table windlass.outflow (
    tx_id      text        primary key references windlass.payment,
    way        text        not null check (way in ('payout', 'refund')),
    state      text        not null check (state in ('ready', 'sending', 'accepted', 'settled',
        'done', 'refused', 'failed', 'review')),
    version    bigint      not null default 1 check (version > 0),
    reason     text        not null default '',
    sealed_key bytea       not null check (length(sealed_key) > 32),
    made_at    timestamptz not null default windlass.now(),
    moved_at   timestamptz not null default windlass.now()
);

-- One order to a rail, as fixed bytes under a fixed key.  At most one of a
-- payment's attempts is alive.
create table windlass.attempt (
    tx_id      text        not null references windlass.outflow,
    n          integer     not null check (n between 1 and 99),
    rail       text        not null check (rail in ('payout', 'treasury')),
    idem_key   text        not null unique,
    reference  text        not null unique,
    amount     numeric     not null check (amount > 0 and amount < 1e20),
    currency   text        not null check (currency <> ''),
    body       bytea       not null check (length(body) > 41),
    epoch      bigint      not null,
    stored_by  text        not null,
    stored_at  timestamptz not null default windlass.now(),
    first_sent timestamptz not null default 'infinity',
    last_sent  timestamptz not null default 'infinity',
    deadline   timestamptz not null default 'infinity',
    sends      integer     not null default 0 check (sends >= 0),
    next_at    timestamptz not null default '-infinity',
    looks      integer     not null default 0 check (looks >= 0),
    empties    integer     not null default 0 check (empties >= 0),
    emptied_at timestamptz not null default '-infinity',
    bank_id    text        not null default '',
    outcome    text        not null default 'open' check (outcome in
        ('open', 'accepted', 'settled', 'refusal_doubted', 'refused', 'returned')),
    refusal    text        not null default '' check (refusal ~ '^[A-Za-z0-9_.:-]{0,64}$'),
    is_fixable boolean     not null default false,
    primary key (tx_id, n),
    check (idem_key = tx_id || ':' || n and reference = tx_id || ':' || n),
    check ((sends = 0) = (first_sent = 'infinity') and (sends = 0) = (deadline = 'infinity')
        and (sends = 0) = (last_sent = 'infinity')),
    check (outcome not in ('accepted', 'settled', 'returned') or bank_id <> '')
);
create unique index attempt_alive on windlass.attempt (tx_id)
    where outcome not in ('refused', 'returned');
create unique index attempt_bank_id on windlass.attempt (rail, bank_id) where bank_id <> '';
create index attempt_stored on windlass.attempt (stored_at);

-- Each operation on the ledger pays for one payment only.
create table windlass.funding (
    stellar_tx_hash text        not null check (stellar_tx_hash ~ '^[0-9a-f]{64}$'),
    operation_id    text        not null check (operation_id ~ '^[0-9]{1,20}$'),
    tx_id           text        not null references windlass.payment,
    amount          numeric     not null check (amount > 0 and amount < 1e20),
    asset           text        not null check (asset <> ''),
    source_account  text        not null,
    ledger_at       timestamptz not null,
    taken_at        timestamptz not null default windlass.now(),
    primary key (stellar_tx_hash, operation_id)
);
create index funding_payment on windlass.funding (tx_id);

-- What the platform is to be told, strictly in order of seq.
--   doubt  it was sent and no answer told what became of it: read back first
--   alone  it was in doubt once: never in an array with others again
create table windlass.report (
    tx_id         text        not null references windlass.payment,
    seq           integer     not null check (seq > 0),
    method        text        not null check (method ~ '^[a-z_]+$'),
    params        jsonb       not null check (params ->> 'transaction_id' = tx_id),
    expect_status text        not null default '',
    state         text        not null default 'open' check (state in
        ('open', 'done', 'dropped', 'parked')),
    next_at       timestamptz not null default '-infinity',
    tries         integer     not null default 0 check (tries >= 0),
    doubt         boolean     not null default false,
    alone         boolean     not null default false,
    last_error    text        not null default '',
    rpc_id        text        not null unique,
    made_at       timestamptz not null default windlass.now(),
    last_sent     timestamptz not null default '-infinity',
    ended_at      timestamptz not null default 'infinity',
    primary key (tx_id, seq),
    check (rpc_id = tx_id || ':' || seq)
);
create index report_open on windlass.report (tx_id, seq) where state = 'open';

-- Whatever a person has to look at; told once, however often it is met.
create table windlass."case" (
    id        bigint      primary key generated always as identity,
    kind      text        not null check (kind ~ '^[a-z0-9_]+$'),
    tx_id     text        not null default '',
    operation text        not null default '', -- on the ledger
    state     text        not null default 'open' check (state in ('open', 'closed')),
    reason    text        not null check (reason <> ''),
    opened_at timestamptz not null default windlass.now(),
    closed_by text        not null default '',
    unique (kind, tx_id, operation),
    check ((state = 'closed') = (closed_by <> ''))
);

-- Two persons for what is large or was in review.
create table windlass.approval (
    tx_id       text        not null references windlass.payment,
    n           integer     not null check (n > 0),
    asked_by    text        not null check (asked_by <> ''),
    approved_by text        not null default '',
    asked_at    timestamptz not null default windlass.now(),
    primary key (tx_id, n),
    check (approved_by <> asked_by)
);

-- Who polls.
create table windlass.lease (
    name   text        primary key,
    holder text        not null default '',
    token  bigint      not null default 0,
    until  timestamptz not null default '-infinity'
);
insert into windlass.lease (name) values ('poll');

-- Raised by whoever has news for the watchers.
create table windlass.wake (
    one boolean     primary key default true check (one),
    n   bigint      not null default 0,
    at  timestamptz not null default windlass.now()
);
insert into windlass.wake default values;

-- While it is on no money leaves.  The epoch rises when it is lifted.
create table windlass.money_hold (
    one    boolean     primary key default true check (one),
    is_on  boolean     not null default false,
    reason text        not null default '',
    since  timestamptz not null default windlass.now(),
    epoch  bigint      not null default 1 check (epoch > 0),
    check (not is_on or reason <> '')
);
insert into windlass.money_hold default values;

-- When each kind of reading last went through without a fault.
create table windlass.poll_state (
    name           text        primary key check (name in ('news', 'sweep')),
    last_good      timestamptz not null default '-infinity',
    interval_ms    bigint      not null default 1000 check (interval_ms > 0),
    without_ledger boolean     not null default false
);
insert into windlass.poll_state (name) values ('news'), ('sweep');

-- The key of the beneficiaries' fingerprints, wrapped like the others.
create table windlass.fingerprint_key (
    one     boolean primary key default true check (one),
    wrapped bytea   not null check (length(wrapped) > 32)
);

-- Where an outflow may go from where.  Out of review only a person leads.
create function windlass.outflow_moves() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'ready' and session_user = 'windlass_watcher' then
            raise exception 'an outflow begins as ready' using errcode = 'WL020';
        end if;
        return new;
    end if;
    if new.tx_id <> old.tx_id or new.version <> old.version + 1
            or new.sealed_key <> old.sealed_key then
        raise exception 'outflow %: not one step', old.tx_id using errcode = 'WL020';
    end if;
    if new.state = 'review' and old.state <> 'review'
            or (old.state, new.state) in (('ready', 'sending'), ('sending', 'accepted'),
                ('sending', 'refused'), ('refused', 'accepted'), ('refused', 'failed'),
                ('accepted', 'settled'), ('accepted', 'failed'), ('settled', 'failed'),
                ('settled', 'done'), ('failed', 'ready'))
                and (new.way = old.way or (old.state, new.way) = ('failed', 'refund'))
            or (old.state, new.state, old.way, new.way) = ('ready', 'ready', 'payout', 'refund')
                and not exists (select from attempt where tx_id = old.tx_id and sends > 0
                    and outcome not in ('refused', 'returned'))
            or old.state = 'review' and session_user <> 'windlass_watcher' then
        return new;
    end if;
    raise exception 'outflow % cannot go from % (%) to % (%)', old.tx_id, old.state, old.way,
        new.state, new.way using errcode = 'WL020';
end
$$;
create trigger outflow_moves before insert or update on windlass.outflow
    for each row execute function windlass.outflow_moves();

create function windlass.outflow_is_audited() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into audit (what, subject, detail) values ('outflow', new.tx_id, jsonb_build_object(
        'to', new.state, 'way', new.way, 'version', new.version, 'reason', new.reason));
    return null;
end
$$;
create trigger outflow_is_audited after insert or update on windlass.outflow
    for each row execute function windlass.outflow_is_audited();

-- An attempt's order never changes, nor when it was first sent and until when
-- it may be sent again; what became of it only goes forward.
create function windlass.attempt_is_fixed() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if (new.tx_id, new.n, new.rail, new.body, new.amount, new.currency) is distinct from
            (old.tx_id, old.n, old.rail, old.body, old.amount, old.currency)
            or old.sends > 0 and (new.first_sent, new.deadline) is distinct from
                (old.first_sent, old.deadline)
            or new.sends < old.sends
            or old.bank_id <> '' and new.bank_id <> old.bank_id then
        raise exception 'attempt % is fixed', old.reference using errcode = 'WL021';
    end if;
    if new.outcome <> old.outcome and (old.outcome, new.outcome) not in (
            ('open', 'accepted'), ('open', 'refusal_doubted'), ('refusal_doubted', 'accepted'),
            ('refusal_doubted', 'refused'), ('accepted', 'settled'), ('accepted', 'returned'),
            ('settled', 'returned'))
            and session_user = 'windlass_watcher' then
        raise exception 'attempt % cannot go from % to %', old.reference, old.outcome, new.outcome
            using errcode = 'WL021';
    end if;
    return new;
end
$$;
create trigger attempt_is_fixed before update on windlass.attempt
    for each row execute function windlass.attempt_is_fixed();

-- What was fixed at the gate stays as it is while money is asked for or out.
create function windlass.payment_is_fixed() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if old.memo <> new.memo or new.claim_token < old.claim_token then
        raise exception 'payment %: memo or token', old.tx_id using errcode = 'WL022';
    end if;
    if old.gated_at > '-infinity' and new.gated_at > '-infinity'
            and (old.quote_id, old.client, old.sender, old.receiver, old.method, old.currency,
                old.asset, old.expected, old.payout, old.fee, old.fee_asset, old.beneficiary,
                old.pay_by, old.gated_at) is distinct from
                (new.quote_id, new.client, new.sender, new.receiver, new.method, new.currency,
                new.asset, new.expected, new.payout, new.fee, new.fee_asset, new.beneficiary,
                new.pay_by, new.gated_at)
            or new.gated_at = '-infinity' and old.gated_at > '-infinity'
                and exists (select from outflow where tx_id = old.tx_id) then
        raise exception 'payment % is fixed by the gate', old.tx_id using errcode = 'WL022';
    end if;
    return new;
end
$$;
create trigger payment_is_fixed before update on windlass.payment
    for each row execute function windlass.payment_is_fixed();

create trigger payment_stays before delete or truncate on windlass.payment
    for each statement execute function windlass.refuse_change();
create trigger outflow_stays before delete or truncate on windlass.outflow
    for each statement execute function windlass.refuse_change();
create trigger attempt_stays before delete or truncate on windlass.attempt
    for each statement execute function windlass.refuse_change();
create trigger funding_is_append_only before update or delete or truncate on windlass.funding
    for each statement execute function windlass.refuse_change();

-- What payments_seen() takes: one record of the platform.
create type windlass.payment_record as (
    tx_id text, status text, updated_us bigint, is_paid boolean, is_final boolean,
    named_quote text, sender text, receiver text, method text, currency text,
    memo bigint, snapshot jsonb);
