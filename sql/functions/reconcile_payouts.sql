-- reconcile_payouts - takes a page of a rail's payouts into a comparison.
-- In:     the comparison; the rail; array of {reference, bank_id, amount, currency,
--         status}.
-- Out:    how many were taken; what comes again counts as it came last.
-- Errors: constraints.
-- Writes: reconcile_payout.
create or replace function windlass.reconcile_payouts(p_run bigint, p_rail text, p_rows jsonb)
returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    taken bigint;
begin
    insert into reconcile_payout as q
        select distinct on (e.reference) p_run, p_rail, e.reference,
                regexp_replace(e.reference, ':[0-9]+$', ''), e.bank_id, e.amount, e.currency,
                e.status
            from jsonb_to_recordset(p_rows) as e(reference text, bank_id text, amount numeric,
                currency text, status text)
        on conflict (run, rail, reference) do update set bank_id = excluded.bank_id,
            amount = excluded.amount, currency = excluded.currency, status = excluded.status;
    get diagnostics taken = row_count;
    return taken;
end
$$;
