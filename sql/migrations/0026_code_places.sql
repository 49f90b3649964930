-- 0026_code_places: how often codes went to one number or address, whoever gave it.
--
-- place: a keyed digest of it, under the fingerprint key, so that one number is
-- one place whichever customers give it, those who are erased meanwhile and those
-- who are nobody but somebody else's number.  A day later nothing is left of it.
create table windlass.code_place (
    place  bytea         primary key check (octet_length(place) = 32),
    issued timestamptz[] not null check (cardinality(issued) between 1 and 10),
    last   timestamptz   not null
);
create index code_place_last on windlass.code_place (last);

-- It takes more than it did.  A new database has none of it yet.
drop function if exists windlass.code_make(uuid, text, uuid, bytea, bytea, bytea, integer, boolean);
