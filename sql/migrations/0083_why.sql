-- 0083_why: more is told of what a payment waits for.
-- What a function answers cannot be replaced.
drop function if exists windlass.operator_why(text);
