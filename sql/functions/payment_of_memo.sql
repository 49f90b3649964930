-- payment_of_memo - whose memo it is, as it stands on the ledger.
-- In:     a memo, or a number of a muxed address; of whatever kind.
-- Out:    the payment, or NULL.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.payment_of_memo(p_memo text) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return case when p_memo <> '' then coalesce(
        (select p.tx_id from payment p where p.deposit_memo = p_memo and p.deposit_memo <> ''),
        (select p.tx_id from payment p where p.memo = case
            when p_memo ~ '^[0-9]{1,19}$' and p_memo::numeric < 9223372036854775808
                then p_memo::bigint end)) end;
end
$$;
