-- attempts_store - stores orders to the rail before anybody sends them: as
--                  attempt_store(), for a list of payouts.
-- In:     array of {tx_id, token, version, n, body (hex)}; who stores them; by what
--         they go: http or manual.
-- Out:    per order as attempt_store(), or failed and the SQLSTATE.
-- Errors: those of the moment (fault_passes); else what is wrong with one of them is
--         that one's matter.
-- Writes: attempt, outflow.
create or replace function windlass.attempts_store(p_items jsonb, p_holder text, p_via text)
returns table (tx_id text, outcome text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    i    record;
    done text[] := '{}';
begin
    begin
        done := attempts_store_plainly(p_items, p_holder, p_via);
    exception when others then
        done := '{}';
    end;
    for i in select * from jsonb_to_recordset(p_items) as e(tx_id text, token bigint,
            version bigint, n integer, body text) order by e.tx_id loop
        tx_id := i.tx_id;
        outcome := 'ok';
        if i.tx_id <> all (done) then
            begin
                outcome := attempt_store(i.tx_id, i.token, i.version, i.n, decode(i.body, 'hex'),
                    p_holder, '{}', p_via);
            exception when others then
                if fault_passes(sqlstate) then
                    raise;
                end if;
                outcome := 'failed ' || sqlstate;
            end;
        end if;
        return next;
    end loop;
end
$$;
