-- audit_link - the next rows of the audit trail become links of its chain.
-- In:     how many at most.
-- Out:    how many; the number and hash (hex) of the last link, 0 and '' if there
--         is none.
-- Holds:  a row is linked only when no transaction older than its own is still
--         running: a row that shows up later comes later in the chain, too.
-- Errors: none.  While another watcher links, none are linked.
-- Writes: audit_link, audit_mark.
create or replace function windlass.audit_link(
    p_most integer, out linked integer, out number bigint, out hash text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    mark xid8;
    last xid8;
    oldest xid8;
    -- What a dump has brought bears numbers of the server that it came from;
    -- those that are yet to come on this one are over, too.
    is_moved boolean;
    head bytea;
    a audit;
begin
    linked := 0;
    select m.linked_below into mark from audit_mark m for update skip locked;
    select l.number, l.hash into number, head from audit_link l order by l.number desc limit 1;
    number := coalesce(number, 0);
    head := coalesce(head, decode(repeat('00', 32), 'hex'));
    if mark is not null then
        oldest := pg_snapshot_xmin(pg_current_snapshot());
        is_moved := mark > pg_snapshot_xmax(pg_current_snapshot());
        for a in select r.* from audit r
                where r.tx >= case when is_moved then '0' else mark end
                    and (r.tx < oldest
                        or is_moved and r.tx >= pg_snapshot_xmax(pg_current_snapshot()))
                    and not exists (select from audit_link l where l.n = r.n)
                order by r.tx, r.n limit p_most loop
            linked := linked + 1;
            number := number + 1;
            head := audit_hash(head, number, a);
            insert into audit_link values (number, a.n, head);
            last := a.tx;
        end loop;
        update audit_mark m set linked_below = case when linked < p_most then oldest
                when is_moved then mark else last end;
    end if;
    hash := case when number = 0 then '' else encode(head, 'hex') end;
end
$$;
