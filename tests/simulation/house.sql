-- house - what the owner adds to a database for the simulation: a clock that only
-- the simulation moves, chance that follows from it, a way back to the beginning,
-- and backups.  Every function of schema windlass looks into that schema first,
-- so these take the place of PostgreSQL's own.

create schema sim;
grant usage on schema sim to public;

create sequence sim.clock minvalue 0 start 1780272000000000; -- microseconds; 2026-06-01
create sequence sim.draws;

create function windlass.clock_timestamp() returns timestamptz
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select timestamptz 'epoch' + last_value * interval '1 microsecond' from sim.clock $$;

create function windlass.transaction_timestamp() returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select timestamptz 'epoch' + last_value * interval '1 microsecond' from sim.clock $$;

create function windlass.random() returns double precision
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select (hashint8extended(nextval('sim.draws'), 7) & 1048575) / 1048576.0 $$;

grant execute on function windlass.clock_timestamp(), windlass.transaction_timestamp(),
    windlass.random() to public;

create function sim.tick(us bigint) returns bigint
language sql volatile as $$ select setval('sim.clock', us) $$;
