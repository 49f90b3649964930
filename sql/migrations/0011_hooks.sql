-- 0011_hooks: customers whom somebody else looks at, and codes that prove a
-- number or an address.

-- Who may have to be looked at: whoever stands in review as one of their types,
-- noted at each change of theirs.  The watcher knows which types are external.
create table windlass.review_wanted (
    customer uuid        not null references windlass.customer on delete cascade,
    type     text        not null check (type <> ''),
    next_at  timestamptz not null default windlass.now(),
    primary key (customer, type)
);
create index review_wanted_next on windlass.review_wanted (next_at);
create index customer_in_review on windlass.customer (id)
    where standing @? '$.* ? (@ == "PROCESSING")';

create function windlass.want_review() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into review_wanted (customer, type)
        select new.id, s.key from jsonb_each_text(new.standing) s
            where s.value = 'PROCESSING' order by s.key
        on conflict (customer, type) do update set next_at = excluded.next_at;
    return null;
end
$$;
create trigger customer_wants_review after insert or update of version on windlass.customer
    for each row when (new.standing @? '$.* ? (@ == "PROCESSING")')
    execute function windlass.want_review();

-- One review is one customer as one type at one version.  The request's bytes
-- are fixed before they are sent, sealed under the customer's key, and gone when
-- no more is to be asked.
create table windlass.review (
    id       uuid        primary key,
    customer uuid        not null references windlass.customer on delete cascade,
    type     text        not null check (type <> ''),
    version  bigint      not null check (version >= 1),
    sealed   bytea       not null check (octet_length(sealed) <= 524288),
    state    text        not null default 'new'
        check (state in ('new', 'pending', 'done', 'superseded')),
    outcome  text        not null default ''
        check (outcome in ('', 'accepted', 'resubmit', 'rejected')),
    made_at  timestamptz not null default windlass.now(),
    next_at  timestamptz not null default windlass.now(),
    tries    integer     not null default 0 check (tries >= 0),
    check ((state = 'done') = (outcome <> '')),
    check ((state in ('new', 'pending')) = (sealed <> ''))
);
create unique index review_open on windlass.review (customer, type)
    where state in ('new', 'pending');
create index review_next on windlass.review (next_at) where state in ('new', 'pending');
create index review_made on windlass.review (made_at) where state in ('new', 'pending');
create index review_customer on windlass.review (customer);
alter table windlass.review alter column sealed set storage external;

-- The code that was last made for a number or an address: its keyed digest, and
-- what for (about, the value's), under the customer's key.  The request with
-- code and destination is there until it has left, sealed.
create table windlass.contact_code (
    customer   uuid          not null references windlass.customer on delete cascade,
    name       text          not null check (name in ('mobile_number', 'email_address')),
    id         uuid          not null unique,
    about      bytea         not null check (octet_length(about) = 32),
    digest     bytea         not null check (octet_length(digest) = 32),
    sealed     bytea         not null check (octet_length(sealed) <= 4096),
    state      text          not null check (state in ('new', 'sent', 'right', 'over')),
    expires_at timestamptz   not null,
    wrong      integer       not null default 0 check (wrong between 0 and 5),
    issued     timestamptz[] not null check (cardinality(issued) between 1 and 10),
    next_at    timestamptz   not null,
    tries      integer       not null default 0 check (tries >= 0),
    primary key (customer, name),
    check ((state = 'new') = (sealed <> '')),
    check (wrong < 5 or state = 'over')
);
create index contact_code_next on windlass.contact_code (next_at) where state = 'new';
