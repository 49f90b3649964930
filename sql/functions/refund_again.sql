-- refund_again - the money is back, and the record went where that cannot be told:
--                it is brought back first, then it is told again.
-- In:     the claim; the report of the refund, which is open; array of one {record},
--         as in payments_seen().
-- Out:    whether it was done; false: the claim is lost, it is none, or no road leads
--         from there.
-- Errors: constraints.
-- Writes: report, payment.
create or replace function windlass.refund_again(
    p_tx text, p_token bigint, p_seq integer, p_record jsonb) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    told  report;
    stand text := p_record #>> '{0,record,status}';
    error constant jsonb :=
        '{"message": "refund: the payment cannot be paid out, the money goes back"}';
begin
    if not payment_lock(p_tx, p_token)
            or stand not in ('error', 'pending_external', 'pending_customer_info_update') then
        return false;
    end if;
    update report r set state = 'dropped', ended_at = now(), doubt = false, last_error = stand
        where r.tx_id = p_tx and r.seq = p_seq and r.state = 'open'
            and r.method = 'notify_refund_sent' returning * into told;
    if not found then
        return false;
    end if;
    perform snapshot_take(p_record #> '{0,record}');
    if stand = 'pending_customer_info_update' then
        perform report_add(p_tx, 'notify_customer_info_updated', '{}', 'pending_receiver');
    else
        if stand = 'pending_external' then
            perform report_add(p_tx, 'notify_transaction_error', error, 'error');
        end if;
        perform report_add(p_tx, 'notify_transaction_recovery', '{}', 'pending_receiver');
    end if;
    perform report_add(p_tx, told.method, told.params, told.expect_status);
    return true;
end
$$;
