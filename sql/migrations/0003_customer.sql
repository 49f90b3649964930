-- 0003_customer: who may send and receive, what they have shown of themselves.
--
-- Account and memo are in clear: they are on the ledger.  Names of fields and
-- their states are in clear, values never: one sealed row of texts a customer,
-- sealed chunks for documents.  No key that opens them is in the database.

-- Beside each name stand its state and what may be known of the value without
-- the key: {"first_name": {"state": "given"}, "photo_id_front": {"state":
-- "given", "file": true}}.  Anything else there could be a value in clear.
create function windlass.is_field_states(fields jsonb) returns boolean
language sql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
    select jsonb_typeof(fields) = 'object' and not exists (
        select
        from jsonb_each(case jsonb_typeof(fields) when 'object' then fields else '{}' end)
            as f (name, about)
        where name !~ '^[a-z_]{1,64}$' or case jsonb_typeof(about)
            when 'object' then
                (about ->> 'state' in ('given', 'accepted', 'rejected')) is not true
                or about - array['state', 'file', 'error', 'valid_until', 'checks', 'rule'] <> '{}'
                or coalesce(about -> 'file', 'true') <> 'true'
                or coalesce(about ->> 'error', 'x') !~ '^[a-z0-9_]{1,64}$'
                or coalesce(about ->> 'valid_until', '2000-01-01') !~ '^\d{4}-\d\d-\d\d$'
                or jsonb_typeof(coalesce(about -> 'checks', '[]')) <> 'array'
                or coalesce(about ->> 'checks', '') !~ '^[][a-z0-9_", ]{0,255}$'
                or jsonb_typeof(coalesce(about -> 'rule', '0')) <> 'number'
            else true
            end
    )
$$;

create function windlass.is_type_names(types text[]) returns boolean
language sql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
    select coalesce(bool_and(coalesce(t ~ '^[A-Za-z0-9._-]{1,64}$', false)), true)
            and count(*) = count(distinct t)
        from unnest(types) as t
$$;

create table windlass.customer (
    id          uuid        primary key,
    account     text        not null check (account ~ '^[GC][A-Z2-7]{55}$'),
    memo_type   text        not null check (memo_type in ('', 'id', 'text', 'hash')),
    memo        text        not null check (octet_length(memo) <= 64),
    version     bigint      not null check (version >= 1),
    wrapped_key bytea       not null check (octet_length(wrapped_key) between 73 and 256),
    sealed      bytea       not null check (octet_length(sealed) between 43 and 262144),
    fields      jsonb       not null check (windlass.is_field_states(fields)),
    types       text[]      not null check (windlass.is_type_names(types)),
    created_at  timestamptz not null default windlass.now(),
    updated_at  timestamptz not null default windlass.now(),
    check ((memo = '') = (memo_type = '')),
    unique (account, memo_type, memo)
);

-- An erased id stays erased.
create table windlass.customer_tombstone (
    id        uuid        primary key,
    erased_at timestamptz not null default windlass.now()
);

create function windlass.refuse_the_erased() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if exists (select from customer_tombstone where id = new.id) then
        raise exception 'customer % was erased', new.id using errcode = 'WL002';
    end if;
    return new;
end
$$;
create trigger customer_stays_erased before insert or update of id on windlass.customer
    for each row execute function windlass.refuse_the_erased();
create trigger customer_tombstone_is_append_only
    before update or delete or truncate on windlass.customer_tombstone
    for each statement execute function windlass.refuse_change();

-- One document a name: a new one takes the place of the old.
create table windlass.document (
    id          uuid        primary key,
    customer    uuid        not null references windlass.customer on delete cascade,
    name        text        not null check (name in ('photo_id_front', 'photo_id_back',
        'notary_approval_of_photo_id', 'photo_proof_residence', 'photo_proof_of_income',
        'proof_of_liveness')),
    wrapped_key bytea       not null check (octet_length(wrapped_key) between 73 and 256),
    bytes       bigint      not null check (bytes between 1 and 8388608),
    chunks      integer     not null check (chunks = (bytes + 65535) / 65536),
    created_at  timestamptz not null default windlass.now(),
    unique (customer, name)
);

-- Chunks are written first and the document last, in one transaction: the
-- reference is looked at when it ends, so that none is left without owner.
create table windlass.document_chunk (
    document uuid    not null references windlass.document on delete cascade
        deferrable initially deferred,
    n        integer not null check (n between 0 and 127),
    sealed   bytea   not null check (octet_length(sealed) between 42 and 65577),
    primary key (document, n)
);
-- Sealed bytes do not compress; a chunk is read whole.
alter table windlass.document_chunk alter column sealed set storage external;
alter table windlass.customer alter column sealed set storage external;

-- What the watcher has to tell the platform: once per payment, customer and
-- type; a later change of the same customer opens it again.
create table windlass.customer_notice (
    tx_id    text        not null,
    customer uuid        not null references windlass.customer on delete cascade,
    type     text        not null check (type <> ''),
    version  bigint      not null check (version >= 1),
    state    text        not null default 'open' check (state in ('open', 'done')),
    next_at  timestamptz not null default windlass.now(),
    tries    integer     not null default 0 check (tries >= 0),
    primary key (tx_id, customer, type)
);
create index customer_notice_open on windlass.customer_notice (next_at) where state = 'open';
create index customer_notice_customer on windlass.customer_notice (customer);
