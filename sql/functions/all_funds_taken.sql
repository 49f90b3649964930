-- all_funds_taken - the money for payments is there: as funds_taken(), for a list.
-- In:     array of {tx_id, token, operations, sealed_key (hex), least, most}.
-- Out:    per payment as funds_taken(), or failed and the SQLSTATE.
-- Errors: those of the moment (fault_passes); else what is wrong with one of them is
--         that one's matter.
-- Writes: as funds_taken().
create or replace function windlass.all_funds_taken(p_items jsonb)
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
        done := funds_taken_plainly(p_items);
    exception when others then
        done := '{}';
    end;
    for i in select * from jsonb_to_recordset(p_items) as e(tx_id text, token bigint,
            operations jsonb, sealed_key text, least numeric, most numeric) order by e.tx_id loop
        tx_id := i.tx_id;
        outcome := 'ok';
        if i.tx_id <> all (done) then
            begin
                outcome := funds_taken(i.tx_id, i.token, i.operations, decode(i.sealed_key, 'hex'),
                    i.least, i.most);
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
