-- operator_customers - customers in the order of their ids, a page of them; names
--                      and states of their fields, never a value.
-- In:     an account and a memo (null: all; the memo null: every memo); the id that
--         the page begins after, or null; how many at most, 500 at the very most.
-- Out:    what customer_find() has, but for keys and sealed values; today.
-- Units:  times in microseconds.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_customers(
    p_account text, p_memo text, p_after uuid, p_most integer)
returns table (
    id uuid, account text, memo_type text, memo text, version bigint, fields jsonb, types jsonb,
    verdicts jsonb, created_us bigint, updated_us bigint, today text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select c.id, c.account, c.memo_type, c.memo, c.version, c.fields, to_jsonb(c.types),
                c.verdicts, us(c.created_at), us(c.updated_at),
                to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
            from customer c
            where (p_account is null or c.account = p_account)
                and (p_memo is null or c.memo = p_memo)
                and (p_after is null or c.id > p_after)
            order by c.id limit least(p_most, 500);
end
$$;
