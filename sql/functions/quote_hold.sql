-- quote_hold - stores a firm quote and holds its buy amount: one round trip.
-- In:     the quote as the book made it; client: who asked ('' unknown);
--         holder: whose caps count; shared: on the default terms, so only half
--         of each pool row is open to it; cap: the most that holder may hold of
--         the pool; lifetime in seconds; asked: expires_at is not before it, or
--         NULL; version: of the book that priced it; day_cap: the most that
--         holder may be quoted of the pool in a day of UTC, used or not, or NULL;
--         chance: from 0, below 1: which of the pool's rows is looked at.
-- Out:    outcome ok | book_changed | empty | cap | day_cap; expires_us with ok.
-- Units:  amounts in whole units of the pool's asset; expires_at in whole seconds.
-- Errors: WL010 an amount that no quote can have; WL011 no such pool; 40001 like
--         any other: repeat the transaction.
-- Writes: client_pool, pool_row, quote, hold; after anything but ok at most a
--         client's bound was recounted and expired parts are gone.
-- Needs READ COMMITTED: each statement must see what its lock waited for.
-- Source: design of the pools: no lock is taken for what cannot be had; then the
--         client's row, then pool rows ascending, and never the other way round.
create or replace function windlass.quote_hold(
    p_id uuid, p_client text, p_holder text, p_shared boolean, p_cap numeric, p_pool text,
    p_sell_asset text, p_buy_asset text, p_side text, p_sell_amount numeric,
    p_buy_amount numeric, p_fee numeric, p_fee_asset text, p_fee_name text, p_price text,
    p_method text, p_country text, p_lifetime integer, p_asked timestamptz, p_version bigint,
    p_day_cap numeric default null, p_chance double precision default random(),
    out outcome text, out expires_us bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    x           alias for p_buy_amount;
    at          timestamptz;
    today       date;
    current     bigint;
    places      integer;
    pick        integer;
    room        numeric;
    live        numeric;
    so_far      numeric;
    rest        numeric;
    r           record;
    expires     timestamptz;
    is_turn     boolean;
    part_n      integer[];
    part_amount numeric[];
begin
    -- A look without locks: the book, the clock (what now() says), one row by
    -- chance; below, its pool_room().
    select (select version from book_version), t.at, p.decimals, w.n,
            least(w.total - w.held, case when p_shared
                then trunc(w.total * 0.5, p.decimals) - w.held_shared
                else w.total - w.held end),
            date_trunc('second', interval '999999 microseconds'
                + greatest(t.at + p_lifetime * interval '1 second', p_asked))
            into current, at, places, pick, room, expires
        from pool p
            join pool_row w on w.pool = p_pool and w.n = floor(p_chance * p.row_count)::integer
            cross join (
                select (select transaction_timestamp() + shift from clock) as at offset 0) t
        where p.name = p_pool;

    -- Where there is room for many more, the client's lock and then that of the
    -- row are taken by what writes.  A statement more costs as much as a row.
    if current = p_version and 0 < x and x = trunc(x, places) and 8 * x <= room then
        update client_pool c set most = c.most + x, quoted = c.quoted + x
            where c.holder = p_holder and c.pool = p_pool and c.most + x <= p_cap
                and c.day = (at at time zone 'UTC')::date
                and (p_day_cap is null or c.quoted + x <= p_day_cap);
        if found then
            with q as (
                insert into quote values (p_id, p_client, p_holder, p_shared, p_pool,
                    p_sell_asset, p_buy_asset, p_side, p_sell_amount, x, p_fee, p_fee_asset,
                    p_fee_name, p_price, p_method, p_country, p_lifetime, p_version, at, expires)
            ), h as (
                insert into hold values (p_id, pick, p_pool, p_holder, x, p_shared,
                    expires + interval '120 seconds')
            )
            update pool_row w set held = w.held + x,
                    held_shared = w.held_shared + case when p_shared then x else 0 end
                where w.pool = p_pool and w.n = pick and x <= w.total - w.held
                    and (not p_shared or x <= trunc(w.total * 0.5, places) - w.held_shared)
                returning 'ok', (extract(epoch from expires) * 1000000)::bigint, random() * 17 < 1
                into outcome, expires_us, is_turn;
            if is_turn then
                perform pool_sweep_row(p_pool, pick, at);
            elsif outcome is null then
                -- It went while we waited for the row, whose lock may now be ours;
                -- only the end of the transaction gives it back (see below).
                raise exception 'the row is too small by now' using errcode = '40001';
            end if;
            return;
        end if;
    end if;

    -- What cannot be had, and what is had step by step.
    if current is null then
        raise exception 'there is no pool %', p_pool using errcode = 'WL011';
    end if;
    if x is null or not (0 < x and x < 1e20) or x <> trunc(x, places) then
        raise exception 'no quote can have the amount %', x using errcode = 'WL010';
    end if;
    if current <> p_version then
        outcome := 'book_changed';
        return;
    end if;
    if room < x and pool_free(p_pool, p_shared, places, at) < x then
        outcome := 'empty';
        return;
    end if;
    if x > p_cap then
        outcome := 'cap';
        return;
    end if;
    if x > p_day_cap then
        outcome := 'day_cap';
        return;
    end if;
    today := at at time zone 'UTC';

    -- The client's bound; this is also the client's lock.
    loop
        update client_pool c set most = c.most + x, day = today,
                quoted = case when c.day = today then c.quoted else 0 end + x
            where c.holder = p_holder and c.pool = p_pool and c.most + x <= p_cap
                and (p_day_cap is null
                    or case when c.day = today then c.quoted else 0 end + x <= p_day_cap);
        exit when found;
        select case when c.day = today then c.quoted else 0 end into so_far
            from client_pool c where c.holder = p_holder and c.pool = p_pool for update;
        if not found then
            insert into client_pool values (p_holder, p_pool, 0) on conflict do nothing;
            continue;
        end if;
        if so_far + x > p_day_cap then
            outcome := 'day_cap';
            return;
        end if;
        select coalesce(sum(h.amount), 0) into live from hold h
            where h.holder = p_holder and h.pool = p_pool and h.until > at;
        update client_pool c set most = live
            where c.holder = p_holder and c.pool = p_pool and c.most <> live;
        if live + x > p_cap then
            outcome := 'cap';
            return;
        end if;
    end loop;

    -- The row picked.  If it is too small after all, the end of the
    -- subtransaction gives its lock back: who kept it while locking all rows
    -- ascending would deadlock with another who does the same.
    begin
        if not pool_take(p_pool, pick, x, case when p_shared then x else 0 end, places) then
            perform from pool_row w where w.pool = p_pool and w.n = pick for update;
            perform pool_sweep_row(p_pool, pick, at);
            if not pool_take(p_pool, pick, x, case when p_shared then x else 0 end, places) then
                raise exception 'the row is too small' using errcode = 'WL999';
            end if;
        elsif random() * 17 < 1 then
            perform pool_sweep_row(p_pool, pick, at);
        end if;
        part_n := array[pick];
        part_amount := array[x];
    exception when sqlstate 'WL999' then
        part_n := '{}';
        part_amount := '{}';
    end;

    -- Or several rows, the largest rooms first.
    if part_n = '{}' then
        perform pool_lock_and_sweep(p_pool, at);
        if pool_free(p_pool, p_shared, places, at) < x then
            update client_pool c set most = c.most - x, quoted = c.quoted - x
                where c.holder = p_holder and c.pool = p_pool;
            outcome := 'empty';
            return;
        end if;
        rest := x;
        for r in
            select o.n, least(o.total - o.held, case when p_shared
                    then trunc(o.total * 0.5, places) - o.held_shared
                    else o.total - o.held end) as room
                from pool_row o where o.pool = p_pool order by room desc, o.n
        loop
            r.room := least(r.room, rest);
            update pool_row w set held = w.held + r.room,
                    held_shared = w.held_shared + case when p_shared then r.room else 0 end
                where w.pool = p_pool and w.n = r.n;
            part_n := part_n || r.n;
            part_amount := part_amount || r.room;
            rest := rest - r.room;
            exit when rest = 0;
        end loop;
    end if;

    insert into quote values (p_id, p_client, p_holder, p_shared, p_pool, p_sell_asset,
        p_buy_asset, p_side, p_sell_amount, x, p_fee, p_fee_asset, p_fee_name, p_price,
        p_method, p_country, p_lifetime, p_version, at, expires);
    insert into hold
        select p_id, part.n, p_pool, p_holder, part.amount, p_shared,
                expires + interval '120 seconds'
            from unnest(part_n, part_amount) as part(n, amount);
    outcome := 'ok';
    expires_us := (extract(epoch from expires) * 1000000)::bigint;
end
$$;
