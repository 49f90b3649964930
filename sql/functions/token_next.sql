-- token_next - the token of the next claim on a payment.
-- In:     the token so far.
-- Out:    a higher one: how many claims there were, and 32 bits of chance.
-- Holds:  a database that is brought back from a backup counts the same claims
--         again, but gives none of their tokens again: whoever has a plan from
--         before the backup came back has no claim.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.token_next(p_token bigint) returns bigint
language plpgsql volatile security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return (((p_token >> 32) + 1) << 32) + floor(random() * 4294967296)::bigint;
end
$$;
