-- 0055_funds_rules: a sum beside the one that was asked for may be taken for it.

-- It takes the bounds now.
drop function if exists windlass.funds_taken(text, bigint, jsonb, bytea);
