-- book_load - puts one document of the book in place, with what follows from it.
-- In:     kind and document (NULL: movements only); seen: the version that the
--         whole was validated against; pools: [{"name", "asset", "decimals",
--         "rows"}] of the book as it will be; movements: [{"reference", "pool",
--         "amount"}], amounts as text; digest of the file and, as an object,
--         what else there is to say of the load, for the audit trail.
-- Out:    version: of the book from now on; fresh: movements that are new.
-- Errors: WL020 the book changed since seen; WL021 a pool would change its asset
--         or decimals, or lose rows; those of pool_load().
-- Writes: book_document, book_version, pool, pool_row, movement, audit.
create or replace function windlass.book_load(
    p_kind text, p_document json, p_seen bigint, p_pools jsonb, p_movements jsonb,
    p_digest text, p_note jsonb default '{}', out version bigint, out fresh integer)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select b.version into version from book_version b for update;
    if version <> p_seen then
        raise exception 'the book was loaded by somebody else meanwhile; try again'
            using errcode = 'WL020';
    end if;
    if p_document is not null then
        insert into book_document as d 
            values (p_kind, p_document, now(), session_user, version + 1)
            on conflict (kind) do update set document = excluded.document,
                loaded_at = excluded.loaded_at, loaded_by = excluded.loaded_by,
                version = excluded.version;
        version := version + 1;
        update book_version b set version = book_load.version, loaded_at = now();
    end if;
    perform pool_define(p_pools);
    fresh := pool_load(p_movements);
    insert into audit (what, subject, detail) values ('load', p_kind, jsonb_build_object(
        'version', version, 'sha256', p_digest, 'movements', fresh) || p_note);
end
$$;
