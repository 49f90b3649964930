# helpers - a whole stack per file of tests, and one way to ask it something.
#
# The environment chooses ports and settings; see tests/stack.sh.

# shellcheck shell=bash disable=SC2034 # names below are for the tests

here=$(CDPATH='' cd -- "$BATS_TEST_DIRNAME" && pwd)
tests=$(dirname "$here")
stack=$tests/stack.sh
USDC=stellar%3AUSDC%3AGDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP

# ask, put, expect, member: as the scripts beside us do, over plain HTTP.
. "$here/client.bash"
. "$tests/ports.sh"
me=helpers database='' curl_options=() tmp=${BATS_TEST_TMPDIR-} url=${URL-}
credentials_open

# A short path: unix sockets may have 107 bytes.
stack_up() {
    STATE=$(mktemp -d "${TMPDIR:-/tmp}/wl-XXXXXX")
    chmod 0755 "$STATE"
    export STATE
    free_ports
    export URL=http://127.0.0.1:$WINDLASS_PORT${WINDLASS_PATH_PREFIX-}
    url=$URL
    credentials_open
    export PLATFORM=http://127.0.0.1:$WINDLASS_SIM_PLATFORM_PORT
    export BANK=http://127.0.0.1:$WINDLASS_SIM_BANK_PORT
    export HOOKS=http://127.0.0.1:$WINDLASS_SIM_HOOK_PORT
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

sql() { # as the owner
    psql -X -q -A -t -d "host=$STATE/pg-socket dbname=windlass user=owner" -c "$1"
}
