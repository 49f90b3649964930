-- 0060_another_key: what the bank returns after the key of its order has ended can
-- be ordered again: under another key, which the watcher makes that orders it.
alter table windlass.outflow drop constraint outflow_key_is_there,
    add constraint outflow_key_is_there check (sealed_key is not null
        or state in ('done', 'review') or state = 'ready' and told);
