-- report_park - a report that the platform will not take, or a reading that
--               contradicts it: for a person.
-- In:     the claim; the report; a code and a sentence.
-- Out:    whether it was done.
-- Errors: constraints.
-- Writes: report, payment (review), outflow (review), case.
create or replace function windlass.report_park(
    p_tx text, p_token bigint, p_seq integer, p_code text, p_sentence text) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not payment_lock(p_tx, p_token) then
        return false;
    end if;
    update report r set state = 'parked', ended_at = now(), last_error = p_code
        where r.tx_id = p_tx and r.seq = p_seq and r.state = 'open';
    if not found then
        return false;
    end if;
    perform from outflow o where o.tx_id = p_tx and o.state not in ('review', 'done') for update;
    if found then
        perform outflow_move(p_tx, 'review', p_code);
    end if;
    update payment q set state = 'review', reason = p_code || ': ' || p_sentence
        where q.tx_id = p_tx;
    perform case_again(p_code, p_tx, p_sentence);
    return true;
end
$$;
