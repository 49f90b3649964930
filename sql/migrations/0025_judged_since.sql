-- 0025_judged_since: since when the types that everybody is judged by are there.

-- It returns more than it did.  A new database has none of it yet.
drop function if exists windlass.judging_begin(bigint, integer);
