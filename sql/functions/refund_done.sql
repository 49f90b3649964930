-- refund_done - the money is back and the platform shows it: the room that its quote
--               held in the pool is free.
-- In:     the payment, whose row and outflow the caller has locked.
-- Errors: WL020 the outflow is not settled; WL024 its quote paid somebody.
-- Writes: outflow, payment, and what quote_release() writes.
create or replace function windlass.refund_done(p_tx text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    quote text;
    stands text;
begin
    perform outflow_move(p_tx, 'done', '');
    select q.quote_id into quote from payment q where q.tx_id = p_tx;
    if quote <> '' then
        stands := quote_release(quote::uuid, p_tx);
        if stands <> 'ok' then
            raise exception 'refund %: its quote is %', p_tx, stands using errcode = 'WL024';
        end if;
    end if;
    update payment q set state = 'done', reason = '' where q.tx_id = p_tx;
end
$$;
