-- quote_release - a payment ended without a payout: the room of its quote is free
--                 again.  It names its payment, so that nobody frees another's.
-- In:     the quote, and the payment that must be its own.
-- Out:    ok (again: ok) | unknown | other (not this payment's) | settled.
-- Errors: none of its own.
-- Writes: pool_row, hold, quote_use.
create or replace function windlass.quote_release(p_quote uuid, p_tx_id text) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    stands text := quote_lock_use(p_quote, p_tx_id);
begin
    if stands <> 'live' then
        return case stands when 'released' then 'ok' else stands end;
    end if;
    perform quote_free(p_quote, false);
    update quote_use set ended = 'released' where quote_id = p_quote;
    return 'ok';
end
$$;
