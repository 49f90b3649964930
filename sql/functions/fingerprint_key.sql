-- fingerprint_key - the wrapped key of the beneficiaries' fingerprints.
-- In:     a new one, kept only if there is none yet.
-- Out:    the one that counts.
-- Errors: constraints.
-- Writes: fingerprint_key.
create or replace function windlass.fingerprint_key(p_wrapped bytea) returns table (wrapped bytea)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into fingerprint_key as k (wrapped) values (p_wrapped) on conflict (one) do nothing;
    return query select k.wrapped from fingerprint_key k;
end
$$;
