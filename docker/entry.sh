#!/bin/bash
# entry.sh - what the image runs; its command chooses.
#
#   server      nginx and the four endpoints; leaves when one of them does
#   customer, rate, event, status
#               one endpoint, on its socket in WINDLASS_RUN_DIR
#   nginx       nginx alone, in front of the sockets in WINDLASS_RUN_DIR
#   watcher     the watcher
#   migrate     schema, roles and functions, a wrapping key if there is none yet,
#               and the documents of the book that were never loaded
#   windlass    the operator's command
#   health NAME whether server, nginx, watcher or an endpoint in this container works
#
# Signals: TERM lets requests in flight end, HUP replaces the workers.
#
# Settings of its own, from the environment, besides those of the programs
# (PROGRAM -h lists them):
#   WINDLASS_PORT (8081)            where nginx listens, plain HTTP
#   WINDLASS_PATH_PREFIX            what comes before the paths: /anchor
#   WINDLASS_TLS_CERT, WINDLASS_TLS_KEY
#                                   certificate and key, PEM; then TLS, too, on
#   WINDLASS_TLS_PORT (8443)
#   WINDLASS_TLS_CLIENT_CA          whose client certificates are good
#   WINDLASS_TLS_CLIENT_VERIFY      optional, or on: nobody is let in without one
#   WINDLASS_INSIDE                 who may see /metrics besides this container:
#                                   10.0.0.0/8,fd00::/8
#   WINDLASS_OWNER_URL              migrate: the connection string of the owner
#   WINDLASS_BOOK_DIR               migrate: folder of the book (the sample book)
set -eu

programs=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
share=$programs/../../share/windlass
ENDPOINTS=(customer rate event status)
# nginx finishes what it has begun in that time, then the endpoints get theirs.
STOP_SECONDS=5
run=${WINDLASS_RUN_DIR:-/run/windlass}
export WINDLASS_RUN_DIR=$run
export PATH=$programs:$programs/../../bin:$PATH:/usr/sbin:/sbin

say() { printf 'entry: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 2
}
usage() { sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p;}' "$0"; }

# --- nginx ------------------------------------------------------------------

# Everything that nginx writes is below the run folder, but its logs.
nginx_files() {
    mkdir -p "$run/log"
    ln -sf /dev/stdout "$run/log/nginx-access.log"
    ln -sf /dev/stderr "$run/log/nginx-error.log"
    sh "$share/nginx/fill.sh" "$run/nginx" "RUN_DIR=$run" "LOG_DIR=$run/log" \
        "LISTEN=0.0.0.0:${WINDLASS_PORT:-8081}" \
        "TLS_LISTEN=0.0.0.0:${WINDLASS_TLS_PORT:-8443}" \
        "PREFIX=${WINDLASS_PATH_PREFIX-}" "INSIDE=${WINDLASS_INSIDE-}" \
        "CERT=${WINDLASS_TLS_CERT-}" "KEY=${WINDLASS_TLS_KEY-}" \
        "CLIENT_CA=${WINDLASS_TLS_CLIENT_CA-}" \
        "CLIENT_VERIFY=${WINDLASS_TLS_CLIENT_VERIFY:-optional}"
}
NGINX=(nginx -p "$run/nginx" -c "$run/nginx/windlass.conf" -e /dev/stderr -g 'daemon off;')

# --- several programs in one container --------------------------------------

declare -A name_of=() # by process id

start() { # NAME COMMAND...
    "${@:2}" &
    name_of[$!]=$1
}

signal() { # SIGNAL NAME...
    local pid
    for pid in "${!name_of[@]}"; do
        [[ " ${*:2} " != *" ${name_of[$pid]} "* ]] || kill "-$1" "$pid" 2>/dev/null || true
    done
}

running() { # NAME
    local pid
    for pid in "${!name_of[@]}"; do
        [[ ${name_of[$pid]} != "$1" ]] || kill -0 "$pid" 2>/dev/null && return
    done
    return 1
}

# The door is closed first, so that no request meets an endpoint that has left.
leave() { # STATUS
    trap '' TERM INT HUP
    local tenths=0
    signal QUIT nginx
    while running nginx && ((tenths++ < STOP_SECONDS * 10)); do sleep 0.1; done
    signal TERM nginx "${ENDPOINTS[@]}"
    wait || true
    exit "$1"
}

server() {
    local endpoint pid='' status
    nginx_files
    trap 'leave 0' TERM INT
    trap 'signal HUP nginx "${ENDPOINTS[@]}"' HUP
    for endpoint in "${ENDPOINTS[@]}"; do
        start "$endpoint" "$programs/$endpoint"
    done
    start nginx "${NGINX[@]}"
    # A trapped signal ends the wait without a process.
    while [ -z "${pid-}" ]; do
        status=0
        wait -n -p pid || status=$?
    done
    say "${name_of[$pid]} has ended with status $status: so does the container"
    unset "name_of[$pid]"
    leave 1
}

# --- the database -----------------------------------------------------------

owner() { # STATEMENT
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$WINDLASS_OWNER_URL" -c "$1"
}

# A key beside data that another one sealed would be of no use, and in the way.
wrapping_key() {
    local file=${WINDLASS_KEK_FILE:?is not set}
    [ ! -e "$file" ] || return 0
    [ "$(owner 'select exists (select from windlass.customer)')" = f ] ||
        fail "$file: the key that sealed this database's customers is gone: bring it back"
    (
        umask 077
        printf '1 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" >"$file.new"
    )
    sync "$file.new"
    mv "$file.new" "$file"
    say "made a wrapping key, $file: keep a copy of it apart from those of the database"
}

book() {
    local kind folder=${WINDLASS_BOOK_DIR:-$share/config}
    for kind in assets types fees terms limits prices pools; do
        [ "$(owner "select exists (select from windlass.book_document where kind = '$kind')")" = f ] ||
            continue
        windlass load "$kind" "$folder/$kind.json"
    done
}

migrate() {
    [ -n "${WINDLASS_OWNER_URL-}" ] || fail "WINDLASS_OWNER_URL is not set"
    WINDLASS_DATABASE_URL=$WINDLASS_OWNER_URL sh "$share/sql/migrate.sh"
    wrapping_key
    book
}

# --- health -----------------------------------------------------------------

# Any judgement of /health will do, red too: it may be about another container.
# What must not be is no judgement.
answers() {
    local status
    exec 3<>"/dev/tcp/127.0.0.1/${WINDLASS_PORT:-8081}" || return 1
    printf 'GET %s/health HTTP/1.0\r\n\r\n' "${WINDLASS_PATH_PREFIX-}" >&3
    read -r -t 8 _ status _ <&3 || return 1
    [[ $status = 200 || $status = 500 ]]
}

is_locked() { # FILE: by a program that runs
    [ -e "$1" ] && ! flock -n "$1" true
}

health() { # NAME
    case $1 in
    server | nginx) answers ;;
    customer | rate | event | status) is_locked "$run/$1.stats" ;;
    watcher) is_locked "${WINDLASS_STATE_DIR:-/var/lib/windlass}/watcher.lock" ;;
    *) fail "health: of what? server, nginx, watcher or an endpoint" ;;
    esac
}

# --- which of them ----------------------------------------------------------

[ $# -ge 1 ] || fail "no command; see --help"
command=$1
shift
case $command in
server)
    # What whoever started us ignored (nohup does HUP), bash could never trap.
    [ -z "$(trap -p)" ] || exec env --default-signal "$0" server
    server
    ;;
customer | rate | event | status | watcher) exec "$programs/$command" "$@" ;;
nginx)
    nginx_files
    exec "${NGINX[@]}"
    ;;
migrate) migrate ;;
windlass) exec windlass "$@" ;;
health) health "${1-}" ;;
-h | --help) usage ;;
*) fail "unknown command $command; see --help" ;;
esac
