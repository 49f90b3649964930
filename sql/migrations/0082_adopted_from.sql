-- 0082_adopted_from: the ledger tells who has paid for what is taken over, too.
alter table windlass.reconcile_operation add column source text not null default '';
