-- operator_payments - payments, the newest first.
-- In:     the states wanted, none for all; the code of the reason that they stand
--         or wait for, '' for any; not seen before that time (0: any); how many at
--         most, 1000 at the very most.
-- Out:    where each stands; the reason is its code alone.
-- Units:  times in microseconds, see micros().
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_payments(
    p_states text[], p_reason text, p_since_us bigint, p_most integer)
returns table (
    tx_id text, made_us bigint, state text, status text, outflow text, reason text, since_us bigint,
    expected numeric, asset text, payout numeric, currency text, client text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select p.tx_id, us(p.made_at), p.state, p.status, coalesce(o.state, ''),
                split_part(p.reason, ':', 1), us(p.reason_at),
                nullif(p.expected, 0), p.asset, nullif(p.payout, 0), p.currency, p.client
            from payment p left join outflow o on o.tx_id = p.tx_id
            where (p_states = '{}' or p.state = any (p_states))
                and (p_reason = '' or split_part(p.reason, ':', 1) = p_reason)
                and p.made_at >= from_us(p_since_us)
            order by p.made_at desc, p.tx_id limit least(p_most, 1000);
end
$$;
