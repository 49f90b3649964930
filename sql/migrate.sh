#!/bin/sh
# migrate.sh - brings a database to the schema of this source tree.
#
#   WINDLASS_DATABASE_URL=... sql/migrate.sh [--check]
#
# WINDLASS_DATABASE_URL_FILE names a file of it instead.  psql shows it in the
# list of processes: a password is better off in PGPASSFILE.
#
# Each migration runs once, in one transaction, under an advisory lock, and its
# checksum is kept: a migration that was edited after it ran is refused.  Then
# all functions and grants are replaced, in one transaction, and the customers whom
# the file WINDLASS_ERASED_FILE names are erased again: after a restore nobody is
# served by a database that knows them.  --check only says what would run.  With WINDLASS_DEV=1 the database's clock may be shifted.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
url=${WINDLASS_DATABASE_URL-}
if [ -n "${WINDLASS_DATABASE_URL_FILE-}" ]; then
    [ -z "$url" ] || {
        echo "migrate: set WINDLASS_DATABASE_URL or WINDLASS_DATABASE_URL_FILE, not both" >&2
        exit 1
    }
    url=$(cat "$WINDLASS_DATABASE_URL_FILE")
fi
[ -n "$url" ] || {
    echo "migrate: set WINDLASS_DATABASE_URL to the owner's connection string" >&2
    exit 1
}
check=
case ${1-} in
'') ;;
--check) check=1 ;;
*)
    echo "usage: migrate.sh [--check]" >&2
    exit 2
    ;;
esac

sql() {
    PGOPTIONS='-c client_min_messages=warning' \
        psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$url" "$@"
}

# The lock is taken inside the same transaction as the work, so a second
# migrate.sh waits for this one and then finds everything done.
LOCK="select pg_advisory_xact_lock(7795283321);"

sql <<SQL >/dev/null
begin;
$LOCK
create table if not exists public.windlass_migration (
    name     text        primary key,
    checksum text        not null,
    ran_at   timestamptz not null default now()
);
commit;
SQL

for file in "$here"/migrations/*.sql; do
    name=$(basename "$file")
    sum=$(sha256sum "$file" | cut -d' ' -f1)
    known=$(sql -c "select checksum from public.windlass_migration where name = '$name'")
    if [ -n "$known" ]; then
        if [ "$known" != "$sum" ]; then
            echo "migrate: $name was changed after it ran; add a new migration instead" >&2
            exit 1
        fi
        continue
    fi
    if [ -n "$check" ]; then
        echo "migrate: $name would run"
        continue
    fi
    {
        cat <<SQL
begin;
$LOCK
-- Another migrate.sh may have run it while we waited for the lock.
select not exists (
    select from public.windlass_migration where name = '$name') as wanted \gset
\if :wanted
SQL
        cat "$file"
        cat <<SQL
insert into public.windlass_migration (name, checksum) values ('$name', '$sum');
\endif
commit;
SQL
    } | sql >/dev/null || {
        echo "migrate: $name failed; nothing of it was kept" >&2
        exit 1
    }
    echo "migrate: $name ran"
done
[ -z "$check" ] || exit 0

{
    echo "begin;"
    echo "$LOCK"
    # A function may call one of a later file, so bodies are checked at use.
    echo "set local check_function_bodies = off;"
    cat "$here"/functions/*.sql
    cat "$here"/grants.sql
    if [ "${WINDLASS_DEV:-0}" = 1 ]; then
        echo "update windlass.clock set is_shiftable = true;"
    fi
    echo "commit;"
} | sql >/dev/null || {
    echo "migrate: the functions could not be replaced" >&2
    exit 1
}

# Lines of the file, as common/erased.h has them; others are of erasures that did
# not come to their end.
[ -n "${WINDLASS_ERASED_FILE-}" ] && [ -f "$WINDLASS_ERASED_FILE" ] || exit 0
erased=$(
    {
        echo "begin;"
        echo "create temp table erased_line (line text);"
        echo "copy erased_line from stdin;"
        sed -nE 's/^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}) [0-9TZ:.-]+ (erased|held|lifted)$/\1 \3/p' \
            "$WINDLASS_ERASED_FILE"
        printf '%s\n' '\.'
        echo "select windlass.customers_erase_again(coalesce(jsonb_agg(jsonb_build_object(
            'id', split_part(line, ' ', 1), 'how', split_part(line, ' ', 2))), '[]')) from erased_line;"
        echo "commit;"
    } | sql
) || {
    echo "migrate: who is in $WINDLASS_ERASED_FILE could not be erased again" >&2
    exit 1
}
[ "$erased" = 0 ] || echo "migrate: $erased customers erased again"
