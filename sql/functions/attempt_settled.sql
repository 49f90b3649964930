-- attempt_settled - the beneficiary has the money: it leaves the pool, and the
--                   platform is to be told.
-- In:     transaction and attempt, whose locks the caller holds.
-- Errors: WL020, WL021 out of place; WL024 the quote is not this payment's.
-- Writes: attempt, outflow, report, payment, and what quote_settle() writes.
create or replace function windlass.attempt_settled(p_tx text, p_n integer) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    answer text;
    a      attempt;
begin
    update attempt x set outcome = 'settled' where x.tx_id = p_tx and x.n = p_n returning * into a;
    perform outflow_move(p_tx, 'settled', '');
    select quote_settle(q.quote_id::uuid, p_tx) into answer from payment q where q.tx_id = p_tx;
    if answer <> 'ok' then
        raise exception 'payment %: its quote is %', p_tx, answer using errcode = 'WL024';
    end if;
    perform report_add(p_tx, 'notify_offchain_funds_sent',
        jsonb_build_object('external_transaction_id', a.bank_id), 'completed');
end
$$;
