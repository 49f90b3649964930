-- manual_submit - takes orders that people carry out; each once, whoever sends it
--                 how often.
-- In:     references of attempts that count as sent.
-- Out:    as manual_look_up() gives them.
-- Errors: none.
-- Writes: manual_order.
create or replace function windlass.manual_submit(p_references text[])
returns table (reference text, state text, bank_id text, code text, is_fixable boolean,
    field text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into manual_order (reference, tx_id, n)
        select a.reference, a.tx_id, a.n from attempt a
            where a.reference = any (p_references) and a.rail = 'payout' and a.via = 'manual'
                and a.sends > 0
            order by a.reference
        on conflict do nothing;
    return query select * from manual_look_up(p_references);
end
$$;
