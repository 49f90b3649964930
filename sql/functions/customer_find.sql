-- customer_find - a customer by id, or by account and memo where the id is null;
--         today; and, where a transaction is named, what we know of it.
-- In:     texts, '' where there is no memo; all may be null (a transaction alone).
-- Out:    one row, always: id is null if there is no such customer, tx_known is
--         false if no such payment has been seen (or none was named).
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.customer_find(
    by_id uuid, by_account text, by_memo_type text, by_memo text, named_tx text)
returns table (id uuid, account text, memo_type text, memo text, version bigint,
    wrapped_key bytea, sealed bytea, sealed_version bigint, fields jsonb, types jsonb,
    verdicts jsonb, today text,
    tx_known boolean, tx_sender text, tx_receiver text, tx_method text, tx_currency text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    today := to_char(windlass.now() at time zone 'UTC', 'YYYY-MM-DD');
    tx_known := false;
    if by_id is not null then
        select c.id, c.account, c.memo_type, c.memo, c.version, c.wrapped_key, c.sealed,
                c.sealed_version, c.fields, to_jsonb(c.types), c.verdicts
            into id, account, memo_type, memo, version, wrapped_key, sealed, sealed_version,
                fields, types, verdicts
            from customer as c where c.id = by_id;
    elsif by_account is not null then
        select c.id, c.account, c.memo_type, c.memo, c.version, c.wrapped_key, c.sealed,
                c.sealed_version, c.fields, to_jsonb(c.types), c.verdicts
            into id, account, memo_type, memo, version, wrapped_key, sealed, sealed_version,
                fields, types, verdicts
            from customer as c
            where c.account = by_account and c.memo_type = by_memo_type and c.memo = by_memo;
    end if;
    if named_tx is not null then
        select true, p.sender, p.receiver, p.method, p.currency
            into tx_known, tx_sender, tx_receiver, tx_method, tx_currency
            from windlass.customer_payment(named_tx) as p;
        tx_known := coalesce(tx_known, false);
    end if;
    return next;
end
$$;
