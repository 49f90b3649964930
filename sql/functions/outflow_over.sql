-- outflow_over - a person has dealt outside with a payout that came back after its
--                record was completed: nothing is left of the payment.
-- In:     the payment.
-- Out:    whether it was so: it is still in review for that, and no order is alive.
-- Errors: constraints.
-- Writes: payment, outflow, and what quote_release() writes.
create or replace function windlass.outflow_over(p_tx text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p payment;
    o outflow;
begin
    select * into p from payment q where q.tx_id = p_tx for update;
    select * into o from outflow x where x.tx_id = p_tx for update;
    if p.state is distinct from 'review' or not o.told
            or p.reason not like 'returned_after_completion:%'
            or exists (select from attempt a where a.tx_id = p_tx
                and a.outcome not in ('refused', 'returned')) then
        return false;
    end if;
    if o.state <> 'review' then
        perform outflow_move(p_tx, 'review', 'outside');
    end if;
    perform outflow_move(p_tx, 'done', 'outside');
    perform quote_release(nullif(p.quote_id, '')::uuid, p_tx);
    update payment q set state = 'done', reason = '', claim_token = token_next(q.claim_token),
        claimed_by = '', claimed_until = '-infinity' where q.tx_id = p_tx;
    return true;
end
$$;
