-- beneficiary_corrected - the account that a payout was to go to did not take it,
--                         and the receiver has another one now: from here on that
--                         is the gate's.  If it is another account, and not just
--                         told otherwise, its limit for a day is counted.
-- In:     the claim and the outflow's version; the new fingerprint in hex; what one
--         beneficiary may get on one day.
-- Out:    ok | gone | limit_beneficiary.
-- Holds:  no order to the one before can be carried out any more, else WL022.  It
--         stays counted for that one: money may have been there for a while.
-- Errors: constraints; WL022.
-- Writes: payment, promised, audit.
create or replace function windlass.beneficiary_corrected(
    p_tx text, p_token bigint, p_version bigint, p_beneficiary text, p_per_day numeric)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    today date := (now() at time zone 'UTC')::date;
    account text := left(p_beneficiary, 64);
    p     payment;
begin
    if not outflow_lock(p_tx, p_token, p_version)
            or not exists (select from outflow o, payment q where o.tx_id = p_tx and q.tx_id = p_tx
                and o.state = 'ready' and o.way = 'payout' and q.state = 'out') then
        return 'gone';
    end if;
    select * into p from payment q where q.tx_id = p_tx;
    if account <> left(encode(p.beneficiary, 'hex'), 64) then
        insert into promised values ('beneficiary', account, p.currency, today, 0)
            on conflict do nothing;
        update promised m set amount = m.amount + p.payout
            where m.kind = 'beneficiary' and m.who = account and m.currency = p.currency
                and m.day = today and m.amount + p.payout <= p_per_day;
        if not found then
            return 'limit_beneficiary';
        end if;
    end if;
    update payment q set beneficiary = decode(p_beneficiary, 'hex') where q.tx_id = p_tx;
    insert into audit (what, subject, detail) values ('beneficiary_corrected', p_tx,
        jsonb_build_object('after', (select max(a.n) from attempt a where a.tx_id = p_tx)));
    return 'ok';
end
$$;
