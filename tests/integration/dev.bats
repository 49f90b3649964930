#!/usr/bin/env bats
# The README's first command: what it prints, what it leaves, what it refuses.

# shellcheck disable=SC2034,SC2154 # paths come from helpers, url goes there
load helpers

setup() {
    WINDLASS_STATE=$(mktemp -d "${TMPDIR:-/tmp}/wl-XXXXXX")
    chmod 0755 "$WINDLASS_STATE"
    export WINDLASS_STATE
    free_ports
    dev=$(dirname "$tests")/dev
}

teardown() {
    # What a failed test left running ends with it, and gives its ports back.
    if [ -n "${leader-}" ] && kill -INT -- "-$leader" 2>/dev/null; then
        for _ in $(seq 200); do
            kill -0 "$leader" 2>/dev/null || break
            sleep 0.1
        done
    fi
    [ -z "${other-}" ] || kill "$other" 2>/dev/null || true
    rm -rf "$WINDLASS_STATE"
}

nothing_listens() {
    local port
    for port in "$WINDLASS_PORT" "$WINDLASS_TLS_PORT" "$WINDLASS_SIM_PLATFORM_PORT" \
        "$WINDLASS_SIM_HORIZON_PORT" "$WINDLASS_SIM_BANK_PORT" "$WINDLASS_SIM_HOOK_PORT" \
        "$WINDLASS_SIM_TREASURY_PORT"; do
        if curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$port/"; then
            echo "port $port still answers"
            return 1
        fi
    done
}

# Starts ./dev run in a session of its own and with SIGINT alive, as a terminal
# would, and waits for words of its output.
dev_run() { # WORDS
    python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.setsid()
os.execv(sys.argv[1], sys.argv[1:])' "$dev" run >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    leader=$!
    for _ in $(seq 600); do
        ! grep -q "$1" "$BATS_TEST_TMPDIR/out" || return 0
        sleep 0.1
    done
    cat "$BATS_TEST_TMPDIR/out"
    return 1
}

# As Ctrl-C does: SIGINT to the whole session.
ctrl_c() {
    kill -INT -- "-$leader"
    for _ in $(seq 200); do
        kill -0 "$leader" 2>/dev/null || return 0
        sleep 0.1
    done
    echo "still there after 20 s"
    return 1
}

@test "run --once moves a payment to completed, says each step, leaves its story and nothing else" {
    run "$dev" run --once
    [ "$status" = 0 ] || { echo "$output"; return 1; }
    [[ $output == *"GET /customer: what do we need of the sender?"* ]]
    [[ $output == *"curl -s"* ]]
    [[ $output == *"status completed"* ]]
    grep -q '## 15. GET /health' "$WINDLASS_STATE/story.md"
    # It may hold the secret of a platform of one's own.
    [ "$(stat -c %a "$WINDLASS_STATE/run/settings")" = 600 ]
    nothing_listens
    # And again, on what the first run left.
    run "$dev" run --once
    [ "$status" = 0 ] || { echo "$output"; return 1; }
    nothing_listens
}

@test "a state folder may be relative, have a blank in its name, and be a link to nowhere" {
    cd "$WINDLASS_STATE"
    ln -s /nowhere/at/all "it's gone"
    # As root ./dev goes on as another user, who has to get in here.
    export XDG_RUNTIME_DIR=$WINDLASS_STATE/short
    mkdir "$XDG_RUNTIME_DIR"
    chmod 1777 "$WINDLASS_STATE" "$XDG_RUNTIME_DIR"
    WINDLASS_STATE="it's gone" run "$dev" run --once
    [ "$status" = 0 ] || { echo "$output"; return 1; }
    [ -s "$WINDLASS_STATE/it's gone/story.md" ]
    nothing_listens
}

@test "a port in use is one line that names the setting, and nothing stays" {
    python3 -m http.server "$WINDLASS_SIM_BANK_PORT" --bind 127.0.0.1 >/dev/null 2>&1 3>&- &
    other=$!
    for _ in $(seq 50); do
        ! curl -s -o /dev/null "http://127.0.0.1:$WINDLASS_SIM_BANK_PORT/" || break
        sleep 0.1
    done
    run "$dev" run --once
    [ "$status" != 0 ]
    [[ $output == *"port $WINDLASS_SIM_BANK_PORT, for the simulated bank, is in use"*"WINDLASS_SIM_BANK_PORT"* ]]
    kill "$other"
    wait "$other" 2>/dev/null || true
    WINDLASS_PORT=eighty run "$dev" run --once
    [ "$status" != 0 ]
    [[ $output == *"port eighty, for callbacks, is no port"*"WINDLASS_PORT"* ]]
    nothing_listens
}

@test "with a platform of one's own it serves that one, pays nobody, and Ctrl-C ends it all" {
    python3 "$tests/platform/platform.py" --port "$WINDLASS_SIM_PLATFORM_PORT" --horizon-port "$WINDLASS_SIM_HORIZON_PORT" \
        --callback-url "http://127.0.0.1:$WINDLASS_PORT" --state "$BATS_TEST_TMPDIR/platform" \
        >"$BATS_TEST_TMPDIR/platform.log" 2>&1 3>&- &
    other=$!
    export PLATFORM_API_BASE_URL="http://127.0.0.1:$WINDLASS_SIM_PLATFORM_PORT"
    dev_run 'Ctrl-C ends it'
    grep -q "serving the platform at http://127.0.0.1:$WINDLASS_SIM_PLATFORM_PORT; no demonstration payment" "$BATS_TEST_TMPDIR/out"
    grep -q "no WINDLASS_HORIZON_URL" "$BATS_TEST_TMPDIR/out"
    url=http://127.0.0.1:$WINDLASS_PORT
    eventually 200 GET /health
    [[ $body == *yellow* || $body == *YELLOW* ]] || { echo "$body"; return 1; }
    [ "$(curl -s "http://127.0.0.1:$WINDLASS_SIM_PLATFORM_PORT/_sim/books" | python3 -c '
import json, sys
print(len(json.load(sys.stdin)["transactions"]))')" = 0 ]
    ctrl_c
    kill "$other"
    wait "$other" 2>/dev/null || true
    nothing_listens
}

@test "settings that the watcher or the demonstration cannot use end it at once" {
    PLATFORM_API_BASE_URL=localhost:$WINDLASS_SIM_PLATFORM_PORT run "$dev" run --once
    [ "$status" = 1 ]
    [[ $output == *"watcher did not start"*"PLATFORM_API_BASE_URL: must begin with"* ]]
    nothing_listens
    WINDLASS_HORIZON_URL="http://127.0.0.1:$WINDLASS_SIM_HORIZON_PORT" run "$dev" run --once
    [ "$status" = 1 ]
    [[ ${lines[0]} == *"WINDLASS_HORIZON_URL needs a PLATFORM_API_BASE_URL"* ]]
    [ "${#lines[@]}" = 1 ]
}

@test "a certificate that cannot be used is one line and exit 2, before anything starts" {
    WINDLASS_TLS_CERT=/nowhere.pem run "$dev" run --once
    [ "$status" = 2 ]
    [[ $output == *"fill.sh: CERT: /nowhere.pem: no such file, or not readable"* ]]
    [ ! -e "$WINDLASS_STATE/run/pg" ]
    nothing_listens
}

@test "the operator's command asks what runs, and says so when nothing ever did" {
    run "$dev" windlass pool verify
    [ "$status" = 1 ]
    [ "${#lines[@]}" = 1 ]
    [[ $output == *"no ./dev run has left its settings in $WINDLASS_STATE/run"* ]]
    dev_run 'serving callbacks on'
    run "$dev" windlass pool verify
    echo "$output"
    [ "$status $output" = "0 the pools' books balance" ]
    cd "$(dirname "$dev")/config"
    run "$dev" windlass load types types.reviewed.json
    [ "$status" = 0 ]
    # It ends as the command does.
    run "$dev" windlass load weather x
    [ "$status" = 2 ]
    ctrl_c
}

@test "an unknown command or option is one line and an error" {
    for words in "fly" "run --twice" "test --fast"; do
        # shellcheck disable=SC2086
        run "$dev" $words
        [ "$status" != 0 ]
        [ "${#lines[@]}" = 1 ]
    done
}
