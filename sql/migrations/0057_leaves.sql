-- 0057_leaves: what leaves by a payment's next order is told: of a refund all that came.
drop function if exists windlass.operator_why(text);
