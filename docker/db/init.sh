#!/bin/bash
# init.sh - two databases on one server, each with an owner of its own; the
# postgres image runs it once, on an empty volume, as the superuser.
#
# The platform's names are those it is given itself (DATA_DATABASE and the
# SECRET_DATA_ settings).  Ours stand in the connection strings of the owner and
# of the roles, which log in with one password here; sql/migrate.sh gives them
# their rights.
set -eu

word() { # NAME CONNECTION-STRING: its value there
    printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

psql -X -q -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v platform="$DATA_DATABASE" \
    -v platform_owner="$SECRET_DATA_USERNAME" -v platform_secret="$SECRET_DATA_PASSWORD" \
    -v windlass="$(word dbname "$WINDLASS_OWNER_URL")" \
    -v windlass_owner="$(word user "$WINDLASS_OWNER_URL")" \
    -v owner_secret="$(word password "$WINDLASS_OWNER_URL")" \
    -v role_secret="$(word password "$WINDLASS_DATABASE_URL")" <<'SQL'
create role :"platform_owner" login password :'platform_secret';
create database :"platform" owner :"platform_owner";
revoke all on database :"platform" from public;

create role :"windlass_owner" login createrole password :'owner_secret';
create database :"windlass" owner :"windlass_owner";
revoke all on database :"windlass" from public;

-- Made by the owner, so that it may alter them on later versions, too.
set role :"windlass_owner";
select format('create role %I login password %L', role, :'role_secret'),
       format('grant connect on database %I to %I', :'windlass', role)
from unnest(array['windlass_customer', 'windlass_rate', 'windlass_event', 'windlass_status',
    'windlass_watcher', 'windlass_operator']) as role \gexec
reset role;

\connect :"platform"
alter schema public owner to :"platform_owner";
\connect :"windlass"
alter schema public owner to :"windlass_owner";
SQL
