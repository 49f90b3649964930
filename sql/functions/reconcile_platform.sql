-- reconcile_platform - what of our books differs from the platform's records.
-- In:     the comparison, and from when on our books are compared.
-- Out:    one row per difference.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.reconcile_platform(p_run bigint, p_since timestamptz)
returns table (kind text, tx_id text, subject text, ours text, theirs text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
    with seen as (
        select r.tx_id, r.status, r.is_paid, r.started_us, r.amount_in, r.amount_out,
                p.state, p.payout, p.gated_at, o.way, o.state as outflow,
                p.tx_id is not null as is_ours
            from reconcile_record r
            left join payment p on p.tx_id = r.tx_id
            left join outflow o on o.tx_id = r.tx_id
            where r.run = p_run
    ), funded as (
        select f.tx_id, sum(f.amount) as amount from funding f group by f.tx_id
    )
    select 'record_unreadable', s.tx_id, '', coalesce(s.state, ''), '' from seen s
        where s.status = ''
    union all
    select 'completed_without_outflow', s.tx_id, '',
            case when not s.is_ours then 'unknown' when s.outflow is null then s.state
                else s.way || ' ' || s.outflow end, s.status
        from seen s where s.status = 'completed'
            and (s.way = 'payout' and s.outflow in ('settled', 'done')) is not true
            and not exists (select from attempt a where a.tx_id = s.tx_id
                and a.rail = 'payout' and a.outcome = 'settled')
    union all
    select 'refunded_without_outflow', s.tx_id, '',
            case when not s.is_ours then 'unknown' when s.outflow is null then s.state
                else s.way || ' ' || s.outflow end, s.status
        from seen s where s.status = 'refunded' and s.way is distinct from 'refund'
    union all
    select 'done_but_open', s.tx_id, '', s.way || ' done', s.status
        from seen s where s.outflow = 'done' and s.status <> ''
            and s.status <> case s.way when 'refund' then 'refunded' else 'completed' end
    union all
    -- A watcher that runs has it within seconds.
    select 'record_unseen', s.tx_id, '', 'unknown', s.status
        from seen s where not s.is_ours
            and s.status not in ('', 'completed', 'refunded', 'expired')
            and (s.status <> 'error' or s.is_paid)
            and s.started_us < us(clock_now() - interval '10 minutes')
    union all
    select 'amount_in', s.tx_id, '', trim_scale(f.amount)::text,
            coalesce(trim_scale(s.amount_in)::text, 'none')
        from seen s join funded f on f.tx_id = s.tx_id
        where s.status <> '' and s.amount_in is distinct from f.amount
    union all
    select 'amount_out', s.tx_id, '', trim_scale(s.payout)::text,
            coalesce(trim_scale(s.amount_out)::text, 'none')
        from seen s where s.status <> '' and s.way = 'payout'
            and s.amount_out is distinct from s.payout
    union all
    select 'record_missing', p.tx_id, '', p.state, 'unknown'
        from payment p
        where p.gated_at > '-infinity' and p.state <> 'closed' and p.made_at >= p_since
            and coalesce((p.snapshot ->> 'started_at')::timestamptz, p.made_at) >= p_since
            and not exists (select from reconcile_record r
                where r.run = p_run and r.tx_id = p.tx_id);
end
$$;
