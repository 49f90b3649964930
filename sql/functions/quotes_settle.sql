-- quotes_settle - as quote_settle(), for the quotes of many payments at once.
-- In:     payments whose quotes are bound, and live.
-- Errors: WL024 one of them is not; WL013 its parts are not its amount.  Then nothing
--         was done, and each is its own matter.
-- Writes: pool_row, hold, pool_entry, quote_use.
create or replace function windlass.quotes_settle(p_txs text[]) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    ids uuid[] := array(select p.quote_id::uuid from payment p where p.tx_id = any (p_txs));
begin
    perform from quote q where q.id = any (ids) order by q.id for update;
    perform from pool_row r
        where (r.pool, r.n) in (select h.pool, h.n from hold h where h.quote_id = any (ids))
        order by r.pool, r.n for update;
    -- Read only now: what was locked has waited for whoever changed it.
    if (select count(*) from payment p join quote_use u on u.quote_id = p.quote_id::uuid
            where p.tx_id = any (p_txs) and u.tx_id = p.tx_id and u.ended = 'live')
            <> cardinality(p_txs) then
        raise exception 'a quote is not live' using errcode = 'WL024';
    end if;
    if exists (select from quote q where q.id = any (ids) and q.buy_amount is distinct from
            (select sum(h.amount) from hold h where h.quote_id = q.id)) then
        raise exception 'a quote does not hold its amount' using errcode = 'WL013';
    end if;
    update pool_row r
        set held = r.held - h.amount, held_shared = r.held_shared - h.shared,
            total = r.total - h.amount
        from (select x.pool, x.n, sum(x.amount) as amount,
                    coalesce(sum(x.amount) filter (where x.shared), 0) as shared
                from hold x where x.quote_id = any (ids) group by x.pool, x.n) h
        where r.pool = h.pool and r.n = h.n;
    delete from hold h where h.quote_id = any (ids);
    insert into pool_entry (quote_id, turn, kind, pool, amount)
        select q.id, (select count(*) + 1 from pool_entry e where e.quote_id = q.id), 'settled',
                q.pool, q.buy_amount
            from quote q where q.id = any (ids);
    update quote_use u set ended = 'settled' where u.quote_id = any (ids);
end
$$;
