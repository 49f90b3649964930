-- quote_return - a settled payout came back, and that is believed: the pool has
--                its amount again, and the quote is bound again.
-- In:     the quote, and the payment that must be its own.
-- Out:    ok (again: ok) | unknown | other (not this payment's) | released |
--         live: it was never settled.
-- Errors: none of its own.
-- Writes: pool_row, hold, pool_entry, quote_use, client_pool.
create or replace function windlass.quote_return(p_quote uuid, p_tx_id text) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    q quote;
    stands text := quote_lock_use(p_quote, p_tx_id);
begin
    if stands = 'live' and exists (select from pool_entry e where e.quote_id = p_quote) then
        return 'ok';
    elsif stands <> 'settled' then
        return stands;
    end if;
    select * into q from quote where id = p_quote;
    -- What was promised is held again, whatever the client's cap says by now:
    -- only the bound goes up, so that it stays one.
    insert into client_pool as c values (q.holder, q.pool, q.buy_amount)
        on conflict (holder, pool) do update set most = c.most + q.buy_amount;
    update pool_row r
        set total = r.total + q.buy_amount, held = r.held + q.buy_amount,
            held_shared = r.held_shared + case when q.shared then q.buy_amount else 0 end
        where r.pool = q.pool and r.n = 0;
    insert into hold values
        (p_quote, 0, q.pool, q.holder, q.buy_amount, q.shared, 'infinity');
    insert into pool_entry (quote_id, turn, kind, pool, amount)
        select p_quote, count(*) + 1, 'returned', q.pool, q.buy_amount
            from pool_entry e where e.quote_id = p_quote;
    update quote_use set ended = 'live' where quote_id = p_quote;
    return 'ok';
end
$$;
