-- customer_tell - notes for the watcher that a customer's status has changed.
-- In:     customer, its version, the types whose status changed (JSON array).
-- Out:    nothing.
-- Errors: none.
-- Writes: customer_notice for each payment of theirs, not paid out yet, in which
--         they stand as one of these types; wakes the watcher.
create or replace function windlass.customer_tell(
    who uuid, at_version bigint, moved jsonb) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into customer_notice as n (tx_id, customer, type, version)
        select p.tx_id, who, p.type, at_version
        from windlass.customer_open_payments(who) as p
        where moved ? p.type
        order by p.tx_id, p.type -- locks them as watcher_tick() does
        on conflict (tx_id, customer, type) do update
            set version = excluded.version, state = 'open', next_at = windlass.now(), tries = 0;
    if found then
        perform windlass.wake();
    end if;
end
$$;
