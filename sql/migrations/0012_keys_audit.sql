-- 0012_keys_audit: which wrapping key counts, and the chain of the audit trail.

-- --- keys ------------------------------------------------------------------
--
-- Wrapping keys are numbered (common/seal.h) and are not in the database; a
-- wrapped key says in its bytes 2 to 5 by which one it was wrapped.

create function windlass.key_number(wrapped bytea) returns bigint
language plpgsql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if octet_length(wrapped) < 5 then
        return 0; -- which no key has
    end if;
    return (get_byte(wrapped, 1)::bigint << 24) | (get_byte(wrapped, 2) << 16)
            | (get_byte(wrapped, 3) << 8) | get_byte(wrapped, 4);
end
$$;

-- The one that all new wrapping is done by; 0: nothing is wrapped yet, any.
create table windlass.wrapping_key (
    one    boolean     primary key default true check (one),
    number bigint      not null check (number between 0 and 4294967295),
    since  timestamptz not null default windlass.now()
);
insert into windlass.wrapping_key (number)
    select coalesce((select windlass.key_number(wrapped) from windlass.fingerprint_key), 0);

-- Is it wrapped by the one that counts?  Until this transaction ends none other
-- can take its place: who finds no row under an old key after the change will
-- find none later.
create function windlass.key_counts(wrapped bytea) returns boolean
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock_shared(7795283322);
    return (select k.number in (0, key_number(wrapped)) from wrapping_key k);
end
$$;

create function windlass.refuse_old_key() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    wrapped bytea;
begin
    if tg_table_name = 'customer' then
        wrapped := new.wrapped_key;
    elsif tg_table_name = 'outflow' then
        wrapped := new.sealed_key;
    else
        wrapped := new.wrapped;
    end if;
    if not key_counts(wrapped) then
        raise exception '% under a wrapping key that counts no more', tg_table_name
            using errcode = 'WL030';
    end if;
    return new;
end
$$;
create trigger customer_has_current_key before insert or update of wrapped_key
    on windlass.customer for each row execute function windlass.refuse_old_key();
create trigger outflow_has_current_key before insert or update of sealed_key
    on windlass.outflow for each row execute function windlass.refuse_old_key();
create trigger fingerprint_has_current_key before insert or update of wrapped
    on windlass.fingerprint_key for each row execute function windlass.refuse_old_key();

-- A key that is wrapped anew is no step of its outflow.
drop trigger outflow_moves on windlass.outflow;
create trigger outflow_moves before insert or update of tx_id, way, state, version, reason, made_at,
    moved_at on windlass.outflow for each row execute function windlass.outflow_moves();
drop trigger outflow_is_audited on windlass.outflow;
create trigger outflow_is_audited after insert or update of tx_id, way, state, version, reason,
    made_at, moved_at on windlass.outflow
    for each row execute function windlass.outflow_is_audited();

-- --- the audit trail -------------------------------------------------------
--
-- Rows are inserted plain.  A pass of the watcher links them: each gets the
-- next number and the hash of itself and all before it.

-- The transaction that wrote the row.
alter table windlass.audit add column tx xid8 not null default pg_current_xact_id();
create index audit_tx on windlass.audit (tx);
create index audit_subject on windlass.audit (subject, n);

create table windlass.audit_link (
    number bigint primary key check (number > 0),
    n      bigint not null unique,
    hash   bytea  not null check (octet_length(hash) = 32)
);
create trigger audit_link_is_append_only before update or delete or truncate
    on windlass.audit_link for each statement execute function windlass.refuse_change();

-- Where linking goes on: all rows of transactions before this one are linked.
-- Only so that a pass need not look at all rows; audit_verify does not ask it.
create table windlass.audit_mark (
    one          boolean primary key default true check (one),
    linked_below xid8    not null
);
insert into windlass.audit_mark (linked_below) values ('0');

-- SHA-256 of the hash before it (32 zero bytes before the first), and of its
-- number in the chain and the row as a JSON array.
create function windlass.audit_hash(before bytea, number bigint, a windlass.audit) returns bytea
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return sha256(before || convert_to(jsonb_build_array(
        number, a.n, us(a.at), a.actor, a.what, a.subject, a.detail)::text, 'UTF8'));
end
$$;
