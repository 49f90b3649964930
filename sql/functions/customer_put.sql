-- customer_put - stores a new customer, or the next version of one.
-- In:     version is the one that was read, 0 for a new customer; sealed is bound
--         to version + 1; types says by name how the customer stands now,
--         {"sep31-sender": "ACCEPTED"}; moved are the types whose status changed;
--         changed are the names of the fields that did; verdicts are those that
--         still hold.
-- Out:    the version stored; no row if somebody else was faster, or the key of a
--         new customer is wrapped by an old wrapping key (then read both again).
-- Holds:  the wrapped key of a customer who is there stays: it may have been
--         wrapped anew since it was read.
-- Errors: constraints; WL002 for an erased id.
-- Writes: customer; audit (fallen: types whose verdict holds no more);
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
    names text[] := array(select jsonb_object_keys(put_types) order by 1);
    at_now timestamptz := (select transaction_timestamp() + shift from clock); -- now()
    held jsonb;
    fallen jsonb;
    stored bigint;
begin
    if put_version = 0 then
        if not key_counts(put_wrapped_key) then
            return;
        end if;
        insert into customer as c
            (id, account, memo_type, memo, version, sealed_version, wrapped_key, sealed, fields,
                types, standing, verdicts, created_at, updated_at)
            values (put_id, put_account, put_memo_type, put_memo, 1, 1, put_wrapped_key,
                put_sealed, put_fields, names, put_types, put_verdicts, at_now, at_now)
            on conflict do nothing
            returning c.version into stored;
    else
        update customer as c
            set version = c.version + 1, sealed_version = c.version + 1,
                sealed = put_sealed, fields = put_fields,
                types = names, standing = put_types, verdicts = put_verdicts,
                updated_at = at_now
            from (select b.id, b.verdicts from customer as b
                    where b.id = put_id and b.version = put_version for update) as b
            where c.id = b.id
            returning c.version, b.verdicts into stored, held;
    end if;
    if stored is null then
        return;
    end if;

    if held <> '{}' then
        fallen := (select jsonb_build_object('fallen', jsonb_agg(t order by t))
            from jsonb_object_keys(held) t where not put_verdicts ? t having count(*) > 0);
    end if;
    insert into audit (at, what, subject, detail) values (at_now, 'customer_put', put_id::text,
        jsonb_build_object('version', stored, 'fields', changed, 'types', to_jsonb(names))
            || coalesce(fallen, '{}'));
    -- Nobody can have named a new customer in a payment.
    if put_version > 0 and moved <> '[]' then
        perform windlass.customer_tell(put_id, stored, moved);
    end if;
    version := stored;
    return next;
end
$$;
