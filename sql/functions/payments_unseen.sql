-- payments_unseen - payments held open by us that no reading has shown of late.
-- In:     how many at most.
-- Out:    transactions, the longest unseen first; each is given at most once a
--         minute.
-- Errors: none.
-- Writes: payment: when it was last looked for.
create or replace function windlass.payments_unseen(p_most integer) returns table (tx_id text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
begin
    return query
        update payment as p set seen_at = t - interval '9 minutes'
            where p.tx_id in (select q.tx_id from payment as q
                where q.state in ('new', 'asked', 'out', 'held', 'review')
                    and q.seen_at < t - interval '10 minutes'
                order by q.seen_at limit p_most for update skip locked)
            returning p.tx_id;
end
$$;
