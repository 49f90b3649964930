-- 0070_lists: what moves a payment is done for whole lists of them.
--
-- A statement that writes to a table reads its checks anew, whether it writes one row
-- or a hundred: with a dozen checks that is most of what one row costs.

-- What the gate has fixed is looked at where a statement names it, only.
drop trigger payment_is_fixed on windlass.payment;
create trigger payment_is_fixed before update of memo, claim_token, quote_id, client, sender,
    receiver, method, currency, asset, expected, payout, fee, fee_asset, pay_by, gated_at, beneficiary
    on windlass.payment for each row execute function windlass.payment_is_fixed();

-- One insert for all steps of a statement.  A step raises the version: a key that is
-- wrapped anew does not.
drop trigger outflow_is_audited on windlass.outflow;
create or replace function windlass.outflow_is_audited() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into audit (what, subject, detail)
            select 'outflow', n.tx_id, jsonb_build_object(
                    'to', n.state, 'way', n.way, 'version', n.version, 'reason', n.reason)
                from news n order by n.tx_id;
    else
        insert into audit (what, subject, detail)
            select 'outflow', n.tx_id, jsonb_build_object(
                    'to', n.state, 'way', n.way, 'version', n.version, 'reason', n.reason)
                from news n join olds o on o.tx_id = n.tx_id and o.version <> n.version
                order by n.tx_id;
    end if;
    return null;
end
$$;
create trigger outflow_begins_and_is_audited after insert on windlass.outflow
    referencing new table as news
    for each statement execute function windlass.outflow_is_audited();
create trigger outflow_is_audited after update on windlass.outflow
    referencing old table as olds new table as news
    for each statement execute function windlass.outflow_is_audited();

-- The greatest seq is the last row of the key: a second count of it is one more
-- version of the payment for each report.
alter table windlass.payment drop column report_seq;
