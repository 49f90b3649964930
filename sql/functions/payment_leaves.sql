-- payment_leaves - what the next order of a payment, or the one that is on its way,
--                  takes away, and whether the book wants two people for it.
-- In:     the payment.
-- Out:    the number of that order; its way; amount and currency: of a payout the
--         gate's, of a refund all that came, of which the book's fee is kept; is_large.
--         Nulls: it has no outflow.
-- Holds:  a refund is measured by the price that the gate has fixed.  Where there is
--         none, or what came is not the asset that was asked for, nothing says what it
--         is worth: it is large wherever the book wants two people for anything.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.payment_leaves(
    p_tx text, out n integer, out way text, out amount numeric, out currency text,
    out is_large boolean)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select o.way, p.payout, p.currency, exists (select from second_person s
                where s.currency = p.currency and p.payout > s.above)
            into payment_leaves.way, amount, payment_leaves.currency, is_large
        from payment p join outflow o on o.tx_id = p.tx_id where p.tx_id = p_tx;
    if payment_leaves.way = 'refund' then
        select trim_scale(coalesce(sum(f.amount), 0)), coalesce(min(f.asset), ''),
                case when p.gated_at > '-infinity' and bool_and(f.asset = p.asset)
                    then exists (select from second_person s where s.currency = p.currency
                        and sum(f.amount) * p.payout > s.above * p.expected)
                    else exists (select from second_person) end
            into amount, payment_leaves.currency, is_large
            from payment p left join funding f on f.tx_id = p.tx_id
            where p.tx_id = p_tx group by p.tx_id;
    end if;
    select coalesce(max(a.n), 0)
                + (count(*) filter (where a.outcome not in ('refused', 'returned')) = 0)::integer
            into n
        from attempt a where a.tx_id = p_tx;
end
$$;
