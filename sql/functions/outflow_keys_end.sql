-- outflow_keys_end - destroys the keys of orders whose payments are over: what was
--                    sent to the bank cannot be read any more.
-- In:     how long after the last report, in milliseconds; how many at most.
-- Out:    how many were.
-- Holds:  none of a payment that is not done, has a report that is not, is said to
--         have come back, or whose sender or receiver is under a legal hold.
-- Errors: none.
-- Writes: outflow: the key only; audit.
create or replace function windlass.outflow_keys_end(p_after_ms bigint, p_most integer)
returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    before timestamptz := windlass.now() - p_after_ms * interval '1 millisecond';
    count  bigint;
begin
    with over as materialized (
        select o.tx_id
            from outflow o join payment p on p.tx_id = o.tx_id
            where o.state = 'done' and o.sealed_key is not null and o.moved_at <= before
                and not exists (select from report r where r.tx_id = o.tx_id
                    and (r.state in ('open', 'parked') or r.ended_at > before))
                and not exists (select from attempt a where a.tx_id = o.tx_id
                    and a.outcome = 'settled' and a.doubted_at > '-infinity')
                and not exists (select from legal_hold h
                    where h.customer::text in (lower(p.sender), lower(p.receiver)))
            order by o.moved_at limit p_most for update of o skip locked
    ), ended as (
        update outflow o set sealed_key = null from over where o.tx_id = over.tx_id
            returning o.tx_id
    )
    insert into audit (what, subject) select 'outflow_key_end', e.tx_id from ended e;
    get diagnostics count = row_count;
    return count;
end
$$;
