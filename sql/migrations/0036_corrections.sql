-- 0036_corrections: what the bank refuses or gives back is corrected and ordered
-- again.

-- field: which of the beneficiary's the rail finds fault with, by its SEP-9 name.
-- doubted_at: when the rail first said that an accepted order came back; until it
-- has said so twice that is not believed.
alter table windlass.attempt
    add column field text not null default '' check (field ~ '^[a-z0-9_.]{0,64}$'),
    add column doubted_at timestamptz not null default '-infinity';

-- told: the platform has it as completed, from where nothing leads back: whatever
-- is paid after that is not told.
alter table windlass.outflow add column told boolean not null default false;

-- Few at any time: those that wait for a correction, or for a person.
create index outflow_failed on windlass.outflow (tx_id) where state = 'failed';

-- What is answered has more columns by now.
drop function if exists windlass.attempt_refused(text, integer, text, boolean);
drop function if exists windlass.payments_claim(text, integer, integer);
drop function if exists windlass.operator_why(text);

-- The beneficiary may be corrected once all orders to the one before are known to
-- have failed: see beneficiary_corrected().
create or replace function windlass.payment_is_fixed() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if old.memo <> new.memo or new.claim_token < old.claim_token then
        raise exception 'payment %: memo or token', old.tx_id using errcode = 'WL022';
    end if;
    if old.gated_at > '-infinity' and new.gated_at > '-infinity'
            and (old.quote_id, old.client, old.sender, old.receiver, old.method, old.currency,
                old.asset, old.expected, old.payout, old.fee, old.fee_asset, old.pay_by,
                old.gated_at) is distinct from
                (new.quote_id, new.client, new.sender, new.receiver, new.method, new.currency,
                new.asset, new.expected, new.payout, new.fee, new.fee_asset, new.pay_by,
                new.gated_at)
            or new.gated_at = '-infinity' and old.gated_at > '-infinity'
                and exists (select from outflow where tx_id = old.tx_id)
            or old.gated_at > '-infinity' and new.gated_at > '-infinity'
                and old.beneficiary <> new.beneficiary
                and (not exists (select from attempt where tx_id = old.tx_id)
                    or exists (select from attempt where tx_id = old.tx_id
                        and outcome not in ('refused', 'returned'))) then
        raise exception 'payment % is fixed by the gate', old.tx_id using errcode = 'WL022';
    end if;
    return new;
end
$$;
