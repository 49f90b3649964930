-- funds_taken - the money for a payment is there: each operation is used up, and
--               the outflow is ready, to the beneficiary or back.
-- In:     the claim; operations: array of {hash, id, amount, asset, from, at_us};
--         the wrapped key that everything about this outflow is sealed under; the
--         least and the most that the book takes for what was asked for (not said:
--         that sum; never less than nine tenths of it).
-- Out:    ok | gone | operation_used (by another payment) | old_key (wrapped by a
--         wrapping key that counts no more).
-- Holds:  for a payout they are what is taken for what was asked for, in its asset; for a refund what
--         the record says that came in, in one asset from one account.
-- Errors: WL023 they are not; constraints.
-- Writes: funding, outflow, payment; case: more is paid out for than was asked for.
create or replace function windlass.funds_taken(
    p_tx text, p_token bigint, p_operations jsonb, p_sealed_key bytea,
    p_least numeric default null, p_most numeric default null) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p      payment;
    wanted record;
    came   record;
begin
    -- The disk is waited for when the order is stored, and with that for all that
    -- was committed before; until then nothing has left that hangs on this.
    perform set_config('synchronous_commit', 'off', true);
    if not payment_lock(p_tx, p_token) or exists (select from outflow o where o.tx_id = p_tx) then
        return 'gone';
    end if;
    select * into p from payment q where q.tx_id = p_tx;
    if p.state not in ('asked', 'held') or p.gated_at = '-infinity' and p.refund_why = ''
            or p.refund_why <> '' and p.state <> 'held' then
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
    -- Whatever the program reckoned.
    if p.refund_why = '' then
        select greatest(coalesce(p_least, p.expected), p.expected * 0.9) as least,
            coalesce(p_most, p.expected) as most, p.asset as asset into wanted;
    else
        select (p.snapshot #>> '{amount_in,amount}')::numeric as least,
            (p.snapshot #>> '{amount_in,amount}')::numeric as most,
            p.snapshot #>> '{amount_in,asset}' as asset into wanted;
    end if;
    select sum(f.amount) as amount, count(*) filter (where f.asset <> wanted.asset) as foreign,
            count(distinct f.source_account) as sources into came from funding f where f.tx_id = p_tx;
    if (came.amount between wanted.least and wanted.most) is not true or came.foreign > 0
            or p.refund_why <> '' and came.sources <> 1 then
        raise exception 'payment %: the operations are not what was asked for', p_tx
            using errcode = 'WL023';
    end if;
    insert into outflow (tx_id, way, state, sealed_key)
        values (p_tx, case p.refund_why when '' then 'payout' else 'refund' end, 'ready', p_sealed_key);
    update payment q set state = 'out', reason = '' where q.tx_id = p_tx;
    if p.refund_why = '' and came.amount > p.expected then
        perform windlass.case_open('paid_over', p_tx, '', format(
            'it is paid out; %s more came in than was asked for, and stays here',
            trim_scale(came.amount - p.expected)));
    end if;
    return 'ok';
end
$$;
