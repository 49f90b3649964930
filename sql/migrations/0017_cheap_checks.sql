-- 0017_cheap_checks: what a row of customers must be, looked at once a row.
--
-- PostgreSQL reads each check of a table anew in every statement that writes to
-- it.  A dozen of them cost as much as all else that a PUT does; one that calls
-- a function costs a tenth of that.  The same rows are let in as before.

-- One expression for all of it had to be followed letter by letter, its states
-- built anew each time: 56 us for five fields, and 14 member by member, where what
-- is seldom there is looked at only if it is.
create or replace function windlass.is_field_states(fields jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(fields) = 'object' and not exists (
        select
        from jsonb_each(case jsonb_typeof(fields) when 'object' then fields else '{}' end)
            as f (name, about)
        where octet_length(name) not between 1 and 64
            or translate(name, 'abcdefghijklmnopqrstuvwxyz_', '') <> ''
            or case jsonb_typeof(about)
            when 'object' then
                (about ->> 'state' in ('given', 'accepted', 'rejected')) is not true
                or jsonb_typeof(coalesce(about -> 'rule', '0')) <> 'number'
                or about - array['state', 'rule'] <> '{}' and (
                    about - array['state', 'file', 'error', 'valid_until', 'checks', 'choice_of',
                        'rule', 'proven'] <> '{}'
                    or coalesce(about -> 'file', 'true') <> 'true'
                    or coalesce(about -> 'proven', 'true') <> 'true'
                    or about ? 'error' and (about ->> 'error' ~ '^[a-z0-9_]{1,64}$') is not true
                    or about ? 'valid_until'
                        and (about ->> 'valid_until' ~ '^\d{4}-\d\d-\d\d$') is not true
                    or jsonb_typeof(coalesce(about -> 'checks', '[]')) <> 'array'
                    or translate(about ->> 'checks', 'abcdefghijklmnopqrstuvwxyz0123456789_[]", ',
                        '') <> ''
                    or jsonb_typeof(coalesce(about -> 'choice_of', '[]')) <> 'array'
                    or translate(about ->> 'choice_of', 'abcdefghijklmnopqrstuvwxyz'
                        'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-[]", ', '') <> '')
            else true
            end
    );
end
$$;

create or replace function windlass.is_verdicts(verdicts jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if verdicts = '{}' then
        return true;
    end if;
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

-- The row's other members; texts first, since a wrong one is told by its name.
create function windlass.is_customer(
    account text, memo_type text, memo text, version bigint, sealed_version bigint,
    wrapped_key bytea, sealed bytea, fields jsonb, types text[], standing jsonb, verdicts jsonb)
returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return octet_length(account) = 56 and left(account, 1) in ('G', 'C')
        and translate(account, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', '') = ''
        and memo_type in ('', 'id', 'text', 'hash')
        and octet_length(memo) <= 64 and (memo = '') = (memo_type = '')
        and version >= 1 and sealed_version between 1 and version
        and octet_length(wrapped_key) between 73 and 256
        and octet_length(sealed) between 43 and 262144
        and jsonb_typeof(standing) = 'object'
        and is_type_names(types) and is_verdicts(verdicts) and is_field_states(fields);
end
$$;

alter table windlass.customer
    drop constraint customer_account_check,
    drop constraint customer_memo_type_check,
    drop constraint customer_memo_check,
    drop constraint customer_version_check,
    drop constraint customer_wrapped_key_check,
    drop constraint customer_sealed_check,
    drop constraint customer_fields_check,
    drop constraint customer_types_check,
    drop constraint customer_check,
    drop constraint customer_standing_check,
    drop constraint customer_verdicts_check,
    drop constraint customer_sealed_version_check,
    add constraint customer_is_one check (windlass.is_customer(account, memo_type, memo, version,
        sealed_version, wrapped_key, sealed, fields, types, standing, verdicts));

create or replace function windlass.first_expiry(fields jsonb) returns date
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not fields @? '$.*.valid_until' then
        return 'infinity';
    end if;
    return (
        select coalesce(min(make_date(substr(d, 1, 4)::integer, substr(d, 6, 2)::integer,
                substr(d, 9, 2)::integer)), 'infinity')
            from jsonb_each(fields) as f (name, about)
                cross join lateral (select about ->> 'valid_until' as d) x
            where about ? 'valid_until' and about ->> 'state' <> 'rejected'
    );
end
$$;

-- As it was, but that it is not planned anew for each key (which number that is
-- was worked out while planning, for as many rows as a table is thought to have),
-- and that the lock costs no query of its own.
create or replace function windlass.key_counts(wrapped bytea) returns boolean
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    locked text := pg_advisory_xact_lock_shared(7795283322);
    counts bigint := (select number from wrapping_key);
begin
    return counts = 0 or counts = key_number(wrapped);
end
$$;

create or replace function windlass.is_type_names(types text[]) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if cardinality(types) < 2 then
        return coalesce(octet_length(types[1]) between 1 and 64
            and translate(types[1], 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
                '0123456789._-', '') = '', cardinality(types) = 0);
    end if;
    return (
        select bool_and(coalesce(t ~ '^[A-Za-z0-9._-]{1,64}$', false))
                and count(*) = count(distinct t)
            from unnest(types) as t
    );
end
$$;

create or replace function windlass.customer_is_tallied() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into tally_change (kind, a, b, n)
            select 'customer', s.value, s.key, 1 from jsonb_each_text(new.standing) s;
        return null;
    end if;
    insert into tally_change (kind, a, b, n)
        select 'customer', x.status, x.type, sum(x.n)
            from (select s.key as type, s.value as status, 1 as n
                    from jsonb_each_text(new.standing) s
                union all
                select s.key, s.value, -1 from jsonb_each_text(old.standing) s) x
            group by x.status, x.type having sum(x.n) <> 0;
    return null;
end
$$;
