-- reconcile_records - takes a page of the platform's records into a comparison.
-- In:     the comparison; array of {tx_id, status, is_paid, started_us, amount_in,
--         amount_out, quote, snapshot, hashes}; status is '' where the record cannot be read.
-- Out:    how many were taken; what comes again counts as it came last.
-- Errors: constraints.
-- Writes: reconcile_record, reconcile_named.
create or replace function windlass.reconcile_records(p_run bigint, p_rows jsonb) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    taken bigint;
begin
    insert into reconcile_record as q
        select distinct on (e.tx_id) p_run, e.tx_id, e.status, e.is_paid, e.started_us,
                e.amount_in, e.amount_out, coalesce(e.quote, ''),
                coalesce(e.snapshot, '{}')
            from jsonb_to_recordset(p_rows) as e(tx_id text, status text, is_paid boolean,
                started_us bigint, amount_in numeric, amount_out numeric, quote text, snapshot jsonb)
        on conflict (run, tx_id) do update set status = excluded.status,
            is_paid = excluded.is_paid, amount_in = excluded.amount_in,
            amount_out = excluded.amount_out, quote = excluded.quote,
            snapshot = excluded.snapshot;
    get diagnostics taken = row_count;
    insert into reconcile_named
        select distinct p_run, lower(h.hash), e.tx_id
            from jsonb_to_recordset(p_rows) as e(tx_id text, hashes jsonb)
            cross join lateral jsonb_array_elements_text(e.hashes) as h(hash)
        on conflict do nothing;
    return taken;
end
$$;
