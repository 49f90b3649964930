-- attempts_moved - what became of attempts, by a rail's answers.
-- In:     array of {tx_id, token, version, n, what, bank_id, code, is_fixable,
--         field, next_us, hash, record}; what: accepted | settled (after that, or a
--         payout at once) | refused | believed |
--         doubted (it came back, if that is true) | returned (it did) | empty (a
--         look-up that found nothing) | looked (one that told nothing) | seen
--         (one that found it as it was: the empty ones before do not count, nor
--         that it came back); record, if there is one: as in payments_seen().
-- Out:    per attempt ok | gone | conflict (the rail's id is another's) | failed
--         and the SQLSTATE.
-- Errors: those of the moment (fault_passes); else each has its own savepoint.
-- Writes: attempt, outflow, report, payment, case, the quote's parts.
create or replace function windlass.attempts_moved(p_items jsonb)
returns table (tx_id text, outcome text)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    i    record;
    done text[] := '{}';
begin
    begin
        done := attempts_moved_plainly(p_items);
    exception when others then
        -- What is wrong with one of them is that one's matter: each alone.
        done := '{}';
    end;
    for i in select * from jsonb_to_recordset(p_items) as e(tx_id text, token bigint,
            version bigint, n integer, what text, bank_id text, code text, is_fixable boolean,
            field text, next_us bigint, hash text, record jsonb) order by e.tx_id loop
        tx_id := i.tx_id;
        outcome := 'ok';
        if i.tx_id = any (done) then
            return next;
            continue;
        end if;
        begin
            if not outflow_lock(i.tx_id, i.token, i.version) then
                outcome := 'gone';
                return next;
                continue;
            end if;
            if jsonb_typeof(i.record) = 'object' then
                perform snapshot_take(i.record);
            end if;
            if i.what = 'accepted' then
                perform attempt_accepted(i.tx_id, i.n, i.bank_id, true);
            elsif i.what = 'settled' then
                -- At once: then that it was accepted is no news.
                if exists (select from attempt a where a.tx_id = i.tx_id and a.n = i.n
                        and a.outcome <> 'accepted') then
                    perform attempt_accepted(i.tx_id, i.n, i.bank_id, false);
                end if;
                perform attempt_settled(i.tx_id, i.n, coalesce(i.hash, ''));
            elsif i.what = 'refused' then
                perform attempt_refused(i.tx_id, i.n, i.code, i.is_fixable, coalesce(i.field, ''));
            elsif i.what = 'believed' then
                perform refusal_believed(i.tx_id, i.n);
            elsif i.what = 'doubted' then
                update attempt a set doubted_at = clock_now(), next_at = from_us(i.next_us),
                        looks = a.looks + 1, empties = 0, refusal = i.code,
                        is_fixable = i.is_fixable, field = coalesce(i.field, '')
                    where a.tx_id = i.tx_id and a.n = i.n and a.outcome in ('accepted', 'settled');
            elsif i.what = 'returned' then
                perform return_believed(i.tx_id, i.n);
            elsif i.what in ('empty', 'looked', 'seen') then
                perform attempts_looked(jsonb_build_array(jsonb_build_object('tx_id', i.tx_id,
                    'n', i.n, 'what', i.what, 'next_us', i.next_us)), array[i.tx_id]);
            else
                outcome := 'unknown';
            end if;
        exception
            when unique_violation then
                outcome := 'conflict';
            when others then
                if fault_passes(sqlstate) then
                    raise;
                end if;
                outcome := 'failed ' || sqlstate;
        end;
        return next;
    end loop;
end
$$;
