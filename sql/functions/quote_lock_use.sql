-- quote_lock_use - locks a quote and its pool rows (quote_lock), for what a payment
--                  does with a quote of its own, and tells how that use stands.
-- In:     the quote, and the payment that must be its own.
-- Out:    unknown: no such quote | other: not this payment's | live | settled |
--         released.
-- Errors: none.
create or replace function windlass.quote_lock_use(p_quote uuid, p_tx_id text) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    u quote_use;
begin
    if not quote_lock(p_quote) then
        return 'unknown';
    end if;
    -- Read only now: what was locked has waited for whoever changed it.
    select * into u from quote_use where quote_id = p_quote;
    if not found or u.tx_id <> p_tx_id then
        return 'other';
    end if;
    return u.ended;
end
$$;
