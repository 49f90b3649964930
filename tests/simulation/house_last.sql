-- house_last - after the book and the customers are there: all other tables are
-- what a run writes, and are remembered as they are now.

create table sim.written (name text primary key, names text not null);
insert into sim.written
    select t.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum)
        from pg_class t
        join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
            and a.attgenerated = ''
        where t.relnamespace = 'windlass'::regnamespace and t.relkind = 'r'
            and t.relname not in ('clock', 'book_version', 'book_document', 'pool', 'movement',
                'fingerprint_key', 'wrapping_key')
        group by t.relname;

do $$
declare
    t    record;
    back text := '';
    save text := '';
    load text := '';
    is_used boolean;
begin
    create schema sim_first;
    create schema sim_backup;
    for t in select * from sim.written order by name loop
        execute format('create table sim_first.%I as select %s from windlass.%I', t.name, t.names,
            t.name);
        execute format('create table sim_backup.%I as select %s from windlass.%I', t.name, t.names,
            t.name);
        -- Most are empty in the beginning.
        execute format('select exists (select from windlass.%I)', t.name) into is_used;
        back := back || format('delete from windlass.%I; ', t.name);
        continue when not is_used and t.name !~ '^(payment|outflow|attempt|funding|report|case|'
            'quote|quote_use|hold|pool_entry|promised|audit|client_pool|customer_notice)$';
        back := back || format('insert into windlass.%I (%s) overriding '
            'system value select %s from sim_first.%I; ', t.name, t.names, t.names, t.name);
        save := save || format('delete from sim_backup.%I; insert into sim_backup.%I select %s '
            'from windlass.%I; ', t.name, t.name, t.names, t.name);
        load := load || format('delete from windlass.%I; insert into windlass.%I (%s) overriding '
            'system value select %s from sim_backup.%I; ', t.name, t.name, t.names, t.names, t.name);
    end loop;
    execute format('create function sim.reset(draws bigint) returns void language plpgsql '
        'set session_replication_role = replica as %L',
        E'#variable_conflict use_column\nbegin ' || back || 'perform setval(''sim.draws'', draws); end');
    execute format('create function sim.back_up() returns void language plpgsql as %L',
        E'#variable_conflict use_column\nbegin ' || save || 'end');
    execute format('create function sim.restore() returns void language plpgsql '
        'set session_replication_role = replica as %L', E'#variable_conflict use_column\nbegin ' || load || 'end');
end
$$;

create function sim.look(out next_us bigint, out unfinished bigint)
language plpgsql stable as $$
begin
    select min(windlass.micros(greatest(p.next_at, p.claimed_until))), count(*)
        into next_us, unfinished
        from windlass.payment p
        where p.next_at < 'infinity' and p.reason !~ '^not_on_ledger:'
            -- Of the one receiver who never shows papers.
            and p.receiver <> '00000000-0000-4000-8000-000000002003'
            and not (p.reason like 'money_on_hold:%' and (select is_on from windlass.money_hold));
    next_us := coalesce(next_us, 9223372036854775807);
end
$$;

create function sim.standing(tx text, out state text, out reason text, out status text,
    out outflow text, out outcome text, out bank_id text, out calls text)
language plpgsql stable as $$
begin
    select p.state, p.reason, p.status, coalesce(o.state, ''), coalesce(a.outcome, ''),
            coalesce(a.bank_id, ''),
            coalesce((select min(c.kind) from windlass."case" c
                where c.tx_id = tx and c.state = 'open'), '')
        into state, reason, status, outflow, outcome, bank_id, calls
        from windlass.payment p
        left join windlass.outflow o using (tx_id)
        left join lateral (select * from windlass.attempt x where x.tx_id = p.tx_id
            order by x.n desc limit 1) a on true
        where p.tx_id = tx;
end
$$;

-- What a person orders by hand may be refused, by a rule or by the rows themselves.
create function sim.turn(tx text) returns text
language plpgsql as $$
begin
    return (select t.outcome from windlass.operator_payment_refund(tx, 'Bo', 'asked for it') t);
exception when others then
    return 'not possible: ' || sqlstate;
end
$$;

-- What no run may break, whatever happens in it.
create function sim.rules() returns text
language plpgsql stable as $$
declare
    fault text;
begin
    select format('%s: two attempts are alive', a.tx_id) into fault from windlass.attempt a
        where a.outcome not in ('refused', 'returned') group by a.tx_id having count(*) > 1;
    if fault is null then
        select format('%s: settled, and its quote is %s', a.tx_id, coalesce(u.ended, 'not bound'))
            into fault
            from windlass.attempt a left join windlass.quote_use u using (tx_id)
            where a.outcome = 'settled' and a.rail = 'payout' and u.ended is distinct from 'settled'
            limit 1;
    end if;
    if fault is null then
        select format('%s: an operation on the ledger pays for %s payments', f.operation_id,
            count(*)) into fault
            from windlass.funding f group by f.operation_id having count(*) > 1;
    end if;
    if fault is null then
        select format('%s: in state %s, and its outflow is %s', p.tx_id, p.state, o.state)
            into fault
            from windlass.payment p join windlass.outflow o using (tx_id)
            where (p.state = 'done') <> (o.state = 'done') limit 1;
    end if;
    return fault;
end
$$;
