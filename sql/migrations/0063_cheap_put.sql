-- 0063_cheap_put: what a row of customers must be and what it sets off, at a third of
-- the instructions.
--
-- A function with a search_path of its own costs 16,000 instructions a call, more than
-- a small one does inside, and a PUT made a dozen such calls.  What only checks and
-- triggers call has none any more: it runs under the pinned one of the function that
-- writes, and names what is ours with its schema, so that it means the same anywhere.

-- Nearly all rows hold fields like {"rule": 1, "state": "given", "checks": ["pix"]} and
-- nothing else.  Those are known by their text, whose members jsonb puts in one order
-- (the shorter name first, then by bytes); an expression is followed the faster the
-- shorter it is, so what all of them have is one sign before.  Signs are control
-- characters, of which jsonb's text has none: no name and no value looks like one.
create or replace function windlass.is_field_states(fields jsonb) returns boolean
language plpgsql immutable parallel safe
as $$
begin
    if replace(replace(replace(fields::text, '"state": "given"', e'\t'), '"rule": ', e'\r'),
            '"checks": [', e'\f')
        ~ '^\{(?:"[a-z_]{1,64}": \{(?:\r\d+, )?\t(?:, \f(?:"[a-z0-9_]+"(?:, )?)*\])?\}(?:, )?)*\}$'
    then
        return true;
    end if;
    return jsonb_typeof(fields) = 'object' and not exists (
        select
        from jsonb_each(case jsonb_typeof(fields) when 'object' then fields else '{}' end)
            as f (name, about)
        where octet_length(name) not between 1 and 64
            or name ~ '[^a-z_]'
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
                    or about ->> 'checks' ~ '[^][a-z0-9_", ]'
                    or jsonb_typeof(coalesce(about -> 'choice_of', '[]')) <> 'array'
                    or about ->> 'choice_of' ~ '[^][A-Za-z0-9._", -]')
            else true
            end
    );
end
$$;

create or replace function windlass.is_verdicts(verdicts jsonb) returns boolean
language plpgsql immutable parallel safe
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

create or replace function windlass.is_type_names(types text[]) returns boolean
language plpgsql immutable parallel safe
as $$
begin
    if cardinality(types) < 2 then
        return coalesce(octet_length(types[1]) between 1 and 64
            and types[1] !~ '[^A-Za-z0-9._-]', cardinality(types) = 0);
    end if;
    return (
        select bool_and(coalesce(octet_length(t) between 1 and 64 and t !~ '[^A-Za-z0-9._-]', false))
                and count(*) = count(distinct t)
            from unnest(types) as t
    );
end
$$;

create or replace function windlass.is_customer(
    account text, memo_type text, memo text, version bigint, sealed_version bigint,
    wrapped_key bytea, sealed bytea, fields jsonb, types text[], standing jsonb, verdicts jsonb)
returns boolean
language plpgsql immutable parallel safe
as $$
begin
    return octet_length(account) = 56 and left(account, 1) in ('G', 'C')
        and account !~ '[^A-Z2-7]'
        and memo_type in ('', 'id', 'text', 'hash')
        and octet_length(memo) <= 64 and (memo = '') = (memo_type = '')
        and version >= 1 and sealed_version between 1 and version
        and octet_length(wrapped_key) between 73 and 256
        and octet_length(sealed) between 43 and 262144
        and jsonb_typeof(standing) = 'object'
        and windlass.is_type_names(types) and windlass.is_verdicts(verdicts)
        and windlass.is_field_states(fields);
end
$$;

create or replace function windlass.first_expiry(fields jsonb) returns date
language plpgsql immutable parallel safe
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

create or replace function windlass.key_number(wrapped bytea) returns bigint
language plpgsql immutable strict parallel safe
as $$
begin
    if octet_length(wrapped) < 5 then
        return 0; -- which no key has
    end if;
    return (get_byte(wrapped, 1)::bigint << 24) | (get_byte(wrapped, 2) << 16)
            | (get_byte(wrapped, 3) << 8) | get_byte(wrapped, 4);
end
$$;

create or replace function windlass.key_counts(wrapped bytea) returns boolean
language plpgsql
as $$
declare
    locked text := pg_advisory_xact_lock_shared(7795283322);
    counts bigint := (select number from windlass.wrapping_key);
begin
    return counts = 0 or counts = windlass.key_number(wrapped);
end
$$;

-- Who comes was not erased, and comes under the wrapping key that counts: under another
-- one there is no row, which whoever inserts sees by what is returned.  One look for
-- both, and one for what was looked at before the row was written and again with it.
create function windlass.customer_may_come() returns trigger
language plpgsql
as $$
declare
    locked text := pg_advisory_xact_lock_shared(7795283322); -- as key_counts() does
    counts bigint := (select case when not exists
            (select from windlass.customer_tombstone t where t.id = new.id) then k.number end
        from windlass.wrapping_key k);
begin
    if counts is null then
        raise exception 'customer % was erased', new.id using errcode = 'WL002';
    end if;
    if counts <> 0 and counts <> windlass.key_number(new.wrapped_key) then
        return null;
    end if;
    return new;
end
$$;
create trigger customer_may_come before insert on windlass.customer
    for each row execute function windlass.customer_may_come();
drop trigger customer_stays_erased on windlass.customer;
create trigger customer_stays_erased before update of id on windlass.customer
    for each row execute function windlass.refuse_the_erased();
drop trigger customer_has_current_key on windlass.customer;
create trigger customer_has_current_key before update of wrapped_key on windlass.customer
    for each row execute function windlass.refuse_old_key();

-- After it: a condition of a trigger is read anew from its text by each statement, so
-- what is seldom there is asked for inside of the one function.
create function windlass.customer_has_come() returns trigger
language plpgsql
as $$
begin
    insert into windlass.tally_change (kind, a, b, n)
        select 'customer', s.value, s.key, 1 from jsonb_each_text(new.standing) s;
    if new.standing @? '$.* ? (@ == "PROCESSING")' then
        insert into windlass.review_wanted (customer, type)
            select new.id, s.key from jsonb_each_text(new.standing) s
                where s.value = 'PROCESSING' order by s.key
            on conflict (customer, type) do update set next_at = excluded.next_at;
    end if;
    return null;
end
$$;
create trigger customer_has_come after insert on windlass.customer
    for each row execute function windlass.customer_has_come();
drop trigger customer_comes_and_goes on windlass.customer;
create trigger customer_goes after delete on windlass.customer
    for each row execute function windlass.customer_is_tallied();
drop trigger customer_wants_review on windlass.customer;
create trigger customer_wants_review after update of version on windlass.customer
    for each row when (new.standing @? '$.* ? (@ == "PROCESSING")')
    execute function windlass.want_review();
