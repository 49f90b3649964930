-- manual_confirm - what people say became of orders: all of it, or nothing.
-- In:     array of {reference (or tx_id: its last order), result (accepted |
--         settled | refused | returned), bank_id, code, is_fixable, field,
--         amount, currency}; what is absent is ''; who says so.
-- Out:    a row for each, in their order: confirmed; unchanged (it was said
--         before); or why nothing was changed: unknown; lost (unknown, of a payment
--         that is ours); not_exported; amount;
--         currency; contradicts (word is what was said before); bank_id (another
--         order has it: word); same_person (above second_person_above; word is who
--         has exported it).
-- Holds:  a refused order that was never exported never is.  What was carried out
--         and never exported, as we know, was by a database that is lost: a case
--         manual_unknown keeps its payment out of every export while it is open.
-- Errors: constraints.
-- Writes: manual_order, payment (no claim on it holds any more), attempt (it is
--         looked at at once, also where it had settled), audit, wake, case.
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
    of_tx text;
    lost  text[] := '{}';
begin
    -- In every transaction the payments first, then their orders.
    perform from payment p where p.tx_id in (
            select m.tx_id from jsonb_to_recordset(p_lines) as e(reference text)
                join manual_order m on m.reference = e.reference
            union select e.tx_id from jsonb_to_recordset(p_lines) as e(tx_id text)
                where e.tx_id is not null
            union select substring(e.reference from '^(.+):[1-9][0-9]?$')
                from jsonb_to_recordset(p_lines) as e(reference text))
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
            if said.outcome in ('unknown', 'not_exported') and i.result <> 'refused' then
                of_tx := (select p.tx_id from payment p
                    where p.tx_id = regexp_replace(i.reference, ':[1-9][0-9]?$', '')
                        and not exists (select from attempt a
                            where a.reference = i.reference and a.via <> 'manual'));
                lost := array_append(lost, of_tx);
                if said.outcome = 'unknown' and of_tx <> '' then
                    said.outcome := 'lost';
                end if;
            end if;
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
    perform case_again('manual_unknown', x.tx_id, 'the bank is said to have carried out an order '
            'of it that was never exported, as this database knows: it is not exported before '
            'that is found out')
        from (select distinct unnest(lost) as tx_id) x where x.tx_id <> '';
    if bad = 0 then
        perform wake();
    end if;
    return query select (e ->> 'line')::bigint, e ->> 'reference', e ->> 'outcome', e ->> 'word'
        from unnest(lines) e order by 1;
end
$$;
