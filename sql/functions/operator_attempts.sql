-- operator_attempts - a payment's orders to rails, but for what is in them.
-- In:     the transaction.
-- Out:    a row an attempt, in order.
-- Units:  times in microseconds, see micros().
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_attempts(p_tx text)
returns table (
    n integer, rail text, reference text, amount numeric, currency text, outcome text,
    bank_id text, refusal text, is_fixable boolean, sends integer, looks integer, empties integer,
    stored_us bigint, first_us bigint, last_us bigint, deadline_us bigint, look_us bigint,
    fee numeric, hash text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select a.n, a.rail, a.reference, a.amount, a.currency, a.outcome,
                a.bank_id, a.refusal, a.is_fixable, a.sends, a.looks, a.empties,
                us(a.stored_at), micros(a.first_sent), micros(a.last_sent), micros(a.deadline),
                micros(a.next_at), a.fee, a.hash
            from attempt a where a.tx_id = p_tx order by a.n;
end
$$;
