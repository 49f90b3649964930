-- operator_audit - the audit trail, newest first.
-- In:     whom or what it is about, '' for all; what was done, '' for all; since
--         when; how many at most.
-- Out:    number is 0 for a row that is not linked yet; who is the person, where a
--         program acted for one; why is the reason, where one was given.
-- Units:  times in microseconds.
-- Errors: none.
create or replace function windlass.operator_audit(
    p_subject text, p_what text, p_since bigint, p_most integer)
returns table (number bigint, n bigint, at_us bigint, actor text, who text, what text,
    subject text, why text, detail text)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    return query
        select coalesce(l.number, 0), a.n, us(a.at), a.actor,
                coalesce(a.detail ->> 'who', a.detail ->> 'by', ''), a.what, a.subject,
                coalesce(a.detail ->> 'reason', a.detail ->> 'why', ''), a.detail::text
            from audit a left join audit_link l on l.n = a.n
            where (p_subject = '' or a.subject = p_subject) and (p_what = '' or a.what = p_what)
                and a.at >= from_us(p_since)
            order by a.n desc limit p_most;
end
$$;
