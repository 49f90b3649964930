-- 0005_health: health counts what is in review, at every look.
create index outflow_review on windlass.outflow (tx_id) where state = 'review';
