-- reports_add - as report_add(), about the money of many payments.
-- In:     the payments, whose rows the caller has locked, each with the rail's id of
--         its order; method and the status that the records have afterwards.
-- Errors: constraints.
-- Writes: report.
create or replace function windlass.reports_add(
    p_txs text[], p_bank_ids text[], p_method text, p_expect text) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := windlass.now();
begin
    insert into report (tx_id, seq, method, params, expect_status, rpc_id, made_at)
        select i.tx_id, n.seq, p_method, jsonb_build_object('transaction_id', i.tx_id,
                'external_transaction_id', i.bank_id), p_expect, i.tx_id || ':' || n.seq, t
            from unnest(p_txs, p_bank_ids) as i(tx_id, bank_id)
            cross join lateral (select coalesce(max(r.seq), 0) + 1 as seq
                from report r where r.tx_id = i.tx_id) n;
end
$$;
