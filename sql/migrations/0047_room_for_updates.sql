-- 0047_room_for_updates: pages keep room for the next versions of a row.  What
-- no index has is then changed where the row lies, without a new entry in each
-- index (a heap-only tuple).
alter table windlass.payment set (fillfactor = 60);
alter table windlass.outflow set (fillfactor = 60);
alter table windlass.attempt set (fillfactor = 60);
alter table windlass.report set (fillfactor = 60);
alter table windlass.wake set (fillfactor = 20);
alter table windlass.lease set (fillfactor = 20);
