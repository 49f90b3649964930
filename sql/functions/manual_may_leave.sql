-- manual_may_leave - is that order still on its way out?
-- In:     the payment, the attempt.
-- Out:    false: it stands before a person, the platform has to be told something
--         first, a second person has not approved it, or the bank may have had it
--         from a database that is lost.
-- Errors: none.
-- Writes: nothing.
create or replace function windlass.manual_may_leave(p_tx text, p_n integer) returns boolean
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return exists (select from payment p
            join outflow o on o.tx_id = p.tx_id
            join attempt a on a.tx_id = p.tx_id and a.n = p_n
            where p.tx_id = p_tx and p.state = 'out' and o.state = 'sending' and a.outcome = 'open')
        and not exists (select from report r where r.tx_id = p_tx and r.state = 'open')
        and not exists (select from "case" c where c.kind = 'manual_unknown' and c.tx_id = p_tx
            and c.operation = '' and c.state = 'open')
        and not payment_unapproved(p_tx, p_n);
end
$$;
