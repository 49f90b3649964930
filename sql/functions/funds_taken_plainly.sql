-- funds_taken_plainly - the money for payments is there, to be paid out: for all of a
--                       list of which that is so.
-- In:     as all_funds_taken().
-- Out:    which of them.  The others are as they were: each is its own matter.
-- Errors: any, if one of them cannot be: then nothing was done.
-- Writes: as funds_taken().
create or replace function windlass.funds_taken_plainly(p_items jsonb) returns text[]
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    held text[];
    mine text[];
    t    timestamptz := windlass.now();
begin
    -- See funds_taken().
    perform set_config('synchronous_commit', 'off', true);
    held := payments_locked(p_items);
    mine := array(select p.tx_id from payment p where p.tx_id = any (held) and p.state = 'asked'
        and p.gated_at > '-infinity' and p.refund_why = ''
        and not exists (select from outflow o where o.tx_id = p.tx_id) order by p.tx_id);
    if cardinality(mine) = 0 then
        return mine;
    end if;
    insert into funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account,
            ledger_at, taken_at)
        select o.hash, o.id, i.tx_id, o.amount, o.asset, o."from", from_us(o.at_us), t
        from jsonb_to_recordset(p_items) as i(tx_id text, operations jsonb)
        cross join lateral jsonb_to_recordset(i.operations)
            as o(hash text, id text, amount numeric, asset text, "from" text, at_us bigint)
        where i.tx_id = any (mine);
    -- Whatever the program reckoned.
    if (select count(*) from jsonb_to_recordset(p_items)
                as i(tx_id text, least numeric, most numeric)
            join payment p on p.tx_id = i.tx_id
            join lateral (select sum(f.amount) as amount, bool_and(f.asset = p.asset) as is_ours
                from funding f where f.tx_id = p.tx_id) came on came.is_ours
            where i.tx_id = any (mine) and came.amount
                between greatest(coalesce(i.least, p.expected), p.expected * 0.9)
                and coalesce(i.most, p.expected)) <> cardinality(mine) then
        raise exception 'the operations are not what was asked for' using errcode = 'WL023';
    end if;
    insert into outflow (tx_id, way, state, sealed_key, made_at, moved_at)
        select i.tx_id, 'payout', 'ready', decode(i.sealed_key, 'hex'), t, t
        from jsonb_to_recordset(p_items) as i(tx_id text, sealed_key text)
        where i.tx_id = any (mine);
    update payment p set state = 'out', reason = '' where p.tx_id = any (mine);
    perform windlass.case_open('paid_over', x.tx_id, '', format(
            'it is paid out; %s more came in than was asked for, and stays here',
            trim_scale(x.over)))
        from (select p.tx_id, sum(f.amount) - p.expected as over
                from payment p join funding f on f.tx_id = p.tx_id
                where p.tx_id = any (mine) group by p.tx_id) x
        where x.over > 0;
    return mine;
end
$$;
