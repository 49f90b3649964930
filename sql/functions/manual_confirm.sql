-- manual_confirm - what people say became of orders: all of it, or nothing.
-- In:     array of {reference (or tx_id: its last order), result (accepted |
--         settled | refused | returned), bank_id, code, is_fixable, field,
--         amount, currency}; what is absent is ''; who says so.
-- Out:    a row for each, in their order: confirmed; unchanged (it was said
--         before); or why nothing was changed: unknown; not_exported; amount;
--         currency; contradicts (word is what was said before); bank_id (another
--         order has it: word); same_person (above second_person_above; word is who
--         has exported it).
-- Holds:  a refused order that was never exported never is.
-- Errors: constraints.
-- Writes: manual_order, payment (no claim on it holds any more), attempt (it is
--         looked at at once, also where it had settled), audit, wake.
create or replace function windlass.manual_confirm(p_lines jsonb, p_who text)
returns table (line bigint, reference text, outcome text, word text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    i     record;
    said  record;
    bad   bigint := 0;
    lines jsonb[] := '{}';
begin
    -- In every transaction the payments first, then their orders.
    perform from payment p where p.tx_id in (
            select m.tx_id from jsonb_to_recordset(p_lines) as e(reference text)
                join manual_order m on m.reference = e.reference
            union select e.tx_id from jsonb_to_recordset(p_lines) as e(tx_id text)
                where e.tx_id is not null)
        order by p.tx_id for update;
    begin
        for i in select e.value ->> 'result' as result, e.value ->> 'bank_id' as bank_id,
                    e.value ->> 'code' as code, (e.value ->> 'is_fixable')::boolean as is_fixable,
                    coalesce(e.value ->> 'field', '') as field,
                    e.value ->> 'amount' as amount, e.value ->> 'currency' as currency,
                    coalesce(e.value ->> 'reference', (select m.reference from manual_order m
                        where m.tx_id = e.value ->> 'tx_id' order by m.n desc limit 1),
                        e.value ->> 'tx_id') as reference, e.ordinality as line
                from jsonb_array_elements(p_lines) with ordinality e order by e.ordinality loop
            said := manual_say(i.reference, i.result, i.bank_id, i.code, i.is_fixable, i.field,
                i.amount, i.currency, p_who);
            bad := bad + (said.outcome not in ('confirmed', 'unchanged'))::integer;
            lines := array_append(lines, jsonb_build_object('line', i.line,
                'reference', i.reference, 'outcome', said.outcome, 'word', said.word));
        end loop;
        if bad > 0 then
            raise exception 'nothing is changed' using errcode = 'WL040';
        end if;
    exception when sqlstate 'WL040' then
        null;
    end;
    if bad = 0 then
        perform wake();
    end if;
    return query select (e ->> 'line')::bigint, e ->> 'reference', e ->> 'outcome', e ->> 'word'
        from unnest(lines) e order by 1;
end
$$;
