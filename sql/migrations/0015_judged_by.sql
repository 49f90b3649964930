-- 0015_judged_by: by which types everybody was judged when that was last done.

alter table windlass.judging add column document json;
update windlass.judging set (version, document, is_done) =
    (select d.version, d.document, true from windlass.book_document d where d.kind = 'types')
    where exists (select from windlass.book_document d where d.kind = 'types');
alter table windlass.judging
    add constraint judging_by_something check (document is not null or not is_done);
