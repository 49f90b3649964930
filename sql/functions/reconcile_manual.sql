-- reconcile_manual - takes the orders that people carried out into a comparison, as
--                    a bank's.
-- In:     the comparison; changed since when, in microseconds.
-- Out:    how many were taken.
-- Errors: constraints.
-- Writes: reconcile_payout.
create or replace function windlass.reconcile_manual(p_run bigint, p_since_us bigint)
returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    taken bigint;
begin
    insert into reconcile_payout as q
        select p_run, 'payout', m.reference, m.tx_id, m.bank_id, a.amount, a.currency, m.state
            from manual_order m join attempt a on a.reference = m.reference
            where m.changed_at >= from_us(p_since_us) and m.state <> 'pending'
        on conflict (run, rail, reference) do nothing;
    get diagnostics taken = row_count;
    return taken;
end
$$;
