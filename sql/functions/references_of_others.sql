-- references_of_others - attempts of this epoch that other watchers have stored.
-- In:     the watcher that asks; since when, in microseconds.
-- Out:    epoch and reference, oldest first, at most the 10,000 newest: as many
--         as a watcher's file keeps.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.references_of_others(p_holder text, p_since_us bigint)
returns table (epoch bigint, reference text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select n.epoch, n.reference
            from (select a.epoch, a.reference, a.stored_at from attempt a, money_hold h
                where a.stored_at >= from_us(p_since_us) and a.stored_by <> p_holder
                    and a.epoch = h.epoch
                order by a.stored_at desc limit 10000) n
            order by n.stored_at;
end
$$;
