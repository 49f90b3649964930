-- floor - tables for the floors of make bench: the columns and the storage of
--         the endpoints' own, a unique key each, and nothing that is checked.
create schema floor;

create table floor.customer (like windlass.customer including defaults including storage);
alter table floor.customer alter column expires_on set default 'infinity';
alter table floor.customer add primary key (id), add unique (account, memo_type, memo);

create table floor.document (like windlass.document including defaults including storage);
alter table floor.document add primary key (id), add unique (customer, name);

create table floor.document_chunk
    (like windlass.document_chunk including defaults including storage);
alter table floor.document_chunk add primary key (document, n);

create table floor.quote (like windlass.quote including defaults);
alter table floor.quote add primary key (id);

create table floor.hold (like windlass.hold including defaults);
alter table floor.hold add primary key (quote_id, n);

create table floor.audit (like windlass.audit including defaults including identity);
alter table floor.audit add primary key (n);

-- What the bare client of watcher_drain stores: bytes as they came or went out.
create table floor.step (
    n     bigint primary key generated always as identity,
    tx_id text   not null,
    what  text   not null,
    bytes text   not null
);
