-- reconcile_compare - compares one part of what was read with our books as they are.
-- In:     the comparison; which reading of the two; the part: platform, bank,
--         treasury, ledger, own, or unread, treasury_unread (one that cannot be asked),
--         or people, who pay out.
-- Out:    how many differences there are.
-- Holds:  what people have paid out stands in our own books alone, so that a database
--         that has gone back agrees with them: that is always a difference, another
--         for each hold, until a person has looked at the bank's statement.
-- Errors: constraints.
-- Writes: reconcile_difference.
create or replace function windlass.reconcile_compare(
    p_run bigint, p_reading integer, p_part text) returns integer
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    r     reconciliation;
    found integer;
begin
    select * into r from reconciliation x where x.run = p_run;
    insert into reconcile_difference (run, reading, kind, tx_id, subject, ours, theirs)
        select p_run, p_reading, d.kind, left(d.tx_id, 64), left(d.subject, 128), d.ours, d.theirs
            from (select * from reconcile_platform(p_run, r.since) where p_part = 'platform'
                union all select * from reconcile_bank(p_run, 'payout', r.since)
                    where p_part = 'bank'
                union all select * from reconcile_bank(p_run, 'treasury', r.since)
                    where p_part = 'treasury'
                union all select 'treasury_unread', '', '', 'orders to a treasury', ''
                    where p_part = 'treasury_unread' and exists (select from attempt a
                        where a.rail = 'treasury' and a.first_sent between r.since and now())
                union all select * from reconcile_ledger(p_run, r.since) where p_part = 'ledger'
                union all select * from reconcile_own() where p_part = 'own'
                union all select 'bank_unread', '', '', 'orders to a bank', ''
                    where p_part = 'unread' and exists (select from attempt a
                        where a.rail = 'payout' and a.first_sent between r.since and now())
                union all select 'bank_unread', '', '', 'payouts by people, held since '
                        || to_char(h.since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ''
                    from money_hold h where p_part = 'people' and h.is_on and h.set_by = '') d
        on conflict do nothing;
    get diagnostics found = row_count;
    return found;
end
$$;
