-- customer_find - all that is stored of a customer, for whoever has the keys: by
--         id, or by account and memo where the id is null; today; and, where a
--         transaction is named, its corridor.
-- In:     as customer_get().
-- Out:    as customer_get(), and the rest of the row.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_find(
    by_id uuid, by_account text, by_memo_type text, by_memo text, named_tx text,
    as_type text)
returns table (id uuid, account text, memo_type text, memo text, version bigint,
    wrapped_key bytea, sealed bytea, sealed_version bigint, fields jsonb, types jsonb,
    verdicts jsonb, today text, tx_method text, tx_currency text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    parties text[];
    method text;
    currency text;
begin
    if named_tx is not null then
        select p.parties, p.method, p.currency
            into parties, method, currency
            from windlass.customer_payment(named_tx, as_type) as p;
    end if;
    if by_id is null and by_account is not null then
        return query
            select c.id, c.account, c.memo_type, c.memo, c.version, c.wrapped_key, c.sealed,
                    c.sealed_version, c.fields, to_jsonb(c.types), c.verdicts, k.today,
                    method, currency
                from (select to_char((transaction_timestamp() + shift) at time zone 'UTC',
                        'YYYY-MM-DD') as today from clock limit 1) as k
                left join customer as c on c.account = by_account
                    and c.memo_type = by_memo_type and c.memo = by_memo;
    else
        return query
            select c.id, c.account, c.memo_type, c.memo, c.version, c.wrapped_key, c.sealed,
                    c.sealed_version, c.fields, to_jsonb(c.types), c.verdicts, k.today,
                    method, currency
                from (select to_char((transaction_timestamp() + shift) at time zone 'UTC',
                        'YYYY-MM-DD') as today from clock limit 1) as k
                left join customer as c on c.id = by_id
                    and (by_account is null or c.account = by_account)
                    and (coalesce(by_memo, '') = '' or c.memo = ''
                        or (c.memo_type, c.memo) = (by_memo_type, by_memo))
                    and (parties is null or by_id::text = any (parties));
    end if;
end
$$;
