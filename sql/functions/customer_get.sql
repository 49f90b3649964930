-- customer_get - how a customer stands, for whoever has no key: names and states,
--         by id, or by account and memo where the id is null; today; and, where a
--         transaction is named, its corridor.
-- In:     texts, '' where there is no memo; all may be null (a transaction alone).
--         Beside an id, account and memo say whose it must be, and a transaction
--         where they must stand: as that type, or as either where it is null.
-- Out:    one text of lines, which costs half of what columns do: today, id, types
--         (blanks between), verdicts, fields, currency and method of the corridor.
--         The id is empty if there is no such customer, if it is another account's,
--         or not that party of the transaction: nobody can tell which.  What is not known
--         of a transaction is empty.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_get(
    by_id uuid, by_account text, by_memo_type text, by_memo text, named_tx text,
    as_type text)
returns text
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    parties text[];
    corridor text := e'\n';
    told text;
begin
    if named_tx is not null then
        select p.parties, concat(p.currency, e'\n', p.method)
            into parties, corridor
            from windlass.customer_payment(named_tx, as_type) as p;
        corridor := coalesce(corridor, e'\n');
    end if;
    -- Today is what now() does; in one statement, each costs as much as the look-up.
    if by_id is not null then
        select to_char((transaction_timestamp() + k.shift) at time zone 'UTC', 'YYYY-MM-DD')
                || e'\n' || c.id || e'\n' || array_to_string(c.types, ' ') || e'\n'
                || c.verdicts || e'\n' || c.fields || e'\n' || corridor
            into told
            from customer as c cross join (select shift from clock limit 1) as k
            where c.id = by_id
                and (by_account is null or c.account = by_account)
                and (coalesce(by_memo, '') = '' or c.memo = ''
                    or (c.memo_type, c.memo) = (by_memo_type, by_memo))
                and (parties is null or by_id::text = any (parties));
    elsif by_account is not null then
        select to_char((transaction_timestamp() + k.shift) at time zone 'UTC', 'YYYY-MM-DD')
                || e'\n' || c.id || e'\n' || array_to_string(c.types, ' ') || e'\n'
                || c.verdicts || e'\n' || c.fields || e'\n' || corridor
            into told
            from customer as c cross join (select shift from clock limit 1) as k
            where c.account = by_account and c.memo_type = by_memo_type and c.memo = by_memo;
    end if;
    if told is null then
        told := to_char((select transaction_timestamp() + shift from clock) at time zone 'UTC',
            'YYYY-MM-DD') || e'\n\n\n{}\n{}\n' || corridor;
    end if;
    return told;
end
$$;
