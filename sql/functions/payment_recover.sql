-- payment_recover - a person brings a payment back that the platform has as ended
--                   though its money came: the platform is told, then it goes on.
-- In:     the transaction; who says so and why: in the audit trail.
-- Out:    ok | unknown | busy (a watcher still works on it, or it is paid out) |
--         not_ended | not_paid (the platform takes no recovery of these) |
--         report_open (something else is to be told first).
-- Errors: constraints.
-- Writes: report, payment (no claim on it holds any more), the case that it stopped
--         with, audit, wake.
create or replace function windlass.payment_recover(p_tx text, p_who text, p_reason text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    p payment;
begin
    select * into p from payment q where q.tx_id = p_tx for update;
    if not found then
        return 'unknown';
    elsif p.state not in ('held', 'review', 'closed') then
        return 'busy';
    elsif p.status not in ('error', 'expired') then
        return 'not_ended';
    elsif not p.is_paid then
        return 'not_paid';
    elsif exists (select from report r where r.tx_id = p_tx and r.state = 'open') then
        return 'report_open';
    end if;
    perform report_add(p_tx, 'notify_transaction_recovery', '{}', 'pending_receiver');
    update payment q
        set sent_on_by = p_who, claim_token = token_next(q.claim_token), claimed_by = '',
            claimed_until = '-infinity', nudged = q.nudged + 1, next_at = clock_now()
        where q.tx_id = p_tx;
    update "case" c set state = 'closed', closed_by = p_who, closed_at = windlass.now(),
            closed_why = p_reason
        where c.tx_id = p_tx and c.state = 'open' and c.operation = ''
            and c.kind = split_part(p.reason, ':', 1);
    insert into audit (what, subject, detail) values ('payment_recover', p_tx,
        jsonb_build_object('who', p_who, 'reason', p_reason));
    perform wake();
    return 'ok';
end
$$;
