-- reconcile_ledger - what of our books differs from what came in on the ledger.
-- In:     the comparison, and from when on our books are compared.
-- Out:    one row per difference.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.reconcile_ledger(p_run bigint, p_since timestamptz)
returns table (kind text, tx_id text, subject text, ours text, theirs text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
    -- Of what a record names the watcher takes its part once it has verified it;
    -- what is left over after that is nobody's.
    select 'money_unclaimed', coalesce(max(n.tx_id), ''), l.operation_id, 'unknown',
            concat_ws(' ', trim_scale(l.amount), l.asset, 'memo ' || l.memo)
        from reconcile_operation l
        left join reconcile_named n on n.run = p_run and n.hash = l.hash
        where l.run = p_run and not exists (select from funding f
                where f.stellar_tx_hash = l.hash and f.operation_id = l.operation_id)
        group by l.run, l.operation_id
        having bool_and(n.tx_id is null
            or exists (select from outflow o where o.tx_id = n.tx_id))
    union all
    select 'money_missing', f.tx_id, f.operation_id,
            trim_scale(f.amount) || ' ' || f.asset, 'unknown'
        from funding f where f.ledger_at >= p_since and not exists (
            select from reconcile_operation l
                where l.run = p_run and l.operation_id = f.operation_id and l.hash = f.stellar_tx_hash)
    union all
    select 'money_differs', f.tx_id, f.operation_id, trim_scale(f.amount) || ' ' || f.asset,
            coalesce(trim_scale(l.amount)::text, 'none') || ' ' || l.asset
        from reconcile_operation l join funding f
            on f.stellar_tx_hash = l.hash and f.operation_id = l.operation_id
        where l.run = p_run and (f.amount, f.asset) is distinct from (l.amount, l.asset);
end
$$;
