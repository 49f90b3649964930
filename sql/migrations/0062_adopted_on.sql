-- 0062_adopted_on: what was taken over, and is not over, goes on.

-- Where its gate was lost nothing of it is ordered; what became of its order is
-- looked up and told.
alter table windlass.payment add column is_adopted boolean not null default false,
    drop constraint payment_check,
    add constraint payment_check check (
        state not in ('asked', 'out', 'done') or state <> 'asked' and (refund_why <> '' or is_adopted)
        or (quote_id <> '' and client <> '' and asset <> '' and currency <> '' and method <> ''
            and sender <> '' and receiver <> '' and expected > 0 and payout > 0
            and beneficiary <> '' and gated_at > '-infinity' and pay_by < 'infinity'));
update windlass.payment p set is_adopted = true
    where exists (select from windlass.attempt a where a.tx_id = p.tx_id and a.stored_by = 'reconcile');

-- The order itself is lost, and so is its key: no order is under way without one.
alter table windlass.outflow add column is_adopted boolean not null default false;
update windlass.outflow o set is_adopted = true where o.sealed_key is null and o.state = 'review';
alter table windlass.outflow drop constraint outflow_key_is_there,
    add constraint outflow_key_is_there check (sealed_key is not null
        or state in ('done', 'review') or state = 'ready' and told
        or is_adopted and state not in ('sending', 'refused'));
alter table windlass.attempt alter column body drop not null;
alter table windlass.attempt disable trigger attempt_is_fixed;
update windlass.attempt set body = null where stored_by = 'reconcile';
alter table windlass.attempt enable trigger attempt_is_fixed;
alter table windlass.attempt add constraint attempt_has_body
    check (body is not null or stored_by = 'reconcile');

-- The platform's record, for whoever is taken over.
alter table windlass.reconcile_record add column snapshot jsonb not null default '{}';
