-- quote_get - a quote of ours, for the gate.
-- In:     any text: a record may name what never was a quote of ours.
-- Out:    no row, or the quote; held: what its live parts hold now; tx_id and
--         ended: of its use, '' if it has none.
-- Units:  times in microseconds.
-- Errors: none.
create or replace function windlass.quote_get(p_quote text)
returns table (
    id text, client text, pool text, sell_asset text, buy_asset text, side text,
    sell_amount numeric, buy_amount numeric, fee numeric, fee_asset text, fee_name text,
    price text, method text, country text, book_version bigint, made_us bigint,
    expires_us bigint, held numeric, tx_id text, ended text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if p_quote !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then
        return;
    end if;
    return query
        select q.id::text, q.client, q.pool, q.sell_asset, q.buy_asset,
                q.side::text, q.sell_amount::numeric, q.buy_amount::numeric, q.fee::numeric,
                q.fee_asset, q.fee_name, q.price,
                q.method, q.country, q.book_version, us(q.made_at), us(q.expires_at),
                (select coalesce(sum(h.amount), 0) from hold h
                    where h.quote_id = q.id and h.until > now()),
                coalesce(u.tx_id, ''), coalesce(u.ended, '')
            from quote q left join quote_use u on u.quote_id = q.id
            where q.id = p_quote::uuid;
end
$$;
