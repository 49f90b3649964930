-- report_intend - the platform is to be told that a customer has changed, that a
--                 payment ends, or what brings its record back.
-- In:     the claim; method and params; a mark of what was told; the notice it
--         answers ('' for none).
-- Out:    whether it was done; false: the claim is lost, a report is open, money of
--         it may be out, or an outflow of it stands still for the hold on all money.
-- Errors: constraints.
-- Writes: report, payment, customer_notice.
create or replace function windlass.report_intend(
    p_tx text, p_token bigint, p_method text, p_params jsonb, p_mark text,
    p_customer text, p_type text, p_version bigint) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if not payment_lock(p_tx, p_token)
            or exists (select from report r where r.tx_id = p_tx and r.state = 'open')
            or exists (select from outflow o where o.tx_id = p_tx
                and (o.state not in ('ready', 'sending', 'failed')
                    or exists (select from money_hold h where h.is_on)
                    or exists (select from attempt a where a.tx_id = p_tx and a.sends > 0
                        and a.outcome not in ('refused', 'returned')))) then
        return false;
    end if;
    perform report_add(p_tx, p_method, p_params, '');
    update payment q set noticed = p_mark, noticed_at = clock_now() where q.tx_id = p_tx;
    if p_customer <> '' then
        update customer_notice c set state = 'done', tries = c.tries + 1
            where c.tx_id = p_tx and c.customer = p_customer::uuid and c.type = p_type
                and c.version = p_version;
    end if;
    return true;
end
$$;
