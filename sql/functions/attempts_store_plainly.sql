-- attempts_store_plainly - stores orders of payouts, all of a list that may be stored.
-- In:     as attempts_store().
-- Out:    which of them.  The others are as they were: each is its own matter.
-- Errors: any, if one of them cannot be: then nothing was done.
-- Writes: attempt, outflow.
create or replace function windlass.attempts_store_plainly(
    p_items jsonb, p_holder text, p_via text)
returns text[]
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    h    money_hold;
    held text[] := outflows_locked(p_items);
    mine text[];
    t    timestamptz := windlass.now();
begin
    select * into h from money_hold;
    if h.is_on then
        return '{}';
    end if;
    mine := array(select q.tx_id from payment q join outflow o on o.tx_id = q.tx_id
        where q.tx_id = any (held) and q.state = 'out' and o.state = 'ready' and o.way = 'payout'
            and not exists (select from report r where r.tx_id = q.tx_id and r.state = 'open')
            and not exists (select from second_person s
                where s.currency = q.currency and q.payout > s.above));
    insert into attempt (tx_id, n, rail, idem_key, reference, amount, currency, fee, fee_asset, body,
            epoch, stored_by, stored_at, via)
        select i.tx_id, i.n, 'payout', i.tx_id || ':' || i.n, i.tx_id || ':' || i.n, q.payout,
                q.currency, 0, '', decode(i.body, 'hex'), h.epoch, p_holder, t, p_via
            from jsonb_to_recordset(p_items) as i(tx_id text, n integer, body text)
            join payment q on q.tx_id = i.tx_id
            where i.tx_id = any (mine);
    perform outflows_move(mine, 'sending');
    return mine;
end
$$;
