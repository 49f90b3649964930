-- manual_look_up - what people say became of orders.
-- In:     references.
-- Out:    a row for each that was taken: pending, or what was confirmed.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.manual_look_up(p_references text[])
returns table (reference text, state text, bank_id text, code text, is_fixable boolean,
    field text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query select m.reference, m.state, m.bank_id, m.code, m.is_fixable, m.field
        from manual_order m where m.reference = any (p_references);
end
$$;
