-- ledger_report - the platform is told of money that it should have seen, and lost.
-- In:     how long the platform may take to show a payment, in milliseconds.
-- Out:    a row for each payment that it is told of.
-- Holds:  only what carries our memo, came in our asset to the account that was
--         asked for, all of one transaction; once a payment, whatever becomes of it.
-- Errors: none.
-- Writes: report, payment (no claim on it holds any more), wake.
create or replace function windlass.ledger_report(p_ms bigint)
returns table (tx_id text, stellar_tx_hash text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t timestamptz := clock_now();
    o record;
    p payment;
begin
    for o in select x.stellar_tx_hash as hash, x.memo, x.account, x.asset, sum(x.amount) as amount,
                bool_or(x.is_too_fine) as is_too_fine
            from ledger_operation x
            where x.memo <> '' and x.read_at < t - p_ms * interval '1 millisecond'
                and not exists (select from funding f
                    where f.stellar_tx_hash = x.stellar_tx_hash and f.operation_id = x.operation_id)
            group by 1, 2, 3, 4 order by min(x.ledger_at), 1 loop
        select * into p from payment q where q.tx_id = payment_of_memo(o.memo)
                and q.status = 'pending_sender' and not q.is_paid
                and (q.state = 'asked'
                    or q.state = 'held' and split_part(q.reason, ':', 1) in ('not_paid', 'unreported'))
            for update;
        continue when not found or o.is_too_fine or o.amount = 0
            or p.asset <> 'stellar:' || o.asset or p.destination <> o.account
            or exists (select from report r where r.tx_id = p.tx_id and (r.state = 'open'
                or r.method = 'notify_onchain_funds_received'));
        perform report_add(p.tx_id, 'notify_onchain_funds_received', jsonb_build_object(
            'stellar_transaction_id', o.hash,
            'amount_in', jsonb_build_object('amount', trim_scale(o.amount)::text)), 'pending_receiver');
        update payment q
            set claim_token = token_next(q.claim_token), claimed_by = '', claimed_until = '-infinity',
                nudged = q.nudged + 1, next_at = t
            where q.tx_id = p.tx_id;
        tx_id := p.tx_id;
        stellar_tx_hash := o.hash;
        return next;
    end loop;
    if tx_id is not null then
        perform wake();
    end if;
end
$$;
