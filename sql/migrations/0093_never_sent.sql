-- 0093_never_sent: a review knows how often the attempt had been sent when it looked.
drop function if exists windlass.outflow_review(text, bigint, bigint, text, text, boolean);
