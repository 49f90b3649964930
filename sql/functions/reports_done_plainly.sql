-- reports_done_plainly - the platform has been told where the money of a payout is,
--                        for all of a list of which that is so.
-- In:     as reports_done().
-- Out:    which of them; those of them that are over with it, and whose claims are
--         given back: nothing is due of them until there is news.  The others are as
--         they were: each is its own matter.
-- Errors: any, if one of them cannot be: then nothing was done.
-- Writes: report, payment, outflow.
create or replace function windlass.reports_done_plainly(
    p_items jsonb, out told text[], out over text[])
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    t     timestamptz := clock_now();
    plain jsonb;
    mine  text[];
    ended text[];
begin
    told := '{}';
    over := '{}';
    select jsonb_agg(e) into plain from jsonb_array_elements(p_items) e
        where jsonb_typeof(e -> 'record') = 'object' and e -> 'dropped' is null;
    if plain is null then
        return;
    end if;
    mine := payments_locked(plain);
    with done as (
        update report r set state = 'done', ended_at = now(), doubt = false, last_error = ''
            from jsonb_to_recordset(plain) as i(tx_id text, seq integer)
                join payment q on q.tx_id = i.tx_id and q.gated_at > '-infinity'
            where i.tx_id = any (mine) and r.tx_id = i.tx_id and r.seq = i.seq and r.state = 'open'
                and r.method in ('notify_offchain_funds_pending', 'notify_offchain_funds_sent')
            returning r.tx_id, r.method
    )
    select coalesce(array_agg(d.tx_id), '{}'), coalesce(array_agg(d.tx_id)
                filter (where d.method = 'notify_offchain_funds_sent'), '{}')
            into told, ended
        from done d;
    with paid as (
        select o.tx_id from outflow o where o.tx_id = any (ended) and o.state = 'settled'
            and o.way = 'payout' order by o.tx_id for update
    )
    select coalesce(array_agg(x.tx_id), '{}') into ended from paid x;
    if cardinality(ended) > 0 then
        perform outflows_move(ended, 'done');
    end if;
    with moved as (
        update payment p
            set status = case when i.is_later then i.status else p.status end,
                updated_at = case when i.is_later then i.updated_at else p.updated_at end,
                is_paid = case when i.is_later then i.is_paid else p.is_paid end,
                named_quote = case when i.is_later then i.named_quote else p.named_quote end,
                snapshot = case when i.is_later then i.snapshot else p.snapshot end,
                seen_at = case when i.is_later and p.seen_at < t - interval '2 minutes' then t
                    else p.seen_at end,
                nudged = p.nudged + i.is_later::integer,
                state = case when i.is_ended then 'done' else p.state end,
                reason = case when i.is_ended then '' else p.reason end,
                claimed_by = case when i.is_over then '' else p.claimed_by end,
                claimed_until = case when i.is_over then '-infinity' else p.claimed_until end,
                next_at = case when i.is_over then 'infinity' when i.is_later then least(p.next_at, t)
                    else p.next_at end
            from (select r.*, from_us(r.updated_us) as updated_at,
                        q.updated_at < from_us(r.updated_us) as is_later,
                        e.tx_id = any (ended) as is_ended,
                        e.tx_id = any (ended) and q.nudged = e.nudged and r.status = 'completed'
                            and q.updated_at < from_us(r.updated_us)
                            and not exists (select from attempt a where a.tx_id = e.tx_id
                                and a.doubted_at > '-infinity') as is_over
                    from jsonb_to_recordset(plain) as e(tx_id text, nudged bigint, record jsonb)
                    join payment q on q.tx_id = e.tx_id
                    cross join lateral jsonb_populate_record(null::payment_record, e.record) r
                    where e.tx_id = any (told)) i
            where p.tx_id = i.tx_id
            returning p.tx_id, i.is_over
    )
    select coalesce(array_agg(m.tx_id) filter (where m.is_over), '{}') into over from moved m;
end
$$;
