-- fingerprint_key - the wrapped key of the beneficiaries' fingerprints.
-- In:     a new one, kept only if there is none yet.
-- Out:    the one that counts.
-- Holds:  the wrapping key of the first is the one that counts until keys_turn.
-- Errors: WL030 for a new one under a wrapping key that counts no more.
-- Writes: fingerprint_key, wrapping_key.
create or replace function windlass.fingerprint_key(p_wrapped bytea) returns table (wrapped bytea)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not exists (select from fingerprint_key) then
        insert into fingerprint_key as k (wrapped) values (p_wrapped) on conflict (one) do nothing;
        update wrapping_key w set number = key_number(k.wrapped), since = windlass.now()
            from fingerprint_key k where w.number = 0;
    end if;
    return query select k.wrapped from fingerprint_key k;
end
$$;
