-- operator_customer - one customer: names and states of fields, never a value.
-- In:     the id.
-- Out:    one row, or none for an id never given out; of one erased only when.
-- Units:  times in microseconds; erased_us 0 for the living.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_customer(p_id uuid)
returns table (
    id uuid, account text, memo_type text, memo text, version bigint, fields jsonb, types jsonb,
    verdicts jsonb, created_us bigint, updated_us bigint, today text, erased_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.id, c.account, c.memo_type, c.memo, c.version, c.fields, to_jsonb(c.types),
                c.verdicts, us(c.created_at), us(c.updated_at),
                to_char(now() at time zone 'UTC', 'YYYY-MM-DD'), 0::bigint
            from customer c where c.id = p_id
        union all
        select t.id, '', '', '', 0::bigint, '{}', '[]', '{}', 0::bigint, 0::bigint, '', us(t.erased_at)
            from customer_tombstone t where t.id = p_id;
end
$$;
