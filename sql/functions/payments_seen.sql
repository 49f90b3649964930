-- payments_seen - stores what a reading of the platform showed.
-- In:     array of {tx_id, status, updated_us, is_paid, is_final, named_quote,
--         sender, receiver, method, currency, memo, snapshot}; memo is the one a
--         new payment gets.
-- Out:    per record known | new | changed | skipped (final and never ours) |
--         failed (it cannot be stored: a case, and the others go on) | failing
--         (the same as before).
-- Errors: those of the moment (fault_passes): else each record has its own savepoint.
-- Writes: payment, case.
create or replace function windlass.payments_seen(p_records jsonb)
returns table (tx_id text, outcome text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    j    jsonb;
    r    payment_record;
    p    payment;
    t    timestamptz := clock_now();
    what text;
    known text[] := '{}';
begin
    begin
        known := payments_known(p_records, t);
    exception when others then
        -- What is wrong with one of them is that one's matter: each alone.
        known := '{}';
    end;
    for j in select e from jsonb_array_elements(p_records) as e order by e ->> 'tx_id' loop
        if j ->> 'tx_id' = any (known) then
            tx_id := j ->> 'tx_id';
            outcome := 'known';
            return next;
            continue;
        end if;
        begin
            r := jsonb_populate_record(null::payment_record, j);
            select * into p from payment as q where q.tx_id = r.tx_id;
            if not found and r.is_final then
                what := 'skipped';
            elsif not found then
                insert into payment as q (tx_id, status, updated_at, is_paid, named_quote, snapshot,
                        seen_at, sender, receiver, method, currency, memo)
                    values (r.tx_id, r.status, from_us(r.updated_us), r.is_paid, r.named_quote,
                        r.snapshot, t, r.sender, r.receiver, r.method, r.currency, r.memo)
                    on conflict on constraint payment_pkey do nothing;
                what := case when found then 'new' else 'known' end;
            elsif p.updated_at < from_us(r.updated_us) then
                perform from payment as q where q.tx_id = r.tx_id for update;
                what := case when snapshot_take(j) then 'changed' else 'known' end;
            else
                what := 'known';
                if p.seen_at < t - interval '2 minutes' then
                    update payment as q set seen_at = t where q.tx_id = r.tx_id;
                end if;
            end if;
        exception when others then
            if fault_passes(sqlstate) then
                raise;
            end if;
            what := case when case_open('record_unstorable',
                    left(coalesce(j ->> 'tx_id', ''), 64), '',
                    'the platform shows a record that cannot be stored (SQLSTATE '
                        || sqlstate || ')')
                then 'failed' else 'failing' end;
        end;
        tx_id := j ->> 'tx_id';
        outcome := what;
        return next;
    end loop;
end
$$;
