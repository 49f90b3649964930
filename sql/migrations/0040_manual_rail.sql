-- 0040_manual_rail: payouts that people carry out: orders go out as a file, and
-- what became of them comes back as one.

-- By what an order to the bank goes: a rail over HTTP, or people.  Another than the
-- one that it was made for knows nothing of it.
alter table windlass.attempt
    add column via text not null default 'http' check (via in ('http', 'manual'));

-- One export.  One that was not seen to be written out stands in the way of the
-- next: whoever looks for it, and has it given again, knows what the bank has.
create table windlass.manual_batch (
    batch      bigint      primary key generated always as identity,
    made_by    text        not null check (made_by <> ''),
    made_at    timestamptz not null default windlass.clock_now(),
    payouts    integer     not null check (payouts > 0),
    written_at timestamptz not null default 'infinity'
);
create unique index manual_batch_unwritten on windlass.manual_batch (written_at)
    where written_at = 'infinity';

-- What people have to pay, and what they say became of it.  The order itself is
-- the attempt's, sealed.  batch 0: it is in no file yet.
create table windlass.manual_order (
    reference    text        primary key references windlass.attempt (reference),
    tx_id        text        not null,
    n            integer     not null,
    taken_at     timestamptz not null default windlass.clock_now(),
    batch        bigint      not null default 0 check (batch >= 0),
    exported_by  text        not null default '',
    state        text        not null default 'pending' check (state in
        ('pending', 'accepted', 'settled', 'refused', 'returned')),
    bank_id      text        not null default '' check (length(bank_id) <= 128),
    code         text        not null default '' check (code ~ '^[A-Za-z0-9_.:-]{0,64}$'),
    is_fixable   boolean     not null default false,
    field        text        not null default '' check (field ~ '^[a-z0-9_.]{0,64}$'),
    confirmed_by text        not null default '',
    said         jsonb       not null default '[]', -- all of it, for what is said again
    changed_at   timestamptz not null default windlass.clock_now(),
    foreign key (tx_id, n) references windlass.attempt,
    check ((batch = 0) = (exported_by = '')),
    check (batch > 0 or state in ('pending', 'refused')),
    check (state in ('pending', 'refused') or bank_id <> ''),
    check ((state = 'pending') = (confirmed_by = ''))
);
create unique index manual_order_bank_id on windlass.manual_order (bank_id) where bank_id <> '';
create index manual_order_ready on windlass.manual_order (taken_at, reference)
    where batch = 0 and state = 'pending';
create index manual_order_batch on windlass.manual_order (batch) where batch > 0;
create index manual_order_payment on windlass.manual_order (tx_id, n);
create index manual_order_changed on windlass.manual_order (changed_at);

-- In one file only, and no way back.
create function windlass.manual_order_is_fixed() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if (new.reference, new.tx_id, new.n) is distinct from (old.reference, old.tx_id, old.n)
            or old.batch > 0 and (new.batch, new.exported_by) is distinct from
                (old.batch, old.exported_by)
            or old.bank_id <> '' and new.bank_id <> old.bank_id
            or new.state <> old.state and (old.state, new.state) not in (
                ('pending', 'accepted'), ('pending', 'settled'), ('pending', 'refused'),
                ('pending', 'returned'), ('accepted', 'settled'), ('accepted', 'returned'),
                ('settled', 'returned')) then
        raise exception 'manual order % is fixed', old.reference using errcode = 'WL021';
    end if;
    return new;
end
$$;
create trigger manual_order_is_fixed before update on windlass.manual_order
    for each row execute function windlass.manual_order_is_fixed();
create trigger manual_order_stays before delete or truncate on windlass.manual_order
    for each statement execute function windlass.refuse_change();

-- They take, and tell, more now.
drop function if exists windlass.payments_claim(text, integer, integer);
drop function if exists windlass.attempt_store(text, bigint, bigint, integer, bytea, text, jsonb);
drop function if exists windlass.operator_why(text);
