-- customer_put - stores a new customer, or the next version of one.
-- In:     version is the one that was read, 0 for a new customer; sealed is bound
--         to version + 1; types says by name how the customer stands now,
--         {"sep31-sender": "ACCEPTED"}; moved are the types whose status changed; changed are the names of the fields that did.
-- Out:    the version stored; no row if somebody else was faster (then read again).
-- Errors: constraints; WL002 for an erased id.
-- Writes: customer; audit; customer_notice for each open payment of theirs in
--         which they stand as one of the moved types, and wakes the watcher.
create or replace function windlass.customer_put(
    put_id uuid, put_account text, put_memo_type text, put_memo text, put_version bigint,
    put_wrapped_key bytea, put_sealed bytea, put_fields jsonb, put_types jsonb,
    moved jsonb, changed jsonb)
returns table (version bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    names text[] := array(select jsonb_object_keys(put_types) order by 1);
    stored bigint;
begin
    if put_version = 0 then
        insert into customer as c
            (id, account, memo_type, memo, version, wrapped_key, sealed, fields, types, standing)
            values (put_id, put_account, put_memo_type, put_memo, 1, put_wrapped_key, put_sealed,
                put_fields, names, put_types)
            on conflict do nothing
            returning c.version into stored;
    else
        update customer as c
            set version = c.version + 1, wrapped_key = put_wrapped_key, sealed = put_sealed,
                fields = put_fields, types = names, standing = put_types,
                updated_at = windlass.now()
            where c.id = put_id and c.version = put_version
            returning c.version into stored;
    end if;
    if stored is null then
        return;
    end if;

    insert into audit (what, subject, detail) values ('customer_put', put_id::text,
        jsonb_build_object('version', stored, 'fields', changed, 'types', to_jsonb(names)));
    if moved <> '[]' then
        perform windlass.customer_tell(put_id, stored, moved);
    end if;
    return query select stored;
end
$$;
