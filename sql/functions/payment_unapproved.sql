-- payment_unapproved - does a second person still have to approve that attempt?
-- In:     the payment; the number of the attempt, stored or not.
-- Out:    true: the book wants one for what leaves, and none has approved this
--         attempt, on this way out, of this amount to this beneficiary; or who did
--         is the one that has sent it on by hand.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.payment_unapproved(p_tx text, p_n integer) returns boolean
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    l record;
begin
    if not exists (select from second_person) then
        return false;
    end if;
    select * into l from payment_leaves(p_tx);
    return coalesce(l.is_large, false) and not exists (select from approval v
        join payment p on p.tx_id = v.tx_id
        where v.tx_id = p_tx and v.n = p_n and v.approved_by <> '' and v.way = l.way
            and v.amount = l.amount and v.beneficiary = p.beneficiary
            and is_other_person(v.approved_by, p.sent_on_by));
end
$$;
