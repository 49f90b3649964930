#!/bin/sh
# stack.sh - everything of one Windlass on loopback, from one state folder:
# PostgreSQL, the endpoints behind nginx, the watcher, and the simulated
# platform, ledger, bank, treasury and hooks.  ./dev run and the integration tests use it.
#
#   stack.sh start DIR          all of it, and waits until it answers
#   stack.sh stop DIR           all of it, in the opposite order
#   stack.sh up DIR NAME        one part: pooler platform bank treasury hooks customer
#   stack.sh down DIR NAME [SIG]             rate event status nginx watcher
#   stack.sh run DIR COMMAND... a command with the stack's settings
#
# Settings come from the environment; what is missing gets a default and is
# written to DIR/settings, so that later calls see the same stack:
#   BUILD                       folder of the built programs
#   WINDLASS_PORT               callbacks (8081)
#   WINDLASS_TLS_PORT           callbacks over TLS (8443: WINDLASS_PORT + 362)
#   WINDLASS_PATH_PREFIX        what comes before the callbacks' paths: /anchor
#   WINDLASS_TLS_CERT, ..._KEY  certificate and key; unset: one is made
#   WINDLASS_TLS_CLIENT_CA      whose client certificates are good
#   WINDLASS_TLS_CLIENT_VERIFY  optional, or on: nobody is let in without one
#   WINDLASS_SIM_PLATFORM_PORT  simulated platform (8085)
#   WINDLASS_SIM_HORIZON_PORT   simulated ledger (8086)
#   WINDLASS_SIM_BANK_PORT      simulated bank (8087)
#   WINDLASS_SIM_HOOK_PORT      simulated hooks (8088)
#   WINDLASS_SIM_TREASURY_PORT  simulated treasury (8089)
#   WINDLASS_SIM_BEHAVE         4.3 or 3.1
#   WINDLASS_SIM_OPTIONS        more options for the simulated platform
#   WINDLASS_SIM_CALLBACK_URL   where it calls us
#   WINDLASS_TEST_PGBOUNCER     1: PgBouncer in transaction mode is in between
# and the programs' own.  A real PLATFORM_API_BASE_URL, WINDLASS_HORIZON_URL,
# WINDLASS_PAYOUT_RAIL_URL, WINDLASS_TREASURY_RAIL_URL, WINDLASS_REVIEW_HOOK_URL
# or WINDLASS_CODE_HOOK_URL takes the simulator's place; a real platform without a WINDLASS_HORIZON_URL is
# served without a ledger (WINDLASS_NO_LEDGER=1).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname "$here")
verb=${1:?verb}
dir=${2:?folder}
shift 2

say() { printf 'stack: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

PARTS='pooler platform bank treasury hooks customer rate event status nginx watcher'
ENDPOINTS='customer rate event status'

tls_port() { # as far from WINDLASS_PORT as 8443 is from 8081
    case ${WINDLASS_PORT:-8081} in
    *[!0-9]* | ??????*) echo 8443 ;;
    *) echo $((${WINDLASS_PORT:-8081} + 362)) ;;
    esac
}

database_url() {
    case ${WINDLASS_TEST_PGBOUNCER-0} in
    1) echo "host=$dir/pooler dbname=windlass" ;;
    *) "$here/cluster.sh" url "$dir" ;;
    esac
}

# Where people pay a bank's address and window have no meaning, and are refused.
people_pay() {
    [ "${WINDLASS_PAYOUT_RAIL-}" = manual ]
}

# Name and default of every setting that is fixed when the stack starts.
defaults() {
    cat <<DEFAULTS
BUILD=$root/build/release
WINDLASS_PORT=8081
WINDLASS_TLS_PORT=$(tls_port)
WINDLASS_PATH_PREFIX=
WINDLASS_TLS_CERT=$dir/tls/cert.pem
WINDLASS_TLS_KEY=$dir/tls/key.pem
WINDLASS_TLS_CLIENT_CA=
WINDLASS_TLS_CLIENT_VERIFY=optional
WINDLASS_SIM_PLATFORM_PORT=8085
WINDLASS_SIM_HORIZON_PORT=8086
WINDLASS_SIM_BANK_PORT=8087
WINDLASS_SIM_HOOK_PORT=8088
WINDLASS_SIM_TREASURY_PORT=8089
WINDLASS_SIM_BEHAVE=4.3
WINDLASS_SIM_OPTIONS=
WINDLASS_SIM_SETTLE_MS=500
WINDLASS_SIM_CALLBACK_URL=http://127.0.0.1:${WINDLASS_PORT:-8081}${WINDLASS_PATH_PREFIX-}
WINDLASS_SIM_PLATFORM=$([ -n "${PLATFORM_API_BASE_URL-}" ] && echo 0 || echo 1)
WINDLASS_SIM_BANK=$([ -n "${WINDLASS_PAYOUT_RAIL_URL-}" ] && echo 0 || echo 1)
WINDLASS_SIM_TREASURY=$([ -n "${WINDLASS_TREASURY_RAIL_URL-}" ] && echo 0 || echo 1)
WINDLASS_SIM_HOOKS=$([ -n "${WINDLASS_REVIEW_HOOK_URL-}" ] && [ -n "${WINDLASS_CODE_HOOK_URL-}" ] && echo 0 || echo 1)
WINDLASS_DEV=1
WINDLASS_RUN_DIR=$dir/run
WINDLASS_STATE_DIR=$dir/watcher
WINDLASS_KEK_FILE=$dir/kek
WINDLASS_LOG_LEVEL=info
WINDLASS_TEST_PGBOUNCER=0
WINDLASS_DB_PREPARE=$([ "${WINDLASS_TEST_PGBOUNCER-0}" = 1 ] && echo 0 || echo 1)
WINDLASS_DATABASE_URL=$(database_url)
CALLBACK_API_AUTH_TYPE=none
SECRET_CALLBACK_API_AUTH_SECRET=
SECRET_CALLBACK_API_AUTH_SECRET_FILE=
SECRET_CALLBACK_API_AUTH_SECRET_NEXT=
SECRET_CALLBACK_API_AUTH_SECRET_NEXT_FILE=
CALLBACK_API_AUTH_JWT_EXPIRATION_MILLISECONDS=30000
PLATFORM_API_AUTH_TYPE=none
SECRET_PLATFORM_API_AUTH_SECRET=
SECRET_PLATFORM_API_AUTH_SECRET_FILE=
PLATFORM_API_AUTH_JWT_EXPIRATION_MILLISECONDS=30000
PLATFORM_API_BASE_URL=http://127.0.0.1:${WINDLASS_SIM_PLATFORM_PORT:-8085}
WINDLASS_HORIZON_URL=$([ -n "${PLATFORM_API_BASE_URL-}" ] ||
        echo "http://127.0.0.1:${WINDLASS_SIM_HORIZON_PORT:-8086}")
WINDLASS_NO_LEDGER=$([ -z "${PLATFORM_API_BASE_URL-}" ] || [ -n "${WINDLASS_HORIZON_URL-}" ] && echo 0 || echo 1)
WINDLASS_PAYOUT_RAIL=http
WINDLASS_PAYOUT_RAIL_URL=$(people_pay || echo "http://127.0.0.1:${WINDLASS_SIM_BANK_PORT:-8087}")
SECRET_WINDLASS_PAYOUT_RAIL_KEY=simulated-bank-key
WINDLASS_PAYOUT_WINDOW_MS=$(people_pay || echo 86400000)
WINDLASS_PAYOUT_QUARANTINE_MS=60000
WINDLASS_TREASURY_RAIL_URL=http://127.0.0.1:${WINDLASS_SIM_TREASURY_PORT:-8089}
SECRET_WINDLASS_TREASURY_RAIL_KEY=simulated-treasury-key
WINDLASS_TREASURY_WINDOW_MS=86400000
WINDLASS_TREASURY_QUARANTINE_MS=60000
WINDLASS_REFUNDS_BY=treasury
WINDLASS_REVIEW_HOOK_URL=http://127.0.0.1:${WINDLASS_SIM_HOOK_PORT:-8088}
WINDLASS_CODE_HOOK_URL=http://127.0.0.1:${WINDLASS_SIM_HOOK_PORT:-8088}
WINDLASS_HOOK_SECRET=whsec_c2ltdWxhdGVkLWhvb2tzLW9mLXdpbmRsYXNz
WINDLASS_POLL_INTERVAL_MS=1000
WINDLASS_CUSTOMER_WORKERS=4
WINDLASS_RATE_WORKERS=4
WINDLASS_EVENT_WORKERS=2
WINDLASS_STATUS_WORKERS=2
DEFAULTS
}

settle() { # DIR/settings: NAME='value', quoted for sh
    [ -f "$dir/settings" ] && return
    mkdir -p "$dir/run" "$dir/watcher" "$dir/log" "$dir/pid" "$dir/nginx"
    # Secrets of a real platform or bank may be among them.
    (umask 077 && : >"$dir/settings.new")
    defaults | while IFS='=' read -r name value; do
        eval "value=\${$name-\$value}"
        printf "%s='%s'\n" "$name" "$(printf %s "$value" | sed "s/'/'\\\\''/g")"
    done >"$dir/settings.new"
    mv "$dir/settings.new" "$dir/settings"
}

settings() {
    [ -f "$dir/settings" ] || fail "nothing was started in $dir"
    set -a
    # shellcheck source=/dev/null
    . "$dir/settings"
    set +a
}

# When a process began tells it from a later one with the same id.
began() { # PID
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

alive() { # NAME: is it our process, still?
    read -r pid since 2>/dev/null <"$dir/pid/$1" || return 1
    [ -n "$since" ] && [ "$(began "$pid")" = "$since" ] && ! ended "$pid"
}

# A process that has ended stays listed until its parent asks how, which some
# first processes do only every few seconds.
ended() { # PID
    state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 0
    case $state in Z* | X* | '') return 0 ;; esac
    return 1
}

# An endpoint that lost its authentication must not start; a test or a person
# without one has said WINDLASS_DEV=1 above.
start_part() {
    case $1 in
    platform)
        # shellcheck disable=SC2086 # options are words
        set -- platform env "SSL_CERT_FILE=$WINDLASS_TLS_CERT" python3 "$here/platform/platform.py" \
            --port "$WINDLASS_SIM_PLATFORM_PORT" \
            --horizon-port "$WINDLASS_SIM_HORIZON_PORT" \
            --callback-url "$WINDLASS_SIM_CALLBACK_URL" \
            --behave "$WINDLASS_SIM_BEHAVE" \
            --auth "$PLATFORM_API_AUTH_TYPE" --callback-auth "$CALLBACK_API_AUTH_TYPE" \
            --state "$dir/platform" --events \
            --clock-command "'$here/stack.sh' clock $dir" $WINDLASS_SIM_OPTIONS
        ;;
    bank)
        set -- bank python3 "$here/rail/bank.py" --port "$WINDLASS_SIM_BANK_PORT" \
            --settle-ms "$WINDLASS_SIM_SETTLE_MS" --state "$dir/bank" \
            --api-key "$SECRET_WINDLASS_PAYOUT_RAIL_KEY"
        ;;
    treasury)
        set -- treasury python3 "$here/rail/treasury.py" --port "$WINDLASS_SIM_TREASURY_PORT" \
            --settle-ms "$WINDLASS_SIM_SETTLE_MS" --state "$dir/treasury" \
            --api-key "$SECRET_WINDLASS_TREASURY_RAIL_KEY"
        ;;
    hooks)
        set -- hooks python3 "$here/rail/hooks.py" --port "$WINDLASS_SIM_HOOK_PORT" \
            --state "$dir/hooks" --secret "$WINDLASS_HOOK_SECRET"
        ;;
    nginx)
        nginx_conf
        # Its workers open the endpoints' sockets as whoever runs those.
        as=
        [ "$(id -u)" != 0 ] || as='user root;'
        set -- nginx nginx -p "$dir/nginx" -c "$dir/nginx/windlass.conf" \
            -e "$dir/log/nginx-error.log" -g "daemon off; $as"
        ;;
    watcher) set -- watcher "$BUILD/watcher/watcher" ;;
    pooler)
        pooler_conf
        # It refuses root, as PostgreSQL does, and asks that one as itself.
        if [ "$(id -u)" = 0 ]; then
            set -- pooler setpriv --reuid="${WINDLASS_USER:-postgres}" \
                --regid="$(id -g "${WINDLASS_USER:-postgres}")" --clear-groups \
                pgbouncer "$dir/pooler/pgbouncer.ini"
        else
            set -- pooler pgbouncer "$dir/pooler/pgbouncer.ini"
        fi
        ;;
    *) set -- "$1" "$BUILD/$1" ;;
    esac
    name=$1
    shift
    PATH=$PATH:/usr/sbin:/sbin "$@" >>"$dir/log/$name.log" 2>&1 </dev/null &
    echo "$! $(began $!)" >"$dir/pid/$name"
}

# A certificate for this machine, made when there is none or it ends in a week.
certificate() {
    if [ "$WINDLASS_TLS_CERT" != "$dir/tls/cert.pem" ] ||
        openssl x509 -in "$WINDLASS_TLS_CERT" -noout -checkend 604800 >/dev/null 2>&1; then
        return
    fi
    mkdir -p "$dir/tls"
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 365 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 \
        -keyout "$dir/tls/key.pem" -out "$dir/tls/cert.pem" 2>"$dir/log/openssl.log") || {
        tail -n 3 "$dir/log/openssl.log" >&2
        fail "openssl made no certificate"
    }
    chmod 0644 "$dir/tls/cert.pem"
}

nginx_conf() { # the files of nginx/, with this stack's paths and ports
    certificate
    "$root/nginx/fill.sh" "$dir/nginx" "RUN_DIR=$WINDLASS_RUN_DIR" "LOG_DIR=$dir/log" \
        "PREFIX=$WINDLASS_PATH_PREFIX" "LISTEN=127.0.0.1:$WINDLASS_PORT" \
        "TLS_LISTEN=127.0.0.1:$WINDLASS_TLS_PORT" \
        "CERT=$WINDLASS_TLS_CERT" "KEY=$WINDLASS_TLS_KEY" \
        "CLIENT_CA=$WINDLASS_TLS_CLIENT_CA" "CLIENT_VERIFY=$WINDLASS_TLS_CLIENT_VERIFY"
}

pooler_conf() { # PgBouncer as a company has it in front of its database
    mkdir -p "$dir/pooler"
    cat >"$dir/pooler/pgbouncer.ini" <<INI
[databases]
windlass = $("$here/cluster.sh" url "$dir")
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = $dir/pooler
auth_type = trust
auth_file = $dir/pooler/users
admin_users = owner
pool_mode = transaction
default_pool_size = 20
max_client_conn = 400
server_login_retry = 1
INI
    for role in owner windlass_customer windlass_rate windlass_event windlass_status \
        windlass_watcher windlass_operator; do
        echo "\"$role\" \"\""
    done >"$dir/pooler/users"
    chmod 0700 "$dir/pooler"
    [ "$(id -u)" != 0 ] || chown -R "${WINDLASS_USER:-postgres}" "$dir/pooler"
}

listens() { # PORT: do we, and not somebody else who was given it, too?
    socket=$(awk -v at="0100007F:$(printf %04X "$1")" '$2 == at && $4 == "0A" {print $10}' /proc/net/tcp)
    [ -n "$socket" ] && find "/proc/$pid/fd" -lname "socket:\\[$socket\\]" 2>/dev/null | grep -q .
}

answers() { # PORT PATH: do we speak HTTP there?
    listens "$1" && curl -s -o /dev/null --max-time 5 "http://127.0.0.1:$1$2"
}

is_locked() { # FILE: by a program that runs
    [ -e "$1" ] && ! flock -n "$1" true
}

ready() { # NAME: has it begun to answer?
    case $1 in
    platform) answers "$WINDLASS_SIM_PLATFORM_PORT" /health ;;
    bank) answers "$WINDLASS_SIM_BANK_PORT" /_sim/books ;;
    treasury) answers "$WINDLASS_SIM_TREASURY_PORT" /_sim/books ;;
    hooks) answers "$WINDLASS_SIM_HOOK_PORT" /_sim/books ;;
    nginx) answers "$WINDLASS_PORT" / ;;
    pooler) [ -S "$dir/pooler/.s.PGSQL.5432" ] ;;
    watcher) is_locked "$WINDLASS_STATE_DIR/watcher.lock" ;;
    *) [ -S "$WINDLASS_RUN_DIR/$1.sock" ] ;;
    esac
}

up() {
    alive "$1" && return
    start_part "$1"
    tries=0
    until alive "$1" && ready "$1"; do
        if ! alive "$1" || [ $tries -ge 150 ]; then
            say "$1 did not start:"
            tail -n 5 "$dir/log/$1.log" >&2
            [ "$1" != nginx ] || tail -n 5 "$dir/log/nginx-error.log" >&2
            return 1
        fi
        tries=$((tries + 1))
        sleep 0.1
    done
}

down() {
    alive "$1" || {
        rm -f "$dir/pid/$1"
        return 0
    }
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    tries=0
    until ended "$pid"; do
        tries=$((tries + 1))
        # Whatever has not left after 10 s is ended.
        [ $tries -lt 100 ] || kill -KILL "$pid" 2>/dev/null || true
        sleep 0.1
    done
    rm -f "$dir/pid/$1"
}

free_port() { # PORT WHAT SETTING
    why=$(
        python3 - "$1" <<'PY'
import errno, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("127.0.0.1", int(sys.argv[1])))
except (ValueError, OverflowError):
    print("is no port")
except OSError as e:
    print("is in use" if e.errno == errno.EADDRINUSE else e.strerror.lower())
PY
    )
    [ -z "$why" ] || fail "port $1, for $2, $why: set $3 to another"
}

wanted() { # NAME: is this part of this stack?
    case $1 in
    platform) [ "$WINDLASS_SIM_PLATFORM" = 1 ] ;;
    bank) [ "$WINDLASS_SIM_BANK" = 1 ] ;;
    treasury) [ "$WINDLASS_SIM_TREASURY" = 1 ] ;;
    hooks) [ "$WINDLASS_SIM_HOOKS" = 1 ] ;;
    pooler) [ "$WINDLASS_TEST_PGBOUNCER" = 1 ] ;;
    esac
}

load_book() {
    for kind in assets types fees terms limits prices pools; do
        "$BUILD/operator/windlass" load $kind "$root/config/$kind.json" >>"$dir/log/load.log" 2>&1 || {
            tail -n 5 "$dir/log/load.log" >&2
            return 1
        }
    done
}

case $verb in
start)
    mkdir -p "$dir"
    settle
    settings
    for part in $PARTS; do
        alive "$part" && fail "$part is running already (pid $pid): stack.sh stop $dir"
    done
    nginx_conf
    free_port "$WINDLASS_PORT" "callbacks" WINDLASS_PORT
    free_port "$WINDLASS_TLS_PORT" "callbacks over TLS" WINDLASS_TLS_PORT
    ! wanted platform || free_port "$WINDLASS_SIM_PLATFORM_PORT" "the simulated platform" WINDLASS_SIM_PLATFORM_PORT
    ! wanted platform || free_port "$WINDLASS_SIM_HORIZON_PORT" "the simulated ledger" WINDLASS_SIM_HORIZON_PORT
    ! wanted bank || free_port "$WINDLASS_SIM_BANK_PORT" "the simulated bank" WINDLASS_SIM_BANK_PORT
    ! wanted treasury || free_port "$WINDLASS_SIM_TREASURY_PORT" "the simulated treasury" WINDLASS_SIM_TREASURY_PORT
    ! wanted hooks || free_port "$WINDLASS_SIM_HOOK_PORT" "the simulated hooks" WINDLASS_SIM_HOOK_PORT
    [ -f "$dir/kek" ] || (
        umask 077
        printf '1 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" >"$dir/kek"
    )
    "$here/cluster.sh" make "$dir" >>"$dir/log/migrate.log"
    ! wanted pooler || up pooler
    load_book
    for part in $PARTS; do
        ! wanted "$part" || up "$part"
    done
    ;;
stop)
    [ -f "$dir/settings" ] || exit 0
    settings
    # Watcher first, so that nothing new begins; the database last.
    for part in watcher nginx $ENDPOINTS hooks treasury bank platform pooler; do
        down "$part"
    done
    [ ! -f "$dir/pg/postmaster.pid" ] || "$here/cluster.sh" stop "$dir"
    ;;
up)
    settings
    up "$1"
    ;;
down)
    settings
    down "$@"
    ;;
run)
    settings
    exec "$@"
    ;;
clock)
    settings
    exec psql -X -q -v ON_ERROR_STOP=1 -d "$WINDLASS_DATABASE_URL user=owner" \
        -c "select windlass.clock_set(${1:?milliseconds})"
    ;;
*) fail "unknown verb $verb" ;;
esac
