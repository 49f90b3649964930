-- 0050_adopted: what a lost database had ordered, and a comparison has taken over.

-- Which quote the platform's record names.
alter table windlass.reconcile_record add column quote text not null default '';

alter table windlass.reconciliation
    add column adopted integer not null default 0 check (adopted >= 0);

-- An adopted order has no key either: whoever made it is lost.  Out of review
-- it comes only as done, for nobody can send it.
alter table windlass.outflow drop constraint outflow_key_is_there,
    add constraint outflow_key_is_there check (sealed_key is not null or state in ('done', 'review'));
