-- manual_ready - whether orders may be given to people, and which ones wait for
--                that, the oldest first.
-- In:     how many at most.
-- Out:    one row at least: outcome ready, none, hold (why stands in word), or
--         unwritten (word is the batch that was not seen to be written out).  With
--         ready an order a row: what opens it stands beside it.
-- Holds:  none that is no more on its way out.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.manual_ready(p_most integer)
returns table (outcome text, word text, reference text, tx_id text, n integer, sealed_key bytea,
    body bytea)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select 'hold', h.reason into outcome, word from money_hold h where h.is_on;
    if outcome is null then
        select 'unwritten', b.batch::text into outcome, word
            from manual_batch b where b.written_at = 'infinity';
    end if;
    if outcome is not null then
        return next;
        return;
    end if;
    return query select 'ready', '', m.reference, m.tx_id, m.n, o.sealed_key, a.body
        from manual_order m
        join attempt a on a.reference = m.reference
        join outflow o on o.tx_id = m.tx_id
        where m.batch = 0 and m.state = 'pending' and manual_may_leave(m.tx_id, m.n)
        order by m.taken_at, m.reference limit p_most;
    if not found then
        outcome := 'none';
        word := '';
        return next;
    end if;
end
$$;
