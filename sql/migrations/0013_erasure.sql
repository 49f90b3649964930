-- 0013_erasure: customers who are gone from everything but a legal hold, and keys
-- of payments that die when the payment is over.

-- Who may not be erased for good.  It can be set for the living only; it stays
-- when they are erased, and so does what was theirs until it is lifted.
create table windlass.legal_hold (
    customer uuid        primary key,
    by_whom  text        not null check (by_whom <> '' and char_length(by_whom) <= 130),
    reason   text        not null check (reason <> '' and char_length(reason) <= 200),
    since    timestamptz not null default windlass.now()
);

-- Erased under a legal hold: the row of each as it was, out of reach of all that
-- reads customers.  The wrapped key stands apart, for it is wrapped anew with all
-- others.  Lifting the hold ends all of it.
create table windlass.customer_kept (
    id          uuid        primary key references windlass.legal_hold on delete cascade,
    wrapped_key bytea       not null check (octet_length(wrapped_key) between 73 and 256),
    record      jsonb       not null check (record ->> 'id' = id::text and not record ? 'wrapped_key'),
    kept_at     timestamptz not null default windlass.now()
);
create table windlass.document_kept (
    id       uuid  primary key,
    customer uuid  not null references windlass.customer_kept on delete cascade,
    record   jsonb not null check (record ->> 'id' = id::text)
);
create index document_kept_customer on windlass.document_kept (customer);
create table windlass.document_chunk_kept (
    document uuid    not null references windlass.document_kept on delete cascade,
    n        integer not null check (n between 0 and 127),
    sealed   bytea   not null,
    primary key (document, n)
);
alter table windlass.document_chunk_kept alter column sealed set storage external;

-- What is kept is never anybody's: an id is either living or kept.
create function windlass.refuse_the_living() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not exists (select from customer_tombstone where id = new.id) then
        raise exception 'customer % was not erased', new.id using errcode = 'WL002';
    end if;
    return new;
end
$$;
create trigger only_the_erased_are_kept before insert or update of id on windlass.customer_kept
    for each row execute function windlass.refuse_the_living();

-- The key that an order was sealed by is destroyed some time after the payment is
-- done: no key, null, is for payments that are done only.
alter table windlass.outflow alter column sealed_key drop not null,
    add constraint outflow_key_is_there check (sealed_key is not null or state = 'done');
create index outflow_key_to_end on windlass.outflow (moved_at)
    where state = 'done' and sealed_key is not null;

-- These return more than they did.  A new database has none of them yet.
drop function if exists windlass.payments_claim(text, integer, integer);
drop function if exists windlass.operator_customer(uuid);
