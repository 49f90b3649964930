-- gate_pass - the gate's last act: limits counted again, the quote bound (one of
--             ours held first where the record names none), the request for the
--             money intended.  All of it or nothing.
-- In:     the claim; p: tx facts as text or numbers: quote_id, own_quote (an
--         object for quote_hold_json(), or null), client, started_us, asset,
--         expected, buy_asset, payout, fee, fee_asset, currency, method, sender,
--         receiver, beneficiary (hex; limits go by the account, its first 32 bytes), destination, per_day, per_beneficiary,
--         least_left_ms, params; is_asked: the platform shows the request already,
--         memo: with that memo, which the payment takes.
-- Out:    ok | gone (claim lost, or not new any more) | limit_day |
--         limit_beneficiary | quote_expired | and what quote_hold() and
--         quote_bind() answer | memo_used (by another payment).
-- Holds:  a request that is shown already is read back before it may be sent.
-- Errors: constraints.
-- Writes: payment, promised, report, and what quote_hold() and quote_bind() write.
create or replace function windlass.gate_pass(p_tx text, p_token bigint, p jsonb) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    today   date := (now() at time zone 'UTC')::date;
    amount_ numeric := (p ->> 'payout')::numeric;
    cur     text := p ->> 'currency';
    expires timestamptz;
    answer  text;
    account text := left(p ->> 'beneficiary', 64);
    asked   boolean := coalesce((p ->> 'is_asked')::boolean, false);
    memo_   bigint := (p ->> 'memo')::bigint;
    n       integer;
begin
    if not payment_lock(p_tx, p_token)
            or not exists (select from payment q where q.tx_id = p_tx and q.state = 'new'
                and q.gated_at = '-infinity')
            or exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        return 'gone';
    end if;

    begin
        -- The client's row first, then the beneficiary's, in every transaction.
        insert into promised values ('client', p ->> 'client', cur, today, 0),
            ('beneficiary', account, cur, today, 0) on conflict do nothing;
        update promised m set amount = m.amount + amount_
            where m.kind = 'client' and m.who = p ->> 'client' and m.currency = cur
                and m.day = today and m.amount + amount_ <= (p ->> 'per_day')::numeric;
        if not found then
            raise exception 'limit_day' using errcode = 'WL030';
        end if;
        update promised m set amount = m.amount + amount_
            where m.kind = 'beneficiary' and m.who = account and m.currency = cur
                and m.day = today and m.amount + amount_ <= (p ->> 'per_beneficiary')::numeric;
        if not found then
            raise exception 'limit_beneficiary' using errcode = 'WL030';
        end if;

        if jsonb_typeof(p -> 'own_quote') = 'object' then
            select h.outcome into answer from quote_hold_json(p -> 'own_quote') h;
            if answer <> 'ok' then
                raise exception '%', answer using errcode = 'WL030';
            end if;
        end if;
        answer := quote_bind((p ->> 'quote_id')::uuid, p_tx, p ->> 'client', p ->> 'asset',
            (p ->> 'expected')::numeric, p ->> 'buy_asset', amount_,
            from_us((p ->> 'started_us')::bigint));
        if answer <> 'ok' then
            raise exception '%', answer using errcode = 'WL030';
        end if;
        select q.expires_at into expires from quote q where q.id = (p ->> 'quote_id')::uuid;
        if expires < clock_now() + (p ->> 'least_left_ms')::bigint * interval '1 millisecond' then
            raise exception 'quote_expired' using errcode = 'WL030';
        end if;

        if exists (select from payment q where q.memo = memo_ and q.tx_id <> p_tx) then
            raise exception 'memo_used' using errcode = 'WL030';
        end if;
        update payment q
            set state = 'asked', memo = coalesce(memo_, q.memo), reason = '', gated_at = now(), pay_by = expires,
                quote_id = p ->> 'quote_id', client = p ->> 'client', asset = p ->> 'asset',
                expected = (p ->> 'expected')::numeric, payout = amount_,
                fee = (p ->> 'fee')::numeric, fee_asset = p ->> 'fee_asset', currency = cur,
                method = p ->> 'method', sender = p ->> 'sender', receiver = p ->> 'receiver',
                beneficiary = decode(p ->> 'beneficiary', 'hex'),
                destination = p ->> 'destination'
            where q.tx_id = p_tx;
        n := report_add(p_tx, 'request_onchain_funds', (p -> 'params') || jsonb_build_object(
                'user_action_required_by',
                to_char(expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
            'pending_sender');
        if asked then
            update report r set doubt = true where r.tx_id = p_tx and r.seq = n;
        end if;
        insert into audit (what, subject, detail) values ('gate', p_tx,
            jsonb_build_object('quote', p ->> 'quote_id', 'payout', amount_, 'currency', cur)
                || case when asked then '{"was_asked": true}' else '{}' end::jsonb);
    exception when sqlstate 'WL030' then
        return sqlerrm;
    end;
    return 'ok';
end
$$;
