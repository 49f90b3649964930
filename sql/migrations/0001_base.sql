-- 0001_base: the schema, the roles, one clock, the audit trail.
--
-- Run by the owner of the database (a superuser, or a role that may create
-- roles).  Programs log in as their own role, own nothing, see no table, and
-- may only execute the functions that grants.sql lists for them.

create schema windlass;
revoke create on schema public from public;
revoke all on schema windlass from public;
alter default privileges in schema windlass revoke execute on functions from public;
alter default privileges revoke execute on functions from public;

do $$
declare
    r text;
begin
    foreach r in array array['customer', 'rate', 'event', 'status', 'watcher', 'operator'] loop
        if not exists (select from pg_roles where rolname = 'windlass_' || r) then
            execute format('create role %I login', 'windlass_' || r);
        end if;
        execute format('grant usage on schema windlass to %I', 'windlass_' || r);
        -- Limits stand on the roles: PgBouncer in transaction mode would not
        -- carry them in a connection string.
        execute format('alter role %I set statement_timeout = ''5s''', 'windlass_' || r);
        execute format('alter role %I set lock_timeout = ''2s''', 'windlass_' || r);
        execute format('alter role %I set idle_in_transaction_session_timeout = ''5s''',
            'windlass_' || r);
        execute format('alter role %I set default_transaction_isolation = ''read committed''',
            'windlass_' || r);
        execute format('alter role %I set jit = off', 'windlass_' || r);
    end loop;
end
$$;

-- The clock: the machine's, plus an offset that only a database migrated with
-- WINDLASS_DEV=1 lets anybody change.
create table windlass.clock (
    one          boolean     primary key default true check (one),
    shift        interval    not null default '0',
    is_shiftable boolean     not null default false,
    check (is_shiftable or shift = '0')
);
insert into windlass.clock default values;

-- In:     nothing.
-- Out:    what time it is for every rule of ours; stands still in a transaction.
create function windlass.now() returns timestamptz
language sql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$ select transaction_timestamp() + shift from windlass.clock $$;

-- Like now(), but goes on within a transaction: for waits and leases.
create function windlass.clock_now() returns timestamptz
language sql volatile security definer
set search_path = windlass, pg_catalog, pg_temp
as $$ select clock_timestamp() + shift from windlass.clock $$;

-- Microseconds since 1970, as the programs read times.
create function windlass.us(t timestamptz) returns bigint
language sql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$ select (extract(epoch from t) * 1000000)::bigint $$;

create function windlass.from_us(us bigint) returns timestamptz
language sql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$ select timestamptz 'epoch' + us * interval '1 microsecond' $$;

-- The audit trail: who changed what.  Rows are inserted plain, so that no
-- writer waits for another; a later pass numbers and chains them.  No value of
-- personal data is ever in detail.
create table windlass.audit (
    n       bigint      primary key generated always as identity,
    at      timestamptz not null default windlass.now(),
    actor   text        not null default session_user,
    what    text        not null,
    subject text        not null,
    detail  jsonb       not null default '{}'
);

create function windlass.refuse_change() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'WL001';
end
$$;
create trigger audit_is_append_only before update or delete or truncate on windlass.audit
    for each statement execute function windlass.refuse_change();
