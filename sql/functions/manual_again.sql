-- manual_again - a batch that was given to people, or one order of it, once more.
-- In:     the number of a batch, or a reference; who takes it.
-- Out:    one row at least: outcome again, unknown, or hold (why stands in word).
--         With again an order a row, in the order in which it was given first.
-- Errors: constraints.
-- Writes: audit: whose values are shown, to whom.
create or replace function windlass.manual_again(p_word text, p_who text)
returns table (outcome text, word text, reference text, tx_id text, n integer, sealed_key bytea,
    body bytea, batch bigint, is_confirmed boolean)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select 'hold', h.reason into outcome, word from money_hold h where h.is_on;
    if outcome is not null then
        return next;
        return;
    end if;
    insert into audit (what, subject, detail)
        select 'payout_export_again', m.tx_id, jsonb_build_object('who', p_who, 'batch', m.batch,
                'reference', m.reference)
            from manual_order m
            where m.batch > 0 and p_word in (m.reference, m.batch::text) order by m.reference;
    return query select 'again', '', m.reference, m.tx_id, m.n, o.sealed_key, a.body, m.batch,
            m.state <> 'pending'
        from manual_order m
        join attempt a on a.reference = m.reference
        join outflow o on o.tx_id = m.tx_id
        where m.batch > 0 and p_word in (m.reference, m.batch::text)
        order by m.taken_at, m.reference;
    if not found then
        outcome := 'unknown';
        word := '';
        return next;
    end if;
end
$$;
