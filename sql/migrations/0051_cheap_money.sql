-- 0051_cheap_money: what amounts of a firm quote must be, looked at for less.
--
-- A check of a table is read and planned anew by each statement that writes to it,
-- each comparison of it costing as much as an index entry does; what a domain says is
-- a part of the statement's own plan, and a function is one call.  The same rows are
-- let in as before.
create domain windlass.money as numeric check (0 <= value and value < 1e20);
create domain windlass.money_part as numeric check (0 < value and value < 1e20);
create domain windlass.money_sum as numeric check (0 <= value and value < 1e30);

-- Of several columns: what no domain can say.
alter table windlass.pool_row
    alter column total type windlass.money,
    alter column held_shared type windlass.money,
    drop constraint pool_row_check,
    add constraint pool_row_check check (held_shared <= held and held <= total);
alter table windlass.client_pool
    alter column most type windlass.money,
    alter column quoted type windlass.money_sum,
    drop constraint client_pool_check;
alter table windlass.hold
    alter column amount type windlass.money_part,
    drop constraint hold_amount_check;

create function windlass.is_quote(
    side text, lifetime integer, made_at timestamptz, expires_at timestamptz,
    sell_amount numeric, buy_amount numeric, fee numeric)
returns boolean
language plpgsql immutable parallel safe
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return side in ('sell', 'buy') and lifetime > 0 and made_at < expires_at
        and 0 < sell_amount and sell_amount < 1e20
        and 0 < buy_amount and buy_amount < 1e20 and 0 <= fee and fee < 1e20;
end
$$;
alter table windlass.quote
    drop constraint quote_check,
    add constraint quote_check check (windlass.is_quote(side, lifetime, made_at, expires_at,
        sell_amount, buy_amount, fee));

-- Few and hot: a row is found by its key only if that is cheaper than to read the
-- whole table, versions that are gone included; and there is room for the next version
-- beside each.  All of it is in memory.
alter table windlass.pool_row set (fillfactor = 10);
alter table windlass.client_pool set (fillfactor = 10);
alter role windlass_rate set random_page_cost = 1.1;
