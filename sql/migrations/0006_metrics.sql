-- 0006_metrics: figures that cost the same with a thousand payments and a million.
--
-- Customers by status and payments by state are counted when they change.  A
-- counter that every writer updates would make them wait for each other, and two
-- batches could lock two counters crosswise: so a change is a row of its own,
-- inserted plain, and the watcher folds them into the tally once a second.  What
-- is true is the sum of both, read in one statement.

create table windlass.tally (
    kind text   not null check (kind in ('customer', 'payment')),
    a    text   not null,
    b    text   not null default '',
    n    bigint not null,
    primary key (kind, a, b)
);
create table windlass.tally_change (
    kind text    not null,
    a    text    not null,
    b    text    not null default '',
    n    integer not null
);
alter table windlass.tally_change set (autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000);

-- How a customer stood for each type when last changed: {"sep31-sender":
-- "ACCEPTED"}.  The gate asks anew; this is for counting only.
alter table windlass.customer add column standing jsonb not null default '{}'
    check (jsonb_typeof(standing) = 'object');
update windlass.customer set standing = (select jsonb_object_agg(t, 'UNKNOWN')
    from unnest(types) t) where types <> '{}';

insert into windlass.tally (kind, a, b, n)
    select 'customer', s.value, s.key, count(*)
        from windlass.customer c, jsonb_each_text(c.standing) s group by s.value, s.key;
insert into windlass.tally (kind, a, n)
    select 'payment', state, count(*) from windlass.payment group by state;

create function windlass.customer_is_tallied() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into tally_change (kind, a, b, n)
        select 'customer', x.status, x.type, sum(x.n)
            from (select s.key as type, s.value as status, 1 as n
                    from jsonb_each_text(new.standing) s
                union all
                select s.key, s.value, -1 from jsonb_each_text(old.standing) s) x
            group by x.status, x.type having sum(x.n) <> 0;
    return null;
end
$$;
create trigger customer_comes_and_goes after insert or delete on windlass.customer
    for each row execute function windlass.customer_is_tallied();
create trigger customer_stands_anew after update of standing on windlass.customer
    for each row when (old.standing is distinct from new.standing)
    execute function windlass.customer_is_tallied();

create function windlass.payment_is_tallied() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    insert into tally_change (kind, a, n) values ('payment', new.state, 1);
    if tg_op = 'UPDATE' then
        insert into tally_change (kind, a, n) values ('payment', old.state, -1);
    end if;
    return null;
end
$$;
create trigger payment_comes after insert on windlass.payment
    for each row execute function windlass.payment_is_tallied();
create trigger payment_moves after update of state on windlass.payment
    for each row when (old.state <> new.state)
    execute function windlass.payment_is_tallied();

-- The oldest of each state, and of what waits to be told.
create index payment_age on windlass.payment (state, made_at)
    where state in ('new', 'asked', 'out', 'held', 'review');
create index report_age on windlass.report (made_at) where state = 'open';
create index case_open on windlass."case" (kind) where state = 'open';
