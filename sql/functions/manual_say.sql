-- manual_say - what people say became of one order.
-- In:     see manual_confirm(), which has locked the payment.
-- Out:    see there.
-- Errors: constraints.
-- Writes: see there.
create or replace function windlass.manual_say(
    p_reference text, p_result text, p_bank_id text, p_code text, p_is_fixable boolean,
    p_field text, p_amount text, p_currency text, p_who text, out outcome text, out word text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    m manual_order;
    a attempt;
    -- A refusal is of no payout that could have an id.
    id   text := case p_result when 'refused' then '' else p_bank_id end;
    says jsonb := jsonb_build_array(jsonb_build_object('result', p_result, 'bank_id', id,
        'code', p_code, 'is_fixable', p_is_fixable, 'field', p_field));
begin
    word := '';
    select * into m from manual_order x where x.reference = p_reference for update;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    select * into a from attempt x where x.reference = p_reference;
    outcome := case
        when p_amount <> '' and p_amount::numeric <> a.amount then 'amount'
        when p_currency <> '' and p_currency <> a.currency then 'currency'
        when m.said @> says then 'unchanged'
        when m.batch = 0 and p_result <> 'refused' then 'not_exported'
        when (m.state, p_result) not in (('pending', 'accepted'), ('pending', 'settled'),
            ('pending', 'refused'), ('pending', 'returned'), ('accepted', 'settled'),
            ('accepted', 'returned'), ('settled', 'returned'))
            or m.bank_id not in ('', id) then 'contradicts'
        when exists (select from second_person s where s.currency = a.currency
            and a.amount > s.above) and m.batch > 0
            and not is_other_person(p_who, m.exported_by) then 'same_person'
        else 'confirmed' end;
    word := case outcome when 'contradicts' then concat_ws(' ', m.state, nullif(m.bank_id, ''),
            nullif(m.code, ''))
        when 'same_person' then m.exported_by
        when 'amount' then trim_scale(a.amount)::text
        when 'currency' then a.currency else '' end;
    if outcome = 'confirmed' and id <> '' then
        select coalesce(min(x.reference), '') into word from (
            select y.reference from attempt y where y.rail = 'payout' and y.bank_id = id
                and y.bank_id <> ''
            union all select z.reference from manual_order z where z.bank_id = id
                and z.bank_id <> '') x
            where x.reference <> p_reference;
        if word <> '' then
            outcome := 'bank_id';
        end if;
    end if;
    if outcome <> 'confirmed' then
        return;
    end if;
    update manual_order x set state = p_result, code = p_code, is_fixable = p_is_fixable, field = p_field,
            bank_id = id, said = x.said || says, confirmed_by = p_who, changed_at = clock_now()
        where x.reference = p_reference;
    -- Whoever has looked already drops their plan, and looks again.
    update attempt x set next_at = '-infinity'
        where x.reference = p_reference and x.outcome in ('open', 'accepted');
    update payment q set claim_token = token_next(q.claim_token), claimed_by = '',
            claimed_until = '-infinity', nudged = q.nudged + 1, next_at = clock_now()
        where q.tx_id = m.tx_id and q.state = 'out';
    insert into audit (what, subject, detail) values ('payout_confirm', m.tx_id,
        jsonb_build_object('who', p_who, 'reference', p_reference, 'result', p_result,
            'bank_id', id, 'code', p_code, 'was', m.state));
    if p_result = 'returned' then
        perform returns_listed(jsonb_build_array(p_reference));
    end if;
end
$$;
