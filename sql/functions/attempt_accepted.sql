-- attempt_accepted - the rail has the order; of a payout the platform is to be told,
--                    unless it has the payment as completed.
-- In:     transaction and attempt, whose locks the caller holds; the rail's id;
--         whether it is news: no, where it has settled already.
-- Errors: WL020, WL021 out of place; 23505 the rail's id is another attempt's.
-- Writes: attempt, outflow, report, payment.
create or replace function windlass.attempt_accepted(
    p_tx text, p_n integer, p_bank_id text, p_is_news boolean)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    rail text;
begin
    update attempt a set outcome = 'accepted', bank_id = p_bank_id, looks = 0, refusal = '',
            is_fixable = false, field = '', next_at = '-infinity'
        where a.tx_id = p_tx and a.n = p_n returning a.rail into rail;
    perform outflow_move(p_tx, 'accepted', '');
    if p_is_news and rail = 'payout' and not exists (select from outflow o where o.tx_id = p_tx and o.told) then
        perform report_add(p_tx, 'notify_offchain_funds_pending',
            jsonb_build_object('external_transaction_id', p_bank_id), 'pending_external');
    end if;
end
$$;
