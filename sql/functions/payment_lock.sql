-- payment_lock - locks a payment for whoever still has the claim on it.
-- In:     transaction, the token its claim gave.
-- Out:    false: somebody else has claimed it since; drop the plan.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.payment_lock(p_tx text, p_token bigint) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform from payment p where p.tx_id = p_tx and p.claim_token = p_token for update;
    return found;
end
$$;
