-- report_add - the next thing to tell the platform about a payment.
-- In:     the payment, whose row the caller has locked; method, params without
--         the transaction, and the status that the record has afterwards.
-- Out:    its number.
-- Errors: constraints.
-- Writes: report.
create or replace function windlass.report_add(
    p_tx text, p_method text, p_params jsonb, p_expect text) returns integer
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    n integer := coalesce((select max(r.seq) from report r where r.tx_id = p_tx), 0) + 1;
begin
    insert into report (tx_id, seq, method, params, expect_status, rpc_id) values (p_tx, n, p_method,
        jsonb_build_object('transaction_id', p_tx) || p_params, p_expect, p_tx || ':' || n);
    return n;
end
$$;
