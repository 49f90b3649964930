-- attempt_settled - the money has arrived, and the platform is to be told; where it
--                   has been before, that is all.  That of a payout leaves the pool;
--                   the pool's room for one that is refunded stays taken until the
--                   platform shows it.
-- In:     transaction and attempt, whose locks the caller holds; of a refund its
--         transaction on the ledger.
-- Errors: WL020, WL021 out of place; WL024 the quote is not this payment's; 23514 a
--         refund without a hash.
-- Writes: attempt, outflow, report, payment, and what quote_settle() writes.
create or replace function windlass.attempt_settled(p_tx text, p_n integer, p_hash text)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    answer text;
    a      attempt;
begin
    update attempt x set outcome = 'settled', hash = case x.rail when 'treasury' then p_hash else '' end,
            doubted_at = '-infinity', refusal = '', is_fixable = false, field = ''
        where x.tx_id = p_tx and x.n = p_n returning * into a;
    perform outflow_move(p_tx, 'settled', '');
    if a.rail = 'treasury' then
        perform report_add(p_tx, 'notify_refund_sent', jsonb_build_object('refund', jsonb_build_object(
            'id', a.hash,
            'amount', jsonb_build_object('amount', trim_scale(a.amount)::text, 'asset', a.currency),
            'amount_fee', jsonb_build_object('amount', trim_scale(a.fee)::text, 'asset', a.fee_asset))),
            'refunded');
        return;
    end if;
    -- What was adopted without its quote left the pool by a movement.
    if a.stored_by <> 'reconcile' or exists (select from quote_use u
            where u.tx_id = p_tx and u.ended in ('live', 'settled')) then
        select quote_settle(q.quote_id::uuid, p_tx) into answer from payment q where q.tx_id = p_tx;
    end if;
    if answer <> 'ok' then
        raise exception 'payment %: its quote is %', p_tx, answer using errcode = 'WL024';
    end if;
    if exists (select from outflow o where o.tx_id = p_tx and o.told) then
        perform outflow_move(p_tx, 'done', '');
        update payment q set state = 'done', reason = '' where q.tx_id = p_tx;
        return;
    end if;
    perform report_add(p_tx, 'notify_offchain_funds_sent',
        jsonb_build_object('external_transaction_id', a.bank_id), 'completed');
end
$$;
