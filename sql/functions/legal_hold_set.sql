-- legal_hold_set - from now on an erasure leaves what is sealed of a customer to
--                  operators.
-- In:     the customer; who says so and why: in the audit trail, so no value of
--         theirs.
-- Out:    'held'; 'already'; 'erased' or 'unknown': there is nothing to keep.
-- Errors: constraints.
-- Writes: legal_hold, audit.
create or replace function windlass.legal_hold_set(p_id uuid, p_who text, p_reason text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    -- An erasure that is under way ends first, or sees the hold.
    perform from customer c where c.id = p_id for update;
    if not found then
        return case when exists (select from legal_hold h where h.customer = p_id) then 'already'
            when exists (select from customer_tombstone t where t.id = p_id) then 'erased'
            else 'unknown' end;
    end if;
    insert into legal_hold (customer, by_whom, reason) values (p_id, p_who, p_reason)
        on conflict do nothing;
    if not found then
        return 'already';
    end if;
    insert into audit (what, subject, detail) values ('legal_hold', p_id::text,
        jsonb_build_object('who', p_who, 'reason', p_reason));
    return 'held';
end
$$;
