-- case_again - puts something before a person that has just come to a stop: also
--              what one of them had closed, for it has happened again.
-- In:     a code, the transaction, a sentence.
-- Errors: constraints.
-- Writes: case.
create or replace function windlass.case_again(p_kind text, p_tx text, p_reason text)
returns void
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into "case" as c (kind, tx_id, operation, reason) values (p_kind, p_tx, '', p_reason)
        on conflict (kind, tx_id, operation) do update
            set state = 'open', reason = p_reason, opened_at = windlass.now(), closed_by = '',
                closed_at = 'infinity', closed_why = ''
            where c.state = 'closed';
end
$$;
