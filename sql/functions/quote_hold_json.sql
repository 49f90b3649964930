-- quote_hold_json - quote_hold() with its arguments in one object, for a function
--                   that holds a quote and binds it in the same transaction.
-- In:     members named like quote_hold()'s arguments without p_, amounts and
--         price as text; asked_us in microseconds or absent; day_cap or absent.
-- Out:    as quote_hold().
-- Errors, Writes: as quote_hold().
create or replace function windlass.quote_hold_json(
    p_quote jsonb, out outcome text, out expires_us bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select h.outcome, h.expires_us into outcome, expires_us
        from jsonb_to_record(p_quote) as q(
            id uuid, client text, holder text, shared boolean, cap numeric, pool text,
            sell_asset text, buy_asset text, side text, sell_amount numeric,
            buy_amount numeric, fee numeric, fee_asset text, fee_name text, price text,
            method text, country text, lifetime integer, asked_us bigint, version bigint,
            day_cap numeric)
        cross join lateral quote_hold(q.id, q.client, q.holder, q.shared, q.cap, q.pool,
            q.sell_asset, q.buy_asset, q.side, q.sell_amount, q.buy_amount, q.fee,
            q.fee_asset, q.fee_name, q.price, q.method, q.country, q.lifetime,
            from_us(q.asked_us), q.version, q.day_cap) h;
end
$$;
