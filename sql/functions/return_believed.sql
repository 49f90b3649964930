-- return_believed - the rail has said twice that an order came back: no money of it
--                   is with the beneficiary.
-- In:     transaction and attempt, whose locks the caller holds.
-- Errors: WL020, WL021 out of place; WL024 the quote is not this payment's; WL026
--         it was not said 30 s ago, or a report about the money may still land.
-- Writes: attempt, outflow, report (open ones about the money are dropped), and,
--         if it had settled, what quote_return() writes.  With the record completed,
--         or all of it done, its key perhaps ended, a person decides: payment,
--         case, too.
create or replace function windlass.return_believed(p_tx text, p_n integer) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t      timestamptz := clock_now();
    before attempt;
    p      payment;
    answer text;
    says   text;
begin
    select * into before from attempt a where a.tx_id = p_tx and a.n = p_n;
    select * into p from payment q where q.tx_id = p_tx;
    if before.doubted_at = '-infinity' or before.doubted_at > t - interval '30 seconds'
            or exists (select from report r where r.tx_id = p_tx and r.state = 'open'
                and (r.doubt or r.last_sent > t - interval '60 seconds')) then
        raise exception 'attempt %: its return cannot be believed yet', before.reference
            using errcode = 'WL026';
    end if;
    -- Of an order that is lost nobody knows what would have to be corrected.
    update attempt a set outcome = 'returned', is_fixable = a.is_fixable and a.body is not null
        where a.tx_id = p_tx and a.n = p_n;
    -- Before it settled nothing has left the pool.
    if before.stored_by = 'reconcile' and not exists (select from quote_use u
            where u.tx_id = p_tx and u.ended in ('live', 'settled')) then
        -- It had left by a movement, and comes back by one.
        perform pool_load(jsonb_agg(jsonb_build_object('reference', 'returned ' || m.reference,
                'pool', m.pool, 'amount', -m.amount)))
            from movement m where m.reference = 'adopted ' || before.reference having count(*) > 0;
    elsif before.outcome = 'settled' then
        answer := quote_return(p.quote_id::uuid, p_tx);
        if answer <> 'ok' then
            raise exception 'payment %: its quote is %', p_tx, answer using errcode = 'WL024';
        end if;
    end if;
    update report r set state = 'dropped', ended_at = now(), last_error = 'returned'
        where r.tx_id = p_tx and r.state = 'open'
            and r.method in ('notify_offchain_funds_pending', 'notify_offchain_funds_sent');
    if p.status <> 'completed' and exists (select from outflow o
            where o.tx_id = p_tx and o.state <> 'done') then
        perform outflow_move(p_tx, 'failed', before.refusal);
        return;
    end if;
    says := 'the bank returned the payout (' || before.refusal
        || ') after the platform was told that it is paid out';
    update outflow o set told = true where o.tx_id = p_tx;
    perform outflow_move(p_tx, 'review', 'returned_after_completion');
    update payment q set state = 'review', reason = 'returned_after_completion: ' || says
        where q.tx_id = p_tx;
    perform case_again('returned_after_completion', p_tx, says);
end
$$;
