# lib.sh - for bats files that drive one endpoint program through its socket.
#
#   load ../lib.sh          (no nginx, no platform: a program, PostgreSQL, us)
#
#   folder_up / folder_down       a folder for the file's tests: $DIR
#   cluster_up / cluster_down     the same with a private database in it
#   program_up NAME [VAR=VALUE..] starts the program, waits for its socket
#   program_down NAME             ends it, and looks at what it said
#   request METHOD TARGET [BODY [CONTENT-TYPE [NAME=VALUE..]]]
#                                 sets status, headers and body
#
# BUILD is the folder of the built programs (build/asan).  What a program says
# beyond its own log lines, a sanitizer's report above all, fails the test.

# shellcheck shell=bash disable=SC2034 # status, headers and body are for tests

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${BUILD:-$root/build/asan}
export ASAN_OPTIONS=${ASAN_OPTIONS-detect_leaks=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1}
export PYTHONDONTWRITEBYTECODE=1

# A short path: unix sockets may have 107 bytes.
folder_up() {
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/wlp-XXXXXX")
    chmod 0755 "$DIR"
    export DIR
}

folder_down() {
    local pid
    [ -n "${DIR-}" ] || return 0
    for pid in "$DIR"/*.pid; do
        [ ! -f "$pid" ] || kill -KILL "$(cat "$pid")" 2>/dev/null || true
    done
    rm -rf "$DIR"
}

cluster_up() {
    folder_up
    "$root/tests/cluster.sh" make "$DIR" >"$DIR/migrate.log"
}

cluster_down() {
    [ -n "${DIR-}" ] || return 0
    [ ! -f "$DIR/pg/postmaster.pid" ] || "$root/tests/cluster.sh" stop "$DIR"
    folder_down
}

sql() { # STATEMENT: as the owner
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "host=$DIR/pg-socket dbname=windlass user=owner" -c "$1"
}

# The least that a program must be told.
settings() {
    export WINDLASS_DATABASE_URL="host=$DIR/pg-socket dbname=windlass"
    export WINDLASS_RUN_DIR=$DIR/run WINDLASS_DEV=1
}

# Waits for a command to succeed, 10 s at most.
eventually() {
    local i
    for ((i = 0; i < 200; i++)); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.05
    done
    echo "never came true: $*"
    return 1
}

listens() { # NAME
    python3 -I -S "$root/tests/program/fcgi.py" --socket "$DIR/run/$1.sock" --knock
}

program_of() { # NAME: ours, or one that exists for tests
    if [ -x "$BUILD/$1" ]; then echo "$BUILD/$1"; else echo "$BUILD/tests/program/$1"; fi
}

program_up() { # NAME [VAR=VALUE...]
    local name=$1
    shift
    settings
    env "$@" "$(program_of "$name")" >>"$DIR/$name.out" 2>>"$DIR/$name.log" 3>&- </dev/null &
    echo $! >"$DIR/$name.pid"
    eventually listens "$name" || {
        cat "$DIR/$name.log"
        return 1
    }
}

pid_of() { # NAME
    cat "$DIR/$1.pid"
}

workers_of() { # NAME: pids, one a line
    pgrep -P "$(pid_of "$1")"
}

count_workers() { # NAME
    workers_of "$1" | wc -l
}

has_workers() { # NAME COUNT
    [ "$(count_workers "$1")" = "$2" ]
}

# It runs no more.  Whether its last words were read is up to whoever is
# process 1 here; where that is a shell or su, nobody may ever do so.
is_gone() { # PID
    ! kill -0 "$1" 2>/dev/null || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# Words that are not log lines.
spoken() { # NAME
    cat "$DIR/$1.out"
    grep -v '^ts=' "$DIR/$1.log" || true
}

program_down() { # NAME [SIGNAL]
    local pid
    [ -f "$DIR/$1.pid" ] || return 0
    pid=$(pid_of "$1")
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    eventually is_gone "$pid"
    rm -f "$DIR/$1.pid"
    if [ -n "$(spoken "$1")" ]; then
        echo "unexpected words of $1:"
        spoken "$1"
        return 1
    fi
    rm -f "$DIR/$1.log" "$DIR/$1.out"
}

request() { # METHOD TARGET [BODY [CONTENT-TYPE [PARAM=VALUE...]]]
    local method=$1 target=$2 content=${3-} type=${4-application/json} got name
    shift $(($# < 4 ? $# : 4))
    name=${PROGRAM:?PROGRAM is not set}
    got=$(printf %s "$content" | python3 -I -S "$root/tests/program/fcgi.py" \
        --socket "$DIR/run/$name.sock" --method "$method" --target "$target" \
        --type "$type" "$@") || {
        echo "no answer: $got"
        return 1
    }
    status=$(printf %s "$got" | head -n 1)
    headers=$(printf %s "$got" | sed '1d;/^$/,$d')
    body=$(printf %s "$got" | sed '1,/^$/d')
}

expect() { # STATUS: and an error has a sentence
    if [ "$status" != "$1" ]; then
        echo "expected $1, got $status: $body"
        return 1
    fi
    case $status in
    4* | 5*) [[ $body == '{"error":"'*'"}' ]] || {
        echo "no error in: $body"
        return 1
    } ;;
    esac
}
