-- customer_put - stores a new customer, or the next version of one.
-- In:     version is the one that was read, 0 for a new customer; sealed is bound
--         to version + 1; types says by name how the customer stands now,
--         {"sep31-sender": "ACCEPTED"}; moved are the types whose status changed;
--         changed are the names of the fields that did; verdicts are those that
--         still hold.
-- Out:    the version stored; no row if somebody else was faster, or the key of a
--         new customer is wrapped by an old wrapping key (then read both again),
--         which customer_may_come() looks at.
-- Holds:  the wrapped key of a customer who is there stays: it may have been
--         wrapped anew since it was read.
-- Errors: constraints; WL002 for an erased id.
-- Writes: customer, and audit in the same statement, for each has its price (fallen:
--         types whose verdict holds no more);
--         customer_notice for each open payment of theirs in which they stand as
--         one of the moved types, and wakes the watcher.
create or replace function windlass.customer_put(
    put_id uuid, put_account text, put_memo_type text, put_memo text, put_version bigint,
    put_wrapped_key bytea, put_sealed bytea, put_fields jsonb, put_types jsonb,
    moved jsonb, changed jsonb, put_verdicts jsonb default '{}')
returns table (version bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    stored bigint := put_version + 1;
begin
    if put_version = 0 then
        with c as (
            insert into customer (id, account, memo_type, memo, version, sealed_version,
                    wrapped_key, sealed, fields, types, standing, verdicts, created_at, updated_at)
                select put_id, put_account, put_memo_type, put_memo, stored, stored,
                        put_wrapped_key, put_sealed, put_fields,
                        array(select jsonb_object_keys(put_types) order by 1), put_types,
                        put_verdicts, transaction_timestamp() + k.shift,
                        transaction_timestamp() + k.shift -- now()
                    from clock as k
                on conflict (account, memo_type, memo) do nothing
                returning types, updated_at
        )
        insert into audit (at, what, subject, detail)
            select c.updated_at, 'customer_put', put_id::text, jsonb_build_object(
                    'version', stored, 'fields', changed, 'types', c.types)
                from c;
        if found then
            version := stored;
            return next;
        end if;
        return;
    end if;

    with c as (
        update customer as c
            set version = stored, sealed_version = stored,
                sealed = put_sealed, fields = put_fields,
                types = array(select jsonb_object_keys(put_types) order by 1),
                standing = put_types, verdicts = put_verdicts,
                updated_at = transaction_timestamp() + k.shift
            from clock as k, (select b.id, b.verdicts from customer as b
                    where b.id = put_id and b.version = put_version for update) as b
            where c.id = b.id
            returning c.types, c.updated_at, b.verdicts as held
    )
    insert into audit (at, what, subject, detail)
        select c.updated_at, 'customer_put', put_id::text, jsonb_build_object(
                'version', stored, 'fields', changed, 'types', c.types)
                || coalesce((select jsonb_build_object('fallen', jsonb_agg(t order by t))
                    from jsonb_object_keys(c.held) t where not put_verdicts ? t
                    having count(*) > 0), '{}')
            from c;
    if not found then
        return;
    end if;
    -- Nobody can have named a new customer in a payment.
    if moved <> '[]' then
        perform windlass.customer_tell(put_id, stored, moved);
    end if;
    version := stored;
    return next;
end
$$;
