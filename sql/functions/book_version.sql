-- book_version - is there a newer book, and what time is it?
-- In:     nothing.
-- Out:    version 0: nothing was loaded yet.
-- Units:  microseconds since 1970; now_us is the clock that all our rules go by.
-- Errors: none.
create or replace function windlass.book_version(
    out version bigint, out loaded_us bigint, out now_us bigint)
language plpgsql volatile security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select b.version, us(b.loaded_at), us(clock_now()) into version, loaded_us, now_us
        from book_version b;
end
$$;
