-- audit_unlinked - rows of the audit trail that are in no link of its chain yet.
-- In:     rows after which n (0: all); how many rows to look at.
-- Out:    one row: how many are not linked; the last n looked at, the same as given
--         if there are no more; the time of the oldest that is not linked, 0 if none.
-- Units:  time in microseconds.
-- Errors: none.
create or replace function windlass.audit_unlinked(
    p_after bigint, p_most integer, out unlinked bigint, out last_n bigint, out oldest_us bigint)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select count(*) filter (where k.n is null), coalesce(max(p.n), p_after),
            coalesce(min(us(p.at)) filter (where k.n is null), 0)
        into unlinked, last_n, oldest_us
        from (select a.n, a.at from audit a where a.n > p_after order by a.n limit p_most) p
        left join audit_link k on k.n = p.n;
end
$$;
