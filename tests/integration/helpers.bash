# helpers - a whole stack per file of tests, and one way to ask it something.
#
# The environment chooses ports and settings; see tests/stack.sh.

# shellcheck shell=bash disable=SC2034 # names below are for the tests

here=$(CDPATH='' cd -- "$BATS_TEST_DIRNAME" && pwd)
tests=$(dirname "$here")
stack=$tests/stack.sh
USDC=stellar%3AUSDC%3AGDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP
WALLET=GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW
OTHER=GB747NU5PZUCARSFX6XHO3G6XVCPHQRVS5TFMWNWJ7QNZNL5REP23LFE

ports() {
    export WINDLASS_PORT=${WINDLASS_PORT:-18081}
    export WINDLASS_TLS_PORT=${WINDLASS_TLS_PORT:-$((WINDLASS_PORT + 362))}
    export WINDLASS_SIM_PLATFORM_PORT=${WINDLASS_SIM_PLATFORM_PORT:-18085}
    export WINDLASS_SIM_HORIZON_PORT=${WINDLASS_SIM_HORIZON_PORT:-18086}
    export WINDLASS_SIM_BANK_PORT=${WINDLASS_SIM_BANK_PORT:-18087}
}

# A short path: unix sockets may have 107 bytes.
stack_up() {
    STATE=$(mktemp -d "${TMPDIR:-/tmp}/wl-XXXXXX")
    chmod 0755 "$STATE"
    export STATE
    ports
    export URL=http://127.0.0.1:$WINDLASS_PORT
    export PLATFORM=http://127.0.0.1:$WINDLASS_SIM_PLATFORM_PORT
    export BANK=http://127.0.0.1:$WINDLASS_SIM_BANK_PORT
    "$stack" start "$STATE"
}

stack_down() {
    [ -n "${STATE-}" ] || return 0
    "$stack" stop "$STATE"
    # What the programs said beyond their own log lines fails the file.
    local bad=0 part
    for part in customer rate event status watcher; do
        if grep -v '^ts=' "$STATE/log/$part.log" 2>/dev/null | grep .; then
            echo "# unexpected words of $part, above" >&3
            bad=1
        fi
    done
    rm -rf "$STATE"
    return $bad
}

# ask METHOD TARGET [curl options]: sets status, type and body.
ask() {
    local method=$1 target=$2
    shift 2
    local got
    got=$(curl -sS --max-time 20 -X "$method" -o "$BATS_TEST_TMPDIR/body" \
        -w '%{http_code} %{content_type}' "$@" "$URL$target") || return 1
    status=${got%% *}
    type=${got#* }
    body=$(tr -d '\0' <"$BATS_TEST_TMPDIR/body")
}

put() { # JSON [curl options]
    local json=$1
    shift
    ask PUT /customer -H 'Content-Type: application/json; charset=utf-8' \
        --data-binary "$json" "$@"
}

# eventually STATUS METHOD TARGET [curl options]: asks until it is so, for 10 s.
eventually() {
    local wanted=$1 i
    shift
    for i in $(seq 100); do
        ask "$@"
        [ "$status" != "$wanted" ] || return 0
        sleep 0.1
    done
    echo "still $status after $i times: $body"
    return 1
}

member() { # NAME.NAME: of the body; empty if it is not there
    python3 -c '
import json, sys
v = json.load(open(sys.argv[1]))
for name in sys.argv[2].split("."):
    v = v.get(name, "") if isinstance(v, dict) else ""
print(v if isinstance(v, str) else json.dumps(v))' "$BATS_TEST_TMPDIR/body" "$1"
}

# expect STATUS: the answer has it, is JSON, and an error has a sentence.
expect() {
    if [ "$status" != "$1" ]; then
        echo "expected $1, got $status: $body"
        return 1
    fi
    case $status in
    204) ;;
    4* | 5*)
        case $type in
        application/json*) ;;
        *)
            echo "Content-Type is $type: $body"
            return 1
            ;;
        esac
        [ -n "$(member error)" ] || {
            echo "no error in: $body"
            return 1
        }
        ;;
    esac
}

sql() { # as the owner
    psql -X -q -A -t -d "host=$STATE/pg-socket dbname=windlass user=owner" -c "$1"
}

# Every row that a refused request might have changed, as one number each.
rows() {
    sql "select string_agg(relname || '=' || (xpath('/row/n/text()', query_to_xml(
        format('select count(*) as n from windlass.%I', relname), false, true, '')))[1]::text,
        ' ' order by relname)
        from pg_class c join pg_namespace n on n.oid = relnamespace
        where nspname = 'windlass' and relkind = 'r'
        and relname not in ('lease', 'poll_state', 'wake', 'clock')"
}
