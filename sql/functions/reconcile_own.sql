-- reconcile_own - what of our books differs from themselves.
-- In:     nothing.
-- Out:    one row per difference.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.reconcile_own()
returns table (kind text, tx_id text, subject text, ours text, theirs text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
    select 'pool_books', '', v.subject, string_agg(v.fault, '; ' order by v.fault), ''
        from pool_verify() v group by v.subject
    union all
    select 'payout_without_money', o.tx_id, '', o.way || ' ' || o.state, ''
        from outflow o
        where exists (select from attempt a where a.tx_id = o.tx_id and a.sends > 0)
            and not exists (select from funding f where f.tx_id = o.tx_id)
    union all
    select 'pool_quote', o.tx_id, '', o.way || ' ' || o.state,
            'its quote is ' || coalesce(u.ended, 'not bound')
        from outflow o left join quote_use u on u.tx_id = o.tx_id
        where o.way = 'payout' and o.state in ('settled', 'done')
                and u.ended is distinct from 'settled'
                -- What was adopted without its quote left the pool by a movement.
                and not exists (select from attempt a
                    where a.tx_id = o.tx_id and a.stored_by = 'reconcile')
            or u.ended = 'settled' and o.state in ('ready', 'sending', 'accepted', 'refused')
    union all
    select 'payout_promise', a.tx_id, a.reference, trim_scale(p.payout) || ' ' || p.currency,
            trim_scale(a.amount) || ' ' || a.currency
        from attempt a join payment p on p.tx_id = a.tx_id
        where a.rail = 'payout' and (a.amount, a.currency) <> (p.payout, p.currency);
end
$$;
