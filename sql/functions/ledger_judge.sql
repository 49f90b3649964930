-- ledger_judge - whose was the money that came in a while ago?
-- In:     how many at most; how long the platform may take to show a payment, in
--         milliseconds.
--         What came with 0 is an account that was merged into ours.
-- Out:    a row for each that is nobody's: the case that was opened.
-- Holds:  what a payment has taken, and what the platform shows among a payment's
--         transactions (the watcher verifies that), is no case; what the platform is
--         being told of waits for its answer.
-- Errors: none.
-- Writes: ledger_operation (rows go), case: one for an operation, however often it is
--         read, and whoever has found it first.
create or replace function windlass.ledger_judge(p_most integer, p_ms bigint)
returns table (kind text, tx_id text, operation text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t   timestamptz := clock_now();
    o   ledger_operation;
    p   payment;
    why text;
begin
    for o in select * from ledger_operation x
            where x.read_at < t - p_ms * interval '1 millisecond'
                and not exists (select from report r
                    where r.tx_id = payment_of_memo(x.memo) and r.state = 'open'
                        and r.method = 'notify_onchain_funds_received'
                        and r.params ->> 'stellar_transaction_id' = x.stellar_tx_hash)
            order by x.read_at limit p_most for update skip locked loop
        delete from ledger_operation x
            where x.stellar_tx_hash = o.stellar_tx_hash and x.operation_id = o.operation_id;
        continue when exists (select from funding f
            where f.stellar_tx_hash = o.stellar_tx_hash and f.operation_id = o.operation_id);
        select * into p from payment q where q.tx_id = payment_of_memo(o.memo);
        continue when p.tx_id is not null and p.snapshot -> 'stellar_transactions'
            @> jsonb_build_array(jsonb_build_object('id', o.stellar_tx_hash));
        kind := case
            when o.amount = 0 then 'money_merged'
            when o.memo = '?' then 'money_unread'
            when p.tx_id is null and o.memo = '' then 'money_without_memo'
            when p.tx_id is null then 'money_unknown_memo'
            when p.asset <> '' and p.asset <> 'stellar:' || o.asset then 'money_other_asset'
            when o.is_too_fine then 'money_too_fine'
            when exists (select from funding f where f.tx_id = p.tx_id) then 'money_second'
            when p.state in ('done', 'closed') or o.ledger_at > p.pay_by + interval '300 seconds'
                then 'money_late'
            else 'money_unmatched' end;
        why := case kind
            when 'money_merged' then 'an account was merged into ours, the effects of it tell how much came'
            when 'money_unread' then 'its memo is too long, or its transaction too large to be read'
            when 'money_without_memo' then 'it came without a memo'
            when 'money_unknown_memo' then 'its memo is of no payment of ours'
            when 'money_other_asset' then 'it is in another asset than was asked for'
            when 'money_too_fine' then 'it has more decimals than its asset, which the platform refuses'
            when 'money_second' then 'the payment was paid before'
            when 'money_late' then 'it came after its time'
            else 'the platform has not matched it with its payment' end;
        tx_id := coalesce(p.tx_id, '');
        operation := o.operation_id;
        if case_open(kind, tx_id, operation, format('%s %s came in on the ledger, in transaction %s: %s',
                trim_scale(o.amount), o.asset, o.stellar_tx_hash, why)) then
            return next;
        end if;
    end loop;
end
$$;
