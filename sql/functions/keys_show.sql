-- keys_show - by which wrapping key everything new is wrapped.
-- In:     nothing.
-- Out:    one row: its number, 0 if nobody has said yet; since when.
-- Units:  time in microseconds.
-- Errors: none.
create or replace function windlass.keys_show(out number bigint, out since_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select k.number, us(k.since) into number, since_us from wrapping_key k;
end
$$;
