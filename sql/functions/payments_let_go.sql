-- payments_let_go - gives claims back and says when each payment is due again.
-- In:     array of {tx_id, token, nudged, next_us, reason}; reason null: as it is.
--         A payment that had news meanwhile is due at once.
-- Out:    nothing.
-- Errors: none.
-- Writes: payment.
create or replace function windlass.payments_let_go(p_items jsonb) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
begin
    perform from payment p where p.tx_id in (select e ->> 'tx_id' from jsonb_array_elements(p_items) e)
        order by p.tx_id for update;
    update payment p
        set claimed_by = '', claimed_until = '-infinity',
            next_at = case when p.nudged <> i.nudged then t
                when i.next_us = 9223372036854775807 then 'infinity' else from_us(i.next_us) end,
            reason = case when p.state in ('new', 'asked', 'out')
                then coalesce(i.reason, p.reason) else p.reason end
        from jsonb_to_recordset(p_items)
            as i(tx_id text, token bigint, nudged bigint, next_us bigint, reason text)
        where p.tx_id = i.tx_id and p.claim_token = i.token;
end
$$;
