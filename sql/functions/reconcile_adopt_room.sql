-- reconcile_adopt_room - what an adopted order took leaves its pool, and its quote
--         is used.
-- In:     the payment and the order; whether it is settled; the quote that the
--         payment was bound to, or the record names, or ''.
-- Holds:  a quote that is bound still has the room; what was lost with its quote
--         leaves the pool by a movement, or, if there is not as much free, by a
--         person's.
-- Errors: constraints.
-- Writes: quote_use, pool_entry, pool_row, hold, movement, case.
create or replace function windlass.reconcile_adopt_room(p_tx text, p_reference text,
    p_amount numeric, p_currency text, p_settled boolean, p_quote text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    u quote_use;
    q uuid;
begin
    select * into u from quote_use x where x.tx_id = p_tx;
    if u.ended = 'live' then
        if p_settled then
            perform quote_settle(u.quote_id, p_tx);
        end if;
        return;
    elsif u.ended = 'settled' then
        return;
    end if;
    select x.id into q from quote x where x.id::text = lower(p_quote);
    if u.quote_id is null and q is not null and quote_lock(q) then
        insert into quote_use (quote_id, tx_id, ended) values (q, p_tx, 'released')
            on conflict do nothing;
    end if;
    begin
        perform pool_load(jsonb_agg(jsonb_build_object(
                'reference', 'adopted ' || p_reference, 'pool', o.name, 'amount', -p_amount)))
            from pool o where o.asset = 'iso4217:' || p_currency having count(*) > 0;
    exception when sqlstate 'WL024' or sqlstate 'WL025' then
        perform case_again('adopted_pool', p_tx,
            'the pool has not as much free as the bank has paid for it: load a movement');
    end;
end
$$;
