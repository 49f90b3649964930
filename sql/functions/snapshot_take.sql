-- snapshot_take - stores a record of the platform that is later than ours, for a
--                 payment whose row the caller has locked.
-- In:     as an element of payments_seen().
-- Out:    whether it was later.
-- Errors: constraints.
-- Writes: payment: the record's columns; who and by what means only before the
--         gate has fixed them.
create or replace function windlass.snapshot_take(p_record jsonb) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    r payment_record;
    t timestamptz := clock_now();
begin
    r := jsonb_populate_record(null::payment_record, p_record);
    update payment p
        set status = r.status, updated_at = from_us(r.updated_us), is_paid = r.is_paid,
            named_quote = r.named_quote, snapshot = r.snapshot,
            -- An index has it: as seldom as payments_seen() sets it.
            seen_at = case when p.seen_at < t - interval '2 minutes' then t else p.seen_at end,
            nudged = p.nudged + 1, next_at = least(p.next_at, t),
            sender = case when p.gated_at = '-infinity' then r.sender else p.sender end,
            receiver = case when p.gated_at = '-infinity' then r.receiver else p.receiver end,
            method = case when p.gated_at = '-infinity' then r.method else p.method end,
            currency = case when p.gated_at = '-infinity' then r.currency else p.currency end
        where p.tx_id = r.tx_id and p.updated_at < from_us(r.updated_us);
    return found;
end
$$;
