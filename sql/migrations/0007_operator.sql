-- 0007_operator: what the operator's command asks: the newest payments first, and
-- since when a payment waits for what it waits for.
create index payment_made on windlass.payment (made_at);

alter table windlass.payment add column reason_at timestamptz not null default windlass.now();

create function windlass.payment_waits_anew() returns trigger
language plpgsql
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    new.reason_at := clock_now();
    return new;
end
$$;
create trigger payment_waits_anew before update on windlass.payment
    for each row when ((old.state, old.reason) is distinct from (new.state, new.reason))
    execute function windlass.payment_waits_anew();
