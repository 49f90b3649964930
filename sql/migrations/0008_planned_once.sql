-- 0008_planned_once: functions of the first migrations in plpgsql.
--
-- A function in language sql that pins its search_path is planned anew by each
-- statement that calls it; plpgsql keeps its plans as long as the connection
-- lasts.  Names, arguments and results are as they were.

create or replace function windlass.now() returns timestamptz
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (select transaction_timestamp() + shift from windlass.clock);
end
$$;

create or replace function windlass.clock_now() returns timestamptz
language plpgsql volatile security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (select clock_timestamp() + shift from windlass.clock);
end
$$;

create or replace function windlass.us(t timestamptz) returns bigint
language plpgsql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (extract(epoch from t) * 1000000)::bigint;
end
$$;

create or replace function windlass.from_us(us bigint) returns timestamptz
language plpgsql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return timestamptz 'epoch' + us * interval '1 microsecond';
end
$$;

create or replace function windlass.micros(t timestamptz) returns bigint
language plpgsql immutable strict parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return case when isfinite(t) then windlass.us(t)
        when t > 'epoch' then 9223372036854775807 else 0 end;
end
$$;

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
                or about - array['state', 'file', 'error', 'valid_until', 'checks', 'rule'] <> '{}'
                or coalesce(about -> 'file', 'true') <> 'true'
                or coalesce(about ->> 'error', 'x') !~ '^[a-z0-9_]{1,64}$'
                or coalesce(about ->> 'valid_until', '2000-01-01') !~ '^\d{4}-\d\d-\d\d$'
                or jsonb_typeof(coalesce(about -> 'checks', '[]')) <> 'array'
                or coalesce(about ->> 'checks', '') !~ '^[][a-z0-9_", ]{0,255}$'
                or jsonb_typeof(coalesce(about -> 'rule', '0')) <> 'number'
            else true
            end
    );
end
$$;

create or replace function windlass.is_type_names(types text[]) returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(bool_and(coalesce(t ~ '^[A-Za-z0-9._-]{1,64}$', false)), true)
                and count(*) = count(distinct t)
            from unnest(types) as t
    );
end
$$;
