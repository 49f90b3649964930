-- 0080_asked_before: what was asked for by a database that was lost is taken over by
-- the gate, with the memo that it was asked for with.

-- Until the gate nobody knows a payment's memo: there it may become another one.
create or replace function windlass.payment_is_fixed() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if old.memo <> new.memo and (old.state, new.state) <> ('new', 'asked')
            or new.claim_token < old.claim_token then
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
