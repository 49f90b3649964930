-- payment_turn - by the book's policy, and by nobody's word, the money of a
--                payment goes back.
-- In:     the claim; a code that says why.
-- Out:    gone (the claim is lost), or what outflow_turn() says.
-- Errors: WL020 an outflow in review: out of there only a person leads.
-- Writes: what outflow_turn() writes; the case that it stopped with is closed.
create or replace function windlass.payment_turn(p_tx text, p_token bigint, p_why text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    was text;
    out text;
begin
    if not payment_lock(p_tx, p_token) then
        return 'gone';
    end if;
    perform from outflow o where o.tx_id = p_tx for update;
    select q.reason into was from payment q where q.tx_id = p_tx;
    out := outflow_turn(p_tx, p_why);
    if out = 'ok' then
        update "case" c set state = 'closed', closed_by = 'policy', closed_at = windlass.now(),
                closed_why = 'the book refunds it: ' || p_why
            where c.tx_id = p_tx and c.state = 'open' and c.operation = ''
                and c.kind = split_part(was, ':', 1);
    end if;
    return out;
end
$$;
