-- 0009_verdicts: what was decided about customers, when their papers expire, and
-- up to where changed rules were applied.

-- Beside each name stand its state and what may be known of the value without
-- the key: the scheme checks that it passes, the customer types whose choices it
-- is one of, the version of the rules that said so, until when it is good, and
-- whether it was proven by a code.  Anything else there could be a value in clear.
create or replace function windlass.is_field_states(fields jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(fields) = 'object' and not exists (
        select
        from jsonb_each(case jsonb_typeof(fields) when 'object' then fields else '{}' end)
            as f (name, about)
        where name !~ '^[a-z_]{1,64}$' or case jsonb_typeof(about)
            when 'object' then
                (about ->> 'state' in ('given', 'accepted', 'rejected')) is not true
                or about - array['state', 'file', 'error', 'valid_until', 'checks', 'choice_of',
                    'rule', 'proven'] <> '{}'
                or coalesce(about -> 'file', 'true') <> 'true'
                or coalesce(about -> 'proven', 'true') <> 'true'
                or coalesce(about ->> 'error', 'x') !~ '^[a-z0-9_]{1,64}$'
                or coalesce(about ->> 'valid_until', '2000-01-01') !~ '^\d{4}-\d\d-\d\d$'
                or jsonb_typeof(coalesce(about -> 'checks', '[]')) <> 'array'
                or coalesce(about ->> 'checks', '') !~ '^[][a-z0-9_", ]{0,255}$'
                or jsonb_typeof(coalesce(about -> 'choice_of', '[]')) <> 'array'
                or coalesce(about ->> 'choice_of', '') !~ '^[][A-Za-z0-9._", -]*$'
                or jsonb_typeof(coalesce(about -> 'rule', '0')) <> 'number'
            else true
            end
    );
end
$$;

-- {"sep31-receiver": {"verdict": "accepted", "by": "operator:ana", "reason":
-- "seen", "at": microseconds}}
create function windlass.is_verdicts(verdicts jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(verdicts) = 'object' and not exists (
        select
        from jsonb_each(case jsonb_typeof(verdicts) when 'object' then verdicts else '{}' end)
            as v (type, about)
        where type !~ '^[A-Za-z0-9._-]{1,64}$' or case jsonb_typeof(about)
            when 'object' then
                (about ->> 'verdict' in ('accepted', 'rejected', 'held')) is not true
                or about - array['verdict', 'by', 'reason', 'at'] <> '{}'
                or coalesce(about ->> 'by', '') !~ '^(hook|operator:[^[:cntrl:]]{1,64})$'
                or coalesce(jsonb_typeof(about -> 'reason'), '') <> 'string'
                or char_length(about ->> 'reason') > 200
                or coalesce(jsonb_typeof(about -> 'at'), '') <> 'number'
            else true
            end
    );
end
$$;

-- The first day on which something that is not rejected yet is good no more is
-- the day after this one.
create function windlass.first_expiry(fields jsonb) returns date
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(min(make_date(substr(d, 1, 4)::integer, substr(d, 6, 2)::integer,
                substr(d, 9, 2)::integer)), 'infinity')
            from jsonb_each(fields) as f (name, about)
                cross join lateral (select about ->> 'valid_until' as d) x
            where about ? 'valid_until' and about ->> 'state' <> 'rejected'
    );
end
$$;

-- A verdict raises the version of a customer without a new sealed row: so that
-- row says itself to which version it is bound.
alter table windlass.customer
    add column verdicts jsonb not null default '{}' check (windlass.is_verdicts(verdicts)),
    add column sealed_version bigint,
    add column expires_on date not null
        generated always as (windlass.first_expiry(fields)) stored;
update windlass.customer set sealed_version = version;
alter table windlass.customer
    alter column sealed_version set not null,
    alter column sealed_version set default 1,
    add constraint customer_sealed_version_check check (sealed_version between 1 and version);
create index customer_expires on windlass.customer (expires_on) where expires_on < 'infinity';

-- The version of the book that brought each kind.
alter table windlass.book_document add column version bigint not null default 0;
update windlass.book_document set version = (select version from windlass.book_version);

-- Customers who were judged by other types or checks are judged again, in the
-- order of their ids; this is how far that has come.
create table windlass.judging (
    one      boolean primary key default true check (one),
    version  bigint  not null default 0, -- of the types
    rules    integer not null default 0, -- of the checks in the code
    after    uuid    not null default '00000000-0000-0000-0000-000000000000',
    is_done  boolean not null default false
);
insert into windlass.judging default values;

-- These return or take more than they did.  A new database has none of them yet.
drop function if exists windlass.customer_find(uuid, text, text, text, text);
drop function if exists windlass.customer_put(uuid, text, text, text, bigint, bytea, bytea, jsonb, jsonb,
    jsonb, jsonb);
drop function if exists windlass.operator_customer(uuid);
drop function if exists windlass.operator_customers(text, text, uuid, integer);
drop function if exists windlass.operator_customer_values(uuid, text);
