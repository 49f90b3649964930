-- attempts_moved_plainly - what most attempts become, for all of a list that do: a
--                          payout that was accepted, then settled, or only looked at.
-- In:     as attempts_moved().
-- Out:    which of them.  The others are as they were: each is its own matter.
-- Errors: any, if one of them cannot become that: then nothing was done.
-- Writes: attempt, outflow, report, and what quotes_settle() writes.
create or replace function windlass.attempts_moved_plainly(p_items jsonb) returns text[]
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    plain    jsonb;
    mine     text[];
    looked   text[];
    accepted text[];
    settled  text[];
    banks    text[];
begin
    select jsonb_agg(e), array_agg(e ->> 'tx_id') filter (where e ->> 'what' in
                ('empty', 'looked', 'seen'))
            into plain, looked
        from jsonb_array_elements(p_items) e
        where e ->> 'what' in ('accepted', 'settled', 'empty', 'looked', 'seen')
            and jsonb_typeof(e -> 'record') is distinct from 'object'
        having count(*) = count(distinct e ->> 'tx_id');
    if plain is null then
        return '{}';
    end if;
    mine := outflows_locked(plain);
    looked := array(select x from unnest(looked) x where x = any (mine));
    if cardinality(looked) > 0 then
        perform attempts_looked(plain, looked);
    end if;
    with now_accepted as (
        update attempt a set outcome = 'accepted', bank_id = i.bank_id, looks = 0, refusal = '',
                is_fixable = false, field = '', next_at = '-infinity'
            from jsonb_to_recordset(plain) as i(tx_id text, n integer, what text, bank_id text)
                join outflow o on o.tx_id = i.tx_id and o.way = 'payout' and not o.told
            where i.what = 'accepted' and i.tx_id = any (mine)
                and a.tx_id = i.tx_id and a.n = i.n and a.rail = 'payout'
            returning a.tx_id, a.bank_id
    )
    select coalesce(array_agg(x.tx_id), '{}'), array_agg(x.bank_id) into accepted, banks
        from now_accepted x;
    if cardinality(accepted) > 0 then
        perform outflows_move(accepted, 'accepted');
        perform reports_add(accepted, banks, 'notify_offchain_funds_pending', 'pending_external');
    end if;
    with now_settled as (
        update attempt a set outcome = 'settled', hash = '', doubted_at = '-infinity', refusal = '',
                is_fixable = false, field = ''
            from jsonb_to_recordset(plain) as i(tx_id text, n integer, what text)
                join outflow o on o.tx_id = i.tx_id and o.way = 'payout' and not o.told
            where i.what = 'settled' and i.tx_id = any (mine)
                and a.tx_id = i.tx_id and a.n = i.n and a.rail = 'payout'
                and a.stored_by <> 'reconcile'
            returning a.tx_id, a.bank_id
    )
    select coalesce(array_agg(x.tx_id), '{}'), array_agg(x.bank_id) into settled, banks
        from now_settled x;
    if cardinality(settled) > 0 then
        perform outflows_move(settled, 'settled');
        perform quotes_settle(settled);
        perform reports_add(settled, banks, 'notify_offchain_funds_sent', 'completed');
    end if;
    return looked || accepted || settled;
end
$$;
