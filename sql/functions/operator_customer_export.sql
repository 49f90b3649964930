-- operator_customer_export - all that is stored about one customer, living or kept
--                            under a legal hold.
-- In:     the id; who asks and why; whether the sealed values are asked for, and
--         the documents, which documents_of() then gives.
-- Out:    one row, or none; what opens the values is null unless asked for.
-- Units:  times in microseconds; erased_us 0 for the living.
-- Errors: none.
-- Writes: audit.
create or replace function windlass.operator_customer_export(
    p_id uuid, p_who text, p_reason text, p_values boolean)
returns table (
    id uuid, account text, memo_type text, memo text, version bigint, fields jsonb, types jsonb,
    verdicts jsonb, created_us bigint, updated_us bigint, erased_us bigint, sealed_version bigint,
    wrapped_key bytea, sealed bytea)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.id, c.account, c.memo_type, c.memo, c.version, c.fields, to_jsonb(c.types),
                c.verdicts, us(c.created_at), us(c.updated_at), coalesce(us(t.erased_at), 0),
                c.sealed_version, case when p_values then c.wrapped_key end,
                case when p_values then c.sealed end
            from (
                select x.* from customer x where x.id = p_id
                union all
                select (jsonb_populate_record(null::customer, k.record
                        || jsonb_build_object('wrapped_key', k.wrapped_key))).*
                    from customer_kept k where k.id = p_id) c
                left join customer_tombstone t on t.id = p_id;
    if found then
        insert into audit (what, subject, detail) values ('customer_export', p_id::text,
            jsonb_build_object('who', p_who, 'reason', p_reason, 'values', p_values));
    end if;
end
$$;
