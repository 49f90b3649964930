-- attempt_refused - the rail says no.  That is not believed yet: an earlier
--                   sending may still be on its way.
-- In:     transaction and attempt, whose locks the caller holds; the rail's code;
--         whether other data could help, and of which field ('' if it did not say).
-- Errors: WL020, WL021 out of place.
-- Writes: attempt, outflow.
create or replace function windlass.attempt_refused(
    p_tx text, p_n integer, p_code text, p_is_fixable boolean, p_field text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    update attempt a set outcome = 'refusal_doubted', refusal = p_code, is_fixable = p_is_fixable,
            field = p_field, looks = 0, empties = 0, emptied_at = '-infinity'
        where a.tx_id = p_tx and a.n = p_n;
    perform outflow_move(p_tx, 'refused', p_code);
end
$$;
