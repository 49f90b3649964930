-- judging_begin - is there somebody to judge again, because the customer types or
--         the checks in the code are others than when that was last done?
-- In:     the version of the book that the caller has; the version of its checks.
-- Out:    a row if so: the types' version, and since when they are there; after
--         whose id to go on; the types by which everybody was judged before;
--         today.  No row: nothing to do, or not yet: a request that began with
--         the types before must be over.
-- Units:  time in microseconds.
-- Errors: none.
-- Writes: judging.
create or replace function windlass.judging_begin(p_book bigint, p_rules integer)
returns table (version bigint, since_us bigint, after uuid, document text, today text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    types book_document;
    j judging;
begin
    select * into types from book_document where kind = 'types';
    select * into j from judging for update;
    if types.version is null or p_book < types.version or p_rules < j.rules then
        return;
    end if;
    if j.document is null then
        -- Nobody was ever judged by others.
        update judging set version = types.version, rules = p_rules, is_done = true,
            document = types.document;
        return;
    end if;
    if (j.version, j.rules) <> (types.version, p_rules) then
        if types.loaded_at > windlass.now() - interval '20 seconds' then
            return;
        end if;
        update judging set version = types.version, rules = p_rules, is_done = false,
            after = '00000000-0000-0000-0000-000000000000' returning * into j;
    end if;
    if not j.is_done then
        return query select j.version, us(types.loaded_at), j.after, j.document::text,
            to_char(windlass.now() at time zone 'UTC', 'YYYY-MM-DD');
    end if;
end
$$;
