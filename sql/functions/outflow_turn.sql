-- outflow_turn - the money of a payment goes back instead of out: what follows is
--                the road of a refund.
-- In:     the payment, whose row and outflow the caller has locked; a code that
--         says why.
-- Out:    ok | refund (it does already) | unpaid (the record shows no money) |
--         sent (an order of it may be out, or settled) | over (nothing is left of
--         it, or the platform has it as completed, from where nothing leads to a
--         refund) | stands (nothing has stopped it).
-- Holds:  only what was never sent, or is known not to have gone out, is turned.
--         The quote stays bound until the refund is done.
-- Errors: WL020 an outflow in review, turned by a watcher.
-- Writes: outflow, attempt (one that was never sent ends), payment, audit.
create or replace function windlass.outflow_turn(p_tx text, p_why text) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p payment;
    o outflow;
begin
    select * into p from payment q where q.tx_id = p_tx;
    select * into o from outflow x where x.tx_id = p_tx;
    if p.state in ('done', 'closed') or o.state = 'done' or o.told then
        return 'over';
    elsif not p.is_paid then
        return 'unpaid';
    elsif o.tx_id is null and p.state not in ('asked', 'held', 'review') then
        return 'stands';
    elsif o.tx_id is null and p.refund_why <> '' and p.state = 'held' then
        return 'refund';
    elsif o.tx_id is not null and o.state not in ('ready', 'failed', 'review') then
        return case o.way when 'refund' then 'refund' else 'sent' end;
    elsif exists (select from attempt a where a.tx_id = p_tx
            and a.outcome not in ('refused', 'returned') and a.sends > 0) then
        return 'sent';
    elsif o.way = 'refund' and o.state = 'ready' and p.state = 'out' then
        return 'refund';
    end if;
    if o.tx_id is null then
        -- A watcher verifies what came, and makes the outflow.
        update payment q set state = 'held', reason = 'refund: the money goes back', refund_why = p_why
            where q.tx_id = p_tx;
    else
        update attempt a set outcome = 'refused', refusal = 'never_sent'
            where a.tx_id = p_tx and a.outcome not in ('refused', 'returned');
        -- What a person has looked into is not told again.
        update report r set state = 'dropped', ended_at = now()
            where r.tx_id = p_tx and r.state = 'parked' and r.method = 'do_stellar_refund';
        update outflow x set way = 'refund', state = 'ready', reason = p_why,
            version = x.version + 1, moved_at = windlass.now() where x.tx_id = p_tx;
        update payment q set state = 'out', reason = '', refund_why = p_why where q.tx_id = p_tx;
    end if;
    update payment q set nudged = q.nudged + 1, next_at = least(q.next_at, clock_now())
        where q.tx_id = p_tx;
    insert into audit (what, subject, detail) values ('payment_turn', p_tx,
        jsonb_build_object('why', p_why, 'from', p.state));
    return 'ok';
end
$$;
