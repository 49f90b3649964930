-- operator_customer - one customer: names and states of fields, never a value.
-- In:     the id.
-- Out:    one row, or none for an id never given out; of one erased only when, and
--         whether a legal hold keeps what is sealed.
-- Units:  times in microseconds; erased_us 0 for the living, held_us 0 where there
--         is no legal hold.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_customer(p_id uuid)
returns table (
    id uuid, account text, memo_type text, memo text, version bigint, fields jsonb, types jsonb,
    verdicts jsonb, created_us bigint, updated_us bigint, today text, erased_us bigint,
    held_us bigint, held_by text, held_for text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.*, coalesce(us(h.since), 0), h.by_whom, h.reason from (
            select x.id, x.account, x.memo_type, x.memo, x.version, x.fields, to_jsonb(x.types),
                    x.verdicts, us(x.created_at), us(x.updated_at),
                    to_char(now() at time zone 'UTC', 'YYYY-MM-DD'), 0::bigint
                from customer x where x.id = p_id
            union all
            select t.id, '', '', '', 0::bigint, '{}', '[]', '{}', 0::bigint, 0::bigint,
                    to_char(now() at time zone 'UTC', 'YYYY-MM-DD'), us(t.erased_at)
                from customer_tombstone t where t.id = p_id) c
            left join legal_hold h on h.customer = p_id;
end
$$;
