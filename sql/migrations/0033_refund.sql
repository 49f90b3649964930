-- 0033_refund: money that goes back: why it does, what is kept of it, and its
-- transaction on the ledger.

-- A code once it is decided that the money goes back: from then on there is, or
-- will be, an outflow of way refund.
alter table windlass.payment
    add column refund_why text not null default '' check (refund_why ~ '^[a-z0-9_]{0,64}$');

-- What came without a gate of ours may go out as well: back.
alter table windlass.payment drop constraint payment_check;
alter table windlass.payment add constraint payment_check check (
    state not in ('asked', 'out', 'done') or state <> 'asked' and refund_why <> ''
    or (quote_id <> '' and client <> '' and asset <> '' and currency <> '' and method <> ''
        and sender <> '' and receiver <> '' and expected > 0 and payout > 0
        and beneficiary <> '' and gated_at > '-infinity' and pay_by < 'infinity'));

-- Of a refund: what we keep, and the transaction that it was paid by.
alter table windlass.attempt
    add column fee       numeric not null default 0 check (fee >= 0 and fee < 1e20),
    add column fee_asset text    not null default '',
    add column hash      text    not null default '' check (hash ~ '^([0-9a-f]{64})?$'),
    add constraint attempt_refund check (rail <> 'treasury' or outcome <> 'settled' or hash <> '');
create unique index attempt_hash on windlass.attempt (hash) where hash <> '';

create function windlass.refund_is_fixed() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if (new.fee, new.fee_asset) is distinct from (old.fee, old.fee_asset)
            or old.hash <> '' and new.hash <> old.hash then
        raise exception 'attempt % is fixed', old.reference using errcode = 'WL021';
    end if;
    return new;
end
$$;
create trigger refund_is_fixed before update on windlass.attempt
    for each row execute function windlass.refund_is_fixed();

-- It tells more of a payment now.
drop function if exists windlass.payments_claim(text, integer, integer);
-- These take more of a refund now.
drop function if exists windlass.attempt_store(text, bigint, bigint, integer, bytea, text);
drop function if exists windlass.attempt_settled(text, integer);
