-- operator_webhook_resend - a person has events sent again: one, all of a payment
--                           or customer, or all that were given up.
-- In:     an event's id, a transaction's, a customer's, or 'dead'; who, and why:
--         for the audit trail, so no value of a customer.
-- Out:    how many; 10,000 at most, the oldest first.
-- Holds:  ids and bodies stay; each has a day of tries again.
-- Errors: constraints.
-- Writes: webhook_event, audit.
create or replace function windlass.operator_webhook_resend(
    p_what text, p_who text, p_reason text) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    t timestamptz := clock_now();
    n bigint;
    these bigint[];
begin
    if p_what = 'dead' then
        select array_agg(x.n) into these from (select e.n from webhook_event e
            where e.state = 'dead' order by e.n limit 10000 for update) x;
    else
        select array_agg(x.n) into these from (select e.n from webhook_event e
            where e.subject = p_what or e.id = case
                when p_what ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_what::uuid end
            order by e.n limit 10000 for update) x;
    end if;
    update webhook_event e
        set state = 'open', next_at = t, first_at = 'infinity', tries = 0, ended_at = 'infinity'
        where e.n = any (these);
    get diagnostics n = row_count;
    if n > 0 then
        insert into audit (what, subject, detail) values ('webhook_resend', p_what,
            jsonb_build_object('who', p_who, 'reason', p_reason, 'events', n));
    end if;
    return n;
end
$$;
