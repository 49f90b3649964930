-- outflow_key_new - another key for an outflow whose key has ended, and which is
--                   ordered again.
-- In:     the claim and the outflow's version; the wrapped key.
-- Out:    ok | gone | old_key (wrapped by a wrapping key that counts no more).
-- Holds:  a key that is there stays.
-- Errors: none.
-- Writes: outflow: the key only; audit.
create or replace function windlass.outflow_key_new(
    p_tx text, p_token bigint, p_version bigint, p_sealed_key bytea) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not outflow_lock(p_tx, p_token, p_version) then
        return 'gone';
    end if;
    if not key_counts(p_sealed_key) then
        return 'old_key';
    end if;
    update outflow o set sealed_key = p_sealed_key
        where o.tx_id = p_tx and o.state = 'ready' and o.sealed_key is null;
    if not found then
        return 'gone';
    end if;
    insert into audit (what, subject) values ('outflow_key_new', p_tx);
    return 'ok';
end
$$;
