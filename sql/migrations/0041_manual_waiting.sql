-- 0041_manual_waiting: what people carry out and have not confirmed, for the figure
-- of it.
create index manual_order_open on windlass.manual_order (taken_at)
    where batch > 0 and state in ('pending', 'accepted');
