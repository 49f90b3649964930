-- 0078_at_once: what has settled when the bank is heard of it first is not told to the
-- platform as accepted before.

drop function if exists windlass.attempt_accepted(text, integer, text);
