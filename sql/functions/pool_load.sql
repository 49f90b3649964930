-- pool_load - brings movements into the pools: what was added to an account of
--             ours, or taken from it.
-- In:     [{"reference", "pool", "amount"}], amounts of either sign, as text.
-- Out:    how many were new; a known reference changes nothing.
-- Units:  whole units of the pool's asset.
-- Errors: WL022 a known reference with another pool or amount; WL023 no such
--         pool; WL024 more decimals than the asset has; WL025 more is taken than
--         is free (what expired counts as free, what is held does not).
-- Writes: movement, pool_row, hold.
create or replace function windlass.pool_load(p_movements jsonb) returns integer
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    m     record;
    p     record;
    r     record;
    was   movement;
    net   jsonb := '{}';
    unit  numeric;
    rest  numeric;
    share numeric;
    free  numeric;
    fresh integer := 0;
begin
    for m in
        select x.reference, x.pool, x.amount, o.decimals
            from jsonb_to_recordset(p_movements)
                as x(reference text, pool text, amount numeric)
            left join pool o on o.name = x.pool
            order by x.reference
    loop
        if m.decimals is null then
            raise exception 'movement %: there is no pool %', m.reference, m.pool
                using errcode = 'WL023';
        elsif m.amount <> trunc(m.amount, m.decimals) then
            raise exception 'movement %: the asset has % decimals', m.reference, m.decimals
                using errcode = 'WL024';
        end if;
        insert into movement (reference, pool, amount)
            values (m.reference, m.pool, m.amount) on conflict do nothing;
        if found then
            fresh := fresh + 1;
            net := jsonb_set(net, array[m.pool],
                to_jsonb(coalesce((net ->> m.pool)::numeric, 0) + m.amount));
            continue;
        end if;
        select * into was from movement where reference = m.reference;
        if (was.pool, was.amount) is distinct from (m.pool, m.amount) then
            raise exception 'movement % is known as % of pool %', m.reference, was.amount,
                was.pool using errcode = 'WL022';
        end if;
    end loop;

    for p in
        select o.name, o.decimals, o.row_count, x.value::numeric as amount
            from jsonb_each_text(net) x join pool o on o.name = x.key order by o.name
    loop
        perform pool_lock_and_sweep(p.name, now());
        if p.amount >= 0 then
            -- Evenly, in whole units; row 0 takes what is left over.
            share := trunc(p.amount / p.row_count, p.decimals);
            update pool_row w set total = w.total + case w.n
                    when 0 then p.amount - share * (p.row_count - 1) else share end
                where w.pool = p.name;
            continue;
        end if;
        select sum(w.total - w.held) into free from pool_row w where w.pool = p.name;
        if free < -p.amount then
            raise exception 'pool %: % cannot be taken, only % is free', p.name, -p.amount,
                free using errcode = 'WL025';
        end if;
        -- From all rows alike, as far as their room goes: what the small ones
        -- lack is taken from the larger, which come later.
        rest := -p.amount;
        for r in
            select w.n, w.total - w.held as room,
                    p.row_count + 1 - row_number() over (order by w.total - w.held, w.n) as left_over
                from pool_row w where w.pool = p.name order by room, w.n
        loop
            share := least(r.room, case r.left_over
                when 1 then rest else trunc(rest / r.left_over, p.decimals) end);
            update pool_row w set total = w.total - share where w.pool = p.name and w.n = r.n;
            rest := rest - share;
        end loop;
    end loop;
    return fresh;
end
$$;
