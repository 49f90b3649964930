-- custody_done - the platform has sent the money back itself, and its record says so.
-- In:     the claim and the outflow's version.
-- Out:    whether it was done.
-- Errors: WL020, WL024 as refund_done().
-- Writes: outflow, payment, and what quote_release() writes.
create or replace function windlass.custody_done(p_tx text, p_token bigint, p_version bigint)
returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not outflow_lock(p_tx, p_token, p_version) then
        return false;
    end if;
    perform outflow_move(p_tx, 'settled', '');
    perform refund_done(p_tx);
    return true;
end
$$;
