-- judging_went - how far it has come.
-- In:     the types' version, as judging_begin() said it; the last id that was
--         judged, or null: all were.
-- Out:    nothing; a version that is no longer judged by changes nothing.
-- Errors: none.
-- Writes: judging; audit at the end.
create or replace function windlass.judging_went(p_version bigint, p_after uuid) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update judging set after = coalesce(p_after, after), is_done = p_after is null,
            document = case when p_after is null
                then (select d.document from book_document d where d.kind = 'types')
                else document end
        where version = p_version and not is_done
            and p_version = (select d.version from book_document d where d.kind = 'types');
    if found and p_after is null then
        insert into audit (what, subject, detail) values ('judged', 'types',
            jsonb_build_object('version', p_version));
    end if;
end
$$;
