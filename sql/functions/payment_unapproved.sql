-- payment_unapproved - does a second person still have to approve that attempt?
-- In:     the payment; the number of the attempt, stored or not.
-- Out:    true: the book wants one for its payout, and none has approved this
--         attempt, on this way out, of this amount to this beneficiary; or who did
--         is the one that has sent it on by hand.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.payment_unapproved(p_tx text, p_n integer) returns boolean
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return exists (select from payment p
        join second_person s on s.currency = p.currency and p.payout > s.above
        join outflow o on o.tx_id = p.tx_id
        where p.tx_id = p_tx and not exists (select from approval v
            where v.tx_id = p_tx and v.n = p_n and v.approved_by <> '' and v.way = o.way
                and v.amount = case o.way when 'payout' then p.payout else p.expected end
                and v.beneficiary = p.beneficiary
                and is_other_person(v.approved_by, p.sent_on_by)));
end
$$;
