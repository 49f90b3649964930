-- attempts_looked - looks by which nothing has moved: empty | looked | seen, see
--                   attempts_moved().
-- In:     its items; those of them whose locks the caller holds.
-- Errors: none.
-- Writes: attempt.
create or replace function windlass.attempts_looked(p_items jsonb, p_txs text[]) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    update attempt a set looks = a.looks + 1, next_at = from_us(i.next_us),
            empties = case i.what when 'empty' then a.empties + 1 when 'seen' then 0
                else a.empties end,
            emptied_at = case i.what when 'empty' then clock_now() else a.emptied_at end,
            doubted_at = case i.what when 'seen' then '-infinity' else a.doubted_at end,
            refusal = case i.what when 'seen' then '' else a.refusal end,
            is_fixable = i.what <> 'seen' and a.is_fixable,
            field = case i.what when 'seen' then '' else a.field end
        from jsonb_to_recordset(p_items) as i(tx_id text, n integer, what text, next_us bigint)
        where i.what in ('empty', 'looked', 'seen') and i.tx_id = any (p_txs)
            and a.tx_id = i.tx_id and a.n = i.n;
end
$$;
