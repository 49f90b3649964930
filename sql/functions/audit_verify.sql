-- audit_verify - does a part of the audit trail's chain still say what it said?
-- In:     the link to begin after (0: the first) and its hash in hex, 64 zeros
--         before the first; how many links to look at.
-- Out:    one row: how many were good; the last good number and its hash; of the
--         first bad one, if there is one, its number, the row's n, and the fault.
-- Errors: none.
create or replace function windlass.audit_verify(
    p_after bigint, p_hash text, p_most integer, out good integer, out number bigint, out hash text,
    out bad_number bigint, out bad_n bigint, out fault text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    head bytea := decode(p_hash, 'hex');
    l record;
begin
    good := 0;
    number := p_after;
    for l in select k.number, k.n, k.hash, a as row, a.n is not null as is_there
            from audit_link k left join audit a on a.n = k.n
            where k.number > p_after order by k.number limit p_most loop
        fault := case
            when l.number <> number + 1 then 'a link before it is gone'
            when not l.is_there then 'the row is gone'
            when l.hash <> audit_hash(head, l.number, l.row) then
                'the row, or its link, is not what was linked'
            end;
        if fault is not null then
            bad_number := l.number;
            bad_n := l.n;
            exit;
        end if;
        good := good + 1;
        number := l.number;
        head := l.hash;
    end loop;
    hash := encode(head, 'hex');
end
$$;
