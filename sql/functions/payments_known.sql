-- payments_known - which records of a reading show nothing that is later than what is
--                  stored: most of them, in most readings.
-- In:     as payments_seen(); the time.
-- Out:    their transactions.
-- Errors: any, if a record is none: then nothing was done.
-- Writes: payment: that they were seen, every two minutes.
create or replace function windlass.payments_known(p_records jsonb, p_now timestamptz)
returns text[]
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    known  text[];
    unseen text[];
begin
    select coalesce(array_agg(q.tx_id), '{}'), coalesce(array_agg(q.tx_id) filter (
                where q.seen_at < p_now - interval '2 minutes'), '{}')
            into known, unseen
        from jsonb_to_recordset(p_records) as r(tx_id text, updated_us bigint)
        join payment q on q.tx_id = r.tx_id and q.updated_at >= from_us(r.updated_us);
    if cardinality(unseen) > 0 then
        perform from payment q where q.tx_id = any (unseen) order by q.tx_id for update;
        update payment q set seen_at = p_now where q.tx_id = any (unseen);
    end if;
    return known;
end
$$;
