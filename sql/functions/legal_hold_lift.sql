-- legal_hold_lift - ends a legal hold; an erasure that it kept from its end is
--                   completed.
-- In:     the customer; who says so and why: in the audit trail, so no value of
--         theirs.
-- Out:    'lifted'; 'erased' if what was kept is gone now; 'none': there was no
--         hold.
-- Errors: none.
-- Writes: legal_hold, customer_kept, document_kept, document_chunk_kept, audit.
create or replace function windlass.legal_hold_lift(p_id uuid, p_who text, p_reason text)
returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    is_living boolean;
begin
    perform from customer c where c.id = p_id for update;
    is_living := found;
    delete from legal_hold h where h.customer = p_id;
    if not found then
        return 'none';
    end if;
    insert into audit (what, subject, detail) values ('legal_hold_lift', p_id::text,
        jsonb_build_object('who', p_who, 'reason', p_reason, 'erased', not is_living));
    return case when is_living then 'lifted' else 'erased' end;
end
$$;
