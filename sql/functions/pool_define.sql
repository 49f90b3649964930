-- pool_define - makes the pools that the book names.
-- In:     [{"name", "asset", "decimals", "rows"}].
-- Errors: WL021 a pool keeps its asset and decimals for ever, and its rows only
--         grow in number: quotes hold them.
-- Writes: pool, pool_row.
create or replace function windlass.pool_define(p_pools jsonb) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p record;
    was pool;
begin
    for p in
        select * from jsonb_to_recordset(p_pools)
                as x(name text, asset text, decimals integer, rows integer)
            order by name
    loop
        select * into was from pool where name = p.name for update;
        if not found then
            if exists (select from pool where asset = p.asset) then
                raise exception 'asset % has a pool of another name', p.asset
                    using errcode = 'WL021';
            end if;
            insert into pool values (p.name, p.asset, p.decimals, p.rows);
        elsif was.asset <> p.asset or was.decimals <> p.decimals then
            raise exception 'pool % cannot change its asset or decimals (%, %)',
                p.name, was.asset, was.decimals using errcode = 'WL021';
        elsif was.row_count > p.rows then
            raise exception 'pool % has % rows and cannot lose any', p.name, was.row_count
                using errcode = 'WL021';
        else
            update pool set row_count = p.rows where name = p.name and row_count < p.rows;
        end if;
        insert into pool_row
            select p.name, n, 0, 0, 0 from generate_series(0, p.rows - 1) as n
            on conflict do nothing;
    end loop;
end
$$;
