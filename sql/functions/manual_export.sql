-- manual_export - orders are given to people: in this file, and in no other.
-- In:     their references; who takes them.
-- Out:    ok and the number of the batch; hold; unwritten (another was not seen to
--         be written out); moved (one of them may not leave any more).
-- Holds:  all of them or none; a hold that is set at the same time waits.
-- Errors: constraints.
-- Writes: manual_batch, manual_order, audit (a row a payment: whose values are
--         shown, to whom).
create or replace function windlass.manual_export(
    p_references text[], p_who text, out outcome text, out batch bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    h     money_hold;
    total integer;
begin
    select * into h from money_hold for share;
    if h.is_on then
        outcome := 'hold';
        return;
    end if;
    perform from payment p where p.tx_id in (select m.tx_id from manual_order m
        where m.reference = any (p_references)) order by p.tx_id for update;
    perform from manual_order m where m.reference = any (p_references)
        order by m.reference for update;
    select count(*) into total from manual_order m
        where m.reference = any (p_references) and m.batch = 0 and m.state = 'pending'
            and manual_may_leave(m.tx_id, m.n);
    if total = 0 or total <> cardinality(p_references) then
        outcome := 'moved';
        return;
    end if;
    begin
        insert into manual_batch (made_by, payouts) values (p_who, total)
            returning manual_batch.batch into manual_export.batch;
    exception when unique_violation then
        outcome := 'unwritten';
        return;
    end;
    update manual_order m set batch = manual_export.batch, exported_by = p_who,
            changed_at = clock_now()
        where m.reference = any (p_references);
    insert into audit (what, subject, detail)
        select 'payout_export', m.tx_id, jsonb_build_object('who', p_who,
                'batch', manual_export.batch, 'reference', m.reference)
            from manual_order m where m.reference = any (p_references) order by m.reference;
    outcome := 'ok';
end
$$;
