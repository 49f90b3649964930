-- 0030_ends: payments that were held because no money came in time end by
-- themselves now; a watcher looks at them once more.
update windlass.payment set next_at = windlass.now()
    where state = 'held' and reason like 'not_paid:%';
