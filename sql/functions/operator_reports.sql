-- operator_reports - what the platform was, or is to be, told of a payment.
-- In:     the transaction.
-- Out:    a row a report, the last 200, in order.
-- Units:  times in microseconds, see micros().
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.operator_reports(p_tx text)
returns table (
    seq integer, method text, state text, tries integer, doubt boolean, last_error text,
    made_us bigint, last_us bigint, due_us bigint, ended_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select * from (
            select r.seq, r.method, r.state, r.tries, r.doubt, r.last_error,
                    us(r.made_at), micros(r.last_sent), micros(r.next_at), micros(r.ended_at)
                from report r where r.tx_id = p_tx order by r.seq desc limit 200) x
            order by x.seq;
end
$$;
