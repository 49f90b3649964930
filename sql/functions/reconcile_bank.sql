-- reconcile_bank - what of our books differs from a rail's payouts.
-- In:     the comparison, the rail, and from when on our books are compared.
-- Out:    one row per difference.
-- Holds:  an order that is under way, or whose answer is doubted, may be anything
--         at the bank; what we believe refused must not have been carried out.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.reconcile_bank(
    p_run bigint, p_rail text, p_since timestamptz)
returns table (kind text, tx_id text, subject text, ours text, theirs text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
    with theirs as (
        select * from reconcile_payout b where b.run = p_run and b.rail = p_rail
    ), both_ as (
        select a.tx_id, a.reference, a.outcome, a.sends, a.amount, a.currency, a.bank_id,
                b.amount as b_amount, b.currency as b_currency, b.bank_id as b_id, b.status
            from reconcile_payout b join attempt a on a.reference = b.reference and a.rail = p_rail
            where b.run = p_run and b.rail = p_rail
    )
    select 'payout_unknown', b.tx_id, b.reference, 'unknown',
            concat_ws(' ', b.status, trim_scale(b.amount), b.currency)
        from theirs b where not exists (select from attempt a
            where a.reference = b.reference and a.rail = p_rail)
    union all
    select 'payout_unsent', c.tx_id, c.reference, 'never sent',
            concat_ws(' ', c.status, trim_scale(c.b_amount), c.b_currency)
        from both_ c where c.sends = 0
    union all
    select 'payout_missing', a.tx_id, a.reference,
            concat_ws(' ', a.outcome, trim_scale(a.amount), a.currency), 'unknown'
        from attempt a
        where a.rail = p_rail and a.outcome in ('accepted', 'settled', 'returned')
            and a.first_sent >= p_since
            and not exists (select from reconcile_payout b where b.run = p_run and b.rail = p_rail
                and b.reference = a.reference)
    union all
    select 'payout_amount', c.tx_id, c.reference,
            trim_scale(c.amount) || ' ' || c.currency,
            coalesce(trim_scale(c.b_amount)::text, 'none') || ' ' || c.b_currency
        from both_ c
        where (c.amount, c.currency) is distinct from (c.b_amount, c.b_currency)
    union all
    select 'payout_bank_id', c.tx_id, c.reference, c.bank_id, c.b_id
        from both_ c where c.bank_id <> '' and c.bank_id <> c.b_id
    union all
    select 'payout_status', c.tx_id, c.reference, c.outcome, c.status
        from both_ c
        where c.outcome = 'accepted' and c.status not in ('accepted', 'settled', 'returned')
            or c.outcome = 'settled' and c.status <> 'settled'
            or c.outcome = 'refused' and c.status <> 'refused'
            or c.outcome = 'returned' and c.status <> 'returned'
    union all
    select 'payout_twice', b.tx_id, '', '',
            string_agg(b.reference || ' ' || b.status, ', ' order by b.reference)
        from theirs b where b.status in ('accepted', 'settled')
        group by b.tx_id having count(*) > 1;
end
$$;
