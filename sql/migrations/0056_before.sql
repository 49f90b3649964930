-- 0056_before: under a legal hold nothing that is sealed of a customer is lost, not
-- even what they themselves put something else in the place of.

alter table windlass.customer add column is_held boolean not null default false;
update windlass.customer c set is_held = true
    where exists (select from windlass.legal_hold h where h.customer = c.id);

create function windlass.hold_is_known() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update customer c set is_held = tg_op = 'INSERT'
        where c.id = case tg_op when 'INSERT' then new.customer else old.customer end;
    return null;
end
$$;
create trigger hold_is_known after insert or delete on windlass.legal_hold
    for each row execute function windlass.hold_is_known();

-- The values before each change, as they were sealed: the customer's key opens them.
create table windlass.customer_before (
    customer       uuid        not null references windlass.legal_hold on delete cascade,
    sealed_version bigint      not null check (sealed_version >= 1),
    sealed         bytea       not null check (octet_length(sealed) between 43 and 262144),
    fields         jsonb       not null,
    until          timestamptz not null default windlass.now(),
    primary key (customer, sealed_version)
);

create function windlass.keep_values_before() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into customer_before (customer, sealed_version, sealed, fields)
        values (old.id, old.sealed_version, old.sealed, old.fields) on conflict do nothing;
    return null;
end
$$;
create trigger keep_values_before after update on windlass.customer
    for each row when (old.is_held and new.is_held and old.sealed is distinct from new.sealed)
    execute function windlass.keep_values_before();

-- Documents are kept from now on when they go, with or without their customer.
alter table windlass.document_kept
    drop constraint document_kept_customer_fkey,
    add foreign key (customer) references windlass.legal_hold on delete cascade,
    add column until timestamptz not null default 'infinity'; -- before the erasure

create function windlass.keep_document_before() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if exists (select from legal_hold h where h.customer = old.customer) then
        insert into document_kept (id, customer, record, until) values (old.id, old.customer, to_jsonb(old),
            case when exists (select from customer c where c.id = old.customer)
                then windlass.now() else 'infinity' end);
        insert into document_chunk_kept (document, n, sealed)
            select k.document, k.n, k.sealed from document_chunk k where k.document = old.id;
    end if;
    return old;
end
$$;
create trigger keep_document_before before delete on windlass.document
    for each row execute function windlass.keep_document_before();
