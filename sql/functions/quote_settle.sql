-- quote_settle - the payout of a bound quote has arrived: its amount leaves the
--                pool, in the commit that marks the attempt settled.
-- In:     the quote, and the payment that must be its own.
-- Out:    ok (again: ok) | unknown | other (not this payment's) | released.
-- Errors: WL013 a live use whose parts are not its amount (cannot be).
-- Writes: pool_row, hold, pool_entry, quote_use.
create or replace function windlass.quote_settle(p_quote uuid, p_tx_id text) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    q quote;
    stands text := quote_lock_use(p_quote, p_tx_id);
begin
    if stands <> 'live' then
        return case stands when 'settled' then 'ok' else stands end;
    end if;
    select * into q from quote where id = p_quote;
    if quote_free(p_quote, true) <> q.buy_amount then
        raise exception 'quote % does not hold its amount', p_quote using errcode = 'WL013';
    end if;
    insert into pool_entry (quote_id, turn, kind, pool, amount)
        select p_quote, count(*) + 1, 'settled', q.pool, q.buy_amount
            from pool_entry e where e.quote_id = p_quote;
    update quote_use set ended = 'settled' where quote_id = p_quote;
    return 'ok';
end
$$;
