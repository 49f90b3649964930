-- quote_bind - gives a quote to a payment: the gate's last act.
-- In:     client: base account of the payment's creator; assets and amounts as
--         the platform's record has them (buy ones NULL where it has none);
--         started_at of that record.
-- Out:    ok | unknown | foreign (another client's) | differs (assets, amounts)
--         | expired | used (by another payment, or by this one and ended)
--         | other_quote (this payment has one already).  Again ok only while its
--         own use is live.
-- Errors: none of its own.
-- Writes: quote_use; the quote's parts are held until infinity.
create or replace function windlass.quote_bind(
    p_quote uuid, p_tx_id text, p_client text, p_sell_asset text, p_sell_amount numeric,
    p_buy_asset text, p_buy_amount numeric, p_started_at timestamptz)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    q quote;
    u quote_use;
    -- Far enough from a part's end that nobody, however long its transaction
    -- has been open, can count the part as expired before this one commits.
    least_until timestamptz;
begin
    if not quote_lock(p_quote) then
        return 'unknown';
    end if;
    select * into q from quote where id = p_quote;
    select * into u from quote_use where quote_id = p_quote;
    if found then
        return case when u.tx_id = p_tx_id and u.ended = 'live' then 'ok' else 'used' end;
    end if;
    if q.client is distinct from p_client or q.client = '' then
        return 'foreign';
    end if;
    if (q.sell_asset, q.sell_amount) is distinct from (p_sell_asset, p_sell_amount)
            or q.buy_asset <> coalesce(p_buy_asset, q.buy_asset)
            or q.buy_amount <> coalesce(p_buy_amount, q.buy_amount) then
        return 'differs';
    end if;
    least_until := clock_now() + interval '10 seconds';
    if p_started_at is null or p_started_at >= q.expires_at
            or (select coalesce(sum(h.amount), 0) from hold h
                where h.quote_id = p_quote and h.until > least_until) <> q.buy_amount then
        return 'expired';
    end if;
    insert into quote_use (quote_id, tx_id) values (p_quote, p_tx_id) on conflict do nothing;
    if not found then
        return 'other_quote';
    end if;
    update hold h set until = 'infinity' where h.quote_id = p_quote;
    return 'ok';
end
$$;
