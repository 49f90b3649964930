#!/bin/sh
# cluster.sh - a private PostgreSQL cluster on a unix socket, for ./dev and tests.
#
#   cluster.sh start DIR    initdb if needed, start, create database windlass
#   cluster.sh stop DIR     fast shutdown
#   cluster.sh crash DIR    immediate shutdown, as kill -9 would
#   cluster.sh kill DIR     kill -9, and waits until its backends have noticed
#   cluster.sh url DIR      the connection string of the owner (add user=...)
#   cluster.sh migrate DIR  sql/migrate.sh with WINDLASS_DEV=1
#   cluster.sh make DIR     start and migrate.  With TEST_CLUSTER, a folder, a new
#                           one is a copy of what was made of the same files
#                           before, which is kept there
#
# As root everything runs as WINDLASS_USER (postgres unless set), because
# PostgreSQL refuses root; DIR must be a folder which that user can enter.
# The caller, root and that user may log in as every windlass role.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
verb=${1:?verb}
dir=${2:?folder}
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || {
    echo "cluster: PostgreSQL is not installed (no /usr/lib/postgresql/*/bin)" >&2
    exit 1
}

if [ "$(id -u)" = 0 ]; then
    user=${WINDLASS_USER:-postgres}
    as() { runuser -u "$user" -- "$@"; }
else
    user=$(id -un)
    as() { "$@"; }
fi

lives() { # PID: and is not only waiting for its last words to be read
    state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) && [ "${state:-Z}" != Z ]
}

url() { echo "host=$dir/pg-socket dbname=windlass"; }

folders() {
    mkdir -p "$dir/pg-socket"
    [ "$(id -u)" != 0 ] || chown "$user" "$dir" "$dir/pg-socket"
    chmod 0700 "$dir/pg-socket"
}

init() {
    folders
    # The socket's path may have 107 bytes.
    if [ "$(printf %s "$dir/pg-socket/.s.PGSQL.5432" | wc -c)" -gt 107 ]; then
        echo "cluster: $dir is too long for a unix socket's path (107 bytes)" >&2
        exit 1
    fi
    [ -f "$dir/pg/PG_VERSION" ] && return
    (cd / && as "$bin/initdb" -D "$dir/pg" -U owner -A peer -E UTF8 --locale=C \
        --data-checksums) >"$dir/initdb.log" 2>&1 || {
        cat "$dir/initdb.log" >&2
        exit 1
    }
    configure
}

# Whatever names the folder, or who may log in.
configure() {
    echo "local all all peer map=windlass" >"$dir/pg/pg_hba.conf"
    for who in "$user" root "$(id -un)"; do
        for role in owner windlass_customer windlass_rate windlass_event \
            windlass_status windlass_watcher windlass_operator; do
            echo "windlass $who $role"
        done
    done | sort -u >"$dir/pg/pg_ident.conf"
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$dir/pg-socket'"
        echo "unix_socket_permissions = 0700"
        echo "max_connections = 200"
        echo "shared_buffers = 128MB"
        echo "log_min_error_statement = panic"
        echo "log_parameter_max_length_on_error = 0"
        echo "timezone = 'UTC'"
        echo "log_timezone = 'UTC'"
    } >>"$dir/pg/postgresql.conf"
    [ "$(id -u)" != 0 ] || chown "$user" "$dir/pg/pg_hba.conf" "$dir/pg/pg_ident.conf"
}

# All that a made cluster depends on.
digest() {
    {
        echo "$bin $user $(id -u)"
        cat "$here/cluster.sh" "$here"/../sql/*.sh "$here"/../sql/*.sql "$here"/../sql/*/*.sql
    } | sha256sum | cut -c 1-20
}

copy() { # FOLDER: a made one's files are ours, and are made first if there are none
    mkdir -p "$1"
    made=$1/$(digest)
    (
        flock 9
        [ -d "$made" ] || {
            rm -rf "$made.new"
            new=$(mktemp -d)
            chmod 0755 "$new"
            TEST_CLUSTER='' "$0" make "$new" && "$0" stop "$new" &&
                cp -a "$new/pg" "$made.new" && mv "$made.new" "$made"
            code=$?
            rm -r "$new"
            exit $code
        }
    ) 9>"$1/lock"
    folders
    cp -a "$made" "$dir/pg"
    configure
}

case $verb in
make)
    mkdir -p "$dir"
    if [ -z "${TEST_CLUSTER-}" ] || [ -e "$dir/pg" ]; then
        "$0" start "$dir"
        exec "$0" migrate "$dir"
    fi
    copy "$TEST_CLUSTER"
    exec "$0" start "$dir"
    ;;
start)
    init
    (cd / && as "$bin/pg_ctl" -D "$dir/pg" -w -t 60 -l "$dir/postgresql.log" start) \
        >"$dir/pg_ctl.log" 2>&1 || {
        echo "cluster: PostgreSQL did not start:" >&2
        tail -n 5 "$dir/postgresql.log" "$dir/pg_ctl.log" >&2
        exit 1
    }
    psql -X -q -A -t -d "host=$dir/pg-socket dbname=postgres user=owner" \
        -c "select 1 from pg_database where datname = 'windlass'" | grep -q . ||
        psql -X -q -d "host=$dir/pg-socket dbname=postgres user=owner" \
            -c "create database windlass"
    ;;
stop) (cd / && as "$bin/pg_ctl" -D "$dir/pg" -w -m fast stop) >/dev/null ;;
crash) (cd / && as "$bin/pg_ctl" -D "$dir/pg" -w -m immediate stop) >/dev/null ;;
kill)
    pid=$(head -n 1 "$dir/pg/postmaster.pid")
    children=$(cat "/proc/$pid/task/$pid/children")
    kill -KILL "$pid"
    for one in $pid $children; do
        tries=0
        while lives "$one" && [ $tries -lt 300 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
    done
    # While nobody has read its last words, the next server takes it for alive.
    ! kill -0 "$pid" 2>/dev/null ||
        rm -f "$dir/pg/postmaster.pid" "$dir/pg-socket/.s.PGSQL.5432.lock"
    ;;
url) url ;;
migrate) WINDLASS_DEV=1 WINDLASS_DATABASE_URL="$(url) user=owner" "$here/../sql/migrate.sh" ;;
*)
    echo "cluster: unknown verb $verb" >&2
    exit 2
    ;;
esac
