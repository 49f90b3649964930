-- 0034_refund_shown: what operators see of a refund.
drop function if exists windlass.operator_why(text);
drop function if exists windlass.operator_attempts(text);
