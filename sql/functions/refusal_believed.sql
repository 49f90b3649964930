-- refusal_believed - quarantine is over and two look-ups found nothing: no money
--                    left.  What follows for a payout is for whoever claims it next;
--                    a refund stands before a person.
-- In:     transaction and attempt, whose locks the caller holds.
-- Errors: WL020, WL021 out of place; WL025 fewer than two empty look-ups.
-- Writes: attempt, outflow; payment and case of a refund.
create or replace function windlass.refusal_believed(p_tx text, p_n integer) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    a attempt;
begin
    update attempt x set outcome = 'refused' where x.tx_id = p_tx and x.n = p_n returning * into a;
    if a.empties < 2 then
        raise exception 'attempt %: % empty look-ups', a.reference, a.empties using errcode = 'WL025';
    end if;
    perform outflow_move(p_tx, 'failed', a.refusal);
    if a.rail = 'treasury' then
        update payment q set state = 'held',
                reason = 'refund_refused: the treasury refused the refund (' || a.refusal || ')'
            where q.tx_id = p_tx;
        perform case_again('refund_refused', p_tx,
            'the treasury refused the refund (' || a.refusal || ')');
    end if;
end
$$;
