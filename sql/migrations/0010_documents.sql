-- 0010_documents: what kind a document is, and by what it is known again.
--
-- kind: found from its bytes.  digest: of the bytes as they came, under the
-- customer's key: whoever has that can tell whether a file is the same, nobody
-- else, and a file under two names has two.  Documents from before have neither:
-- '' is equal to nothing that comes.
alter table windlass.document
    add column kind text not null default '' check (kind in
        ('', 'image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
    add column digest bytea not null default '' check (octet_length(digest) in (0, 32));
alter table windlass.document
    alter column kind drop default,
    alter column digest drop default;

drop function if exists windlass.document_put(uuid, uuid, text, bytea, bigint, integer);
drop function if exists windlass.operator_documents(uuid);
