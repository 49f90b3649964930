-- reports_again - a reading showed that these reports were not applied: they may
--                 be sent again, each alone, after a random wait.
-- In:     array of {tx_id, token, seq, error}; error: what the platform said last.
-- Out:    nothing.
-- Errors: none.
-- Writes: report.
create or replace function windlass.reports_again(p_items jsonb) returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    i record;
begin
    for i in select * from jsonb_to_recordset(p_items)
            as e(tx_id text, token bigint, seq integer, error text) order by e.tx_id loop
        continue when not payment_lock(i.tx_id, i.token);
        update report r
            set doubt = false, alone = true, last_error = coalesce(i.error, r.last_error),
                next_at = clock_now() + random() * least(300, power(2, least(r.tries, 9)))
                    * interval '1 second'
            where r.tx_id = i.tx_id and r.seq = i.seq and r.state = 'open';
    end loop;
end
$$;
