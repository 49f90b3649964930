-- operator_hold_show - whether money is held, since when and why.
-- In:     nothing.
-- Out:    one row.
-- Units:  time in microseconds.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_hold_show()
returns table (is_on boolean, since_us bigint, reason text, epoch bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query select h.is_on, us(h.since), h.reason, h.epoch from money_hold h;
end
$$;
