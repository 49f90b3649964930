-- funds_taken - the money for a payment is there: each operation is used up, and
--               the outflow is ready.
-- In:     the claim; operations: array of {hash, id, amount, asset, from, at_us};
--         the wrapped key that everything about this outflow is sealed under.
-- Out:    ok | gone | operation_used (by another payment) | old_key (wrapped by a
--         wrapping key that counts no more).
-- Errors: constraints.
-- Writes: funding, outflow, payment.
create or replace function windlass.funds_taken(
    p_tx text, p_token bigint, p_operations jsonb, p_sealed_key bytea) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    paid numeric;
begin
    if not payment_lock(p_tx, p_token)
            or exists (select from outflow o where o.tx_id = p_tx)
            or not exists (select from payment q where q.tx_id = p_tx
                and q.state in ('asked', 'held') and q.gated_at > '-infinity') then
        return 'gone';
    end if;
    if not key_counts(p_sealed_key) then
        return 'old_key';
    end if;
    begin
        insert into funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account,
                ledger_at)
            select i.hash, i.id, p_tx, i.amount, i.asset, i."from", from_us(i.at_us)
            from jsonb_to_recordset(p_operations)
                as i(hash text, id text, amount numeric, asset text, "from" text, at_us bigint);
    exception when unique_violation then
        return 'operation_used';
    end;
    -- Whatever the program reckoned: it is what was asked for, in its asset.
    select sum(f.amount) into paid from funding f, payment q
        where f.tx_id = p_tx and q.tx_id = p_tx and f.asset = q.asset;
    if paid is distinct from (select q.expected from payment q where q.tx_id = p_tx)
            or exists (select from funding f, payment q
                where f.tx_id = p_tx and q.tx_id = p_tx and f.asset <> q.asset) then
        raise exception 'payment %: the operations are not what was asked for', p_tx
            using errcode = 'WL023';
    end if;
    insert into outflow (tx_id, way, state, sealed_key) values (p_tx, 'payout', 'ready', p_sealed_key);
    update payment q set state = 'out', reason = '' where q.tx_id = p_tx;
    return 'ok';
end
$$;
