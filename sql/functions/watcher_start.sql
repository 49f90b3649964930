-- watcher_start - a watcher begins: what an earlier run of it had claimed is free.
--         Its reference file, which only one process can lock, says that the
--         earlier run is dead.
-- In:     the watcher.
-- Out:    the epoch; whether attempts of this epoch are stored; how many claims
--         were freed.
-- Errors: none.
-- Writes: payment.
create or replace function windlass.watcher_start(
    p_holder text, out epoch bigint, out has_attempts boolean, out freed bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    select h.epoch into epoch from money_hold h;
    has_attempts := exists (select from attempt a where a.epoch = watcher_start.epoch);
    update payment p set claim_token = token_next(p.claim_token), claimed_by = '',
            claimed_until = '-infinity'
        where p.claimed_by = p_holder;
    get diagnostics freed = row_count;
end
$$;
