#!/usr/bin/env bats
# The units of systemd/, as they are installed: checked by systemd's own tools, of
# which none needs a systemd that runs, and started as it would start them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # lib.sh sets them and reads them

bats_require_minimum_version 1.5.0
load ../lib.sh

setup_file() {
    cluster_up
    settings
    env -u BUILD make -s -C "$root" PREFIX="$DIR/usr" install >"$DIR/install.log"
    for kind in assets types fees terms limits prices pools; do
        "$BUILD/operator/windlass" load $kind "$root/config/$kind.json"
    done >"$DIR/load.log"
}

teardown_file() {
    cluster_down
}

setup() {
    PROGRAM=rate
    UNITS=$DIR/usr/lib/systemd/system
}

teardown() {
    local name
    for name in rate watcher ear; do
        [ ! -f "$DIR/$name.pid" ] || kill -KILL "$(pid_of $name)" 2>/dev/null || true
        rm -f "$DIR/$name.pid"
    done
    rm -rf "$DIR/run" "$DIR/state"
}

needs() { # TOOL
    command -v "$1" >/dev/null || skip "there is no $1 here"
}

units() { # KIND
    basename -a "$UNITS"/windlass-*."$1"
}

hears() { # what a service says of itself goes to $DIR/told
    export NOTIFY_SOCKET=$DIR/notify
    rm -f "$NOTIFY_SOCKET" "$DIR/told"
    python3 "$root/tests/systemd/hear.py" "$NOTIFY_SOCKET" "$DIR/told" 3>&- &
    echo $! >"$DIR/ear.pid"
    eventually test -S "$NOTIFY_SOCKET"
}

count_told() { # LINE
    grep -cx -- "$1" "$DIR/told" || true
}

told_more() { # LINE THAN
    [ "$(count_told "$1")" -gt "$2" ]
}

@test "systemd understands every unit" {
    needs systemd-analyze
    for unit in $(units service) $(units socket) $(units timer); do
        SYSTEMD_UNIT_PATH=$UNITS: run systemd-analyze verify --man=no "$UNITS/$unit"
        echo "$unit: $output"
        [ "$status" = 0 ]
        run ! grep windlass <<<"$output"
    done
}

@test "a service that is taken over can do little: exposure of 2.0 at most" {
    needs systemd-analyze
    for unit in $(units service); do
        SYSTEMD_UNIT_PATH=$UNITS: run systemd-analyze security --no-pager --offline=true --threshold=20 "$UNITS/$unit"
        echo "$unit: ${lines[-1]}"
        [ "$status" = 0 ]
        [[ ${lines[-1]} =~ exposure\ level\ for\ $unit:\ [01]\.[0-9]\ |:\ 2\.0\  ]]
    done
}

@test "every endpoint has socket and service, every user and folder is made" {
    [ "$(units socket | sed 's/windlass-//;s/\.socket//')" = "$(cd "$root/cgi-bin" && basename -a -s .c -- *.c)" ]
    for unit in $(units service); do
        user=$(sed -n 's/^User=//p' "$UNITS/$unit")
        grep -qE "^u $user " "$DIR/usr/lib/sysusers.d/windlass.conf"
        # The role of PostgreSQL has that name, too.
        [ "$(sql "select count(*) from pg_roles where rolname = '$user'")" = 1 ]
    done
    needs systemd-sysusers
    mkdir -p "$DIR/empty/etc"
    run systemd-sysusers --root="$DIR/empty" --dry-run "$DIR/usr/lib/sysusers.d/windlass.conf"
    echo "$output"
    [ "$status" = 0 ]
}

@test "what a program takes as a credential its unit hands over" {
    for unit in $(units service); do
        program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$UNITS/$unit" | head -n 1)
        [ -x "$program" ]
        [ "${program##*/}" != windlass ] || continue # it asks for what its verb needs
        diff <("$program" -h | sed -nE "s/^  ([A-Z_]+) .*systemd's credential\)?( windlass.kek\))?.*/\1/p" |
            sed 's/^WINDLASS_KEK_FILE$/windlass.kek/' | sort) \
            <(sed -nE 's/^LoadCredential=([^:]*).*/\1/p' "$UNITS/$unit" | sort)
    done
}

@test "an endpoint serves on systemd's socket, with a secret of systemd's, and says when" {
    needs systemd-socket-activate
    hears
    mkdir -p "$DIR/run" "$DIR/credentials"
    (umask 077 && echo 'a-key-of-the-platform' >"$DIR/credentials/SECRET_CALLBACK_API_AUTH_SECRET")
    # It becomes the program when somebody connects.
    env -u WINDLASS_DEV CALLBACK_API_AUTH_TYPE=api_key CREDENTIALS_DIRECTORY="$DIR/credentials" \
        systemd-socket-activate -l "$DIR/run/rate.sock" -E WINDLASS_DATABASE_URL -E WINDLASS_RUN_DIR \
        -E CALLBACK_API_AUTH_TYPE -E CREDENTIALS_DIRECTORY -E NOTIFY_SOCKET -E ASAN_OPTIONS -E UBSAN_OPTIONS \
        "$DIR/usr/lib/windlass/rate" 2>"$DIR/rate.log" >"$DIR/rate.out" 3>&- </dev/null &
    echo $! >"$DIR/rate.pid"
    eventually test -S "$DIR/run/rate.sock"
    [ ! -s "$DIR/told" ]
    request GET "/rate?type=indicative"
    expect 401
    request GET "/rate?type=indicative" '' '' HTTP_X_API_KEY=a-key-of-the-platform
    expect 400
    grep -q 'event=start .*socket=given' "$DIR/rate.log"
    eventually told_more READY=1 0
    [ "$(cat "$DIR/told")" = READY=1 ]
    kill -TERM "$(pid_of rate)"
    eventually is_gone "$(pid_of rate)"
    [ "$(cat "$DIR/told")" = $'READY=1\nSTOPPING=1' ]
    # It was given, so it stays: the next one takes it, and no connection was refused.
    [ -S "$DIR/run/rate.sock" ]
}

@test "the watcher is alive as long as it completes rounds, and hands over" {
    hears
    mkdir -p "$DIR/run" "$DIR/state" "$DIR/keys"
    (umask 077 && printf '1 %064d\n' 1 >"$DIR/keys/windlass.kek")
    env CREDENTIALS_DIRECTORY="$DIR/keys" WINDLASS_STATE_DIR="$DIR/state" WINDLASS_NO_LEDGER=1 \
        PLATFORM_API_BASE_URL=http://127.0.0.1:9 "$DIR/usr/lib/windlass/watcher" 2>"$DIR/watcher.log" \
        >"$DIR/watcher.out" 3>&- </dev/null &
    echo $! >"$DIR/watcher.pid"
    eventually told_more WATCHDOG=1 1
    [ "$(head -n 1 "$DIR/told")" = READY=1 ]
    # One that stands still says nothing.
    kill -STOP "$(pid_of watcher)"
    stands_still() { grep -q '^State:[[:space:]]*T' "/proc/$(pid_of watcher)/status"; }
    eventually stands_still
    sleep 1 # what was on its way is heard
    before=$(count_told WATCHDOG=1)
    sleep 2
    [ "$(count_told WATCHDOG=1)" = "$before" ]
    kill -CONT "$(pid_of watcher)"
    eventually told_more WATCHDOG=1 "$before"
    # Nor does one whose rounds fail: not one word after it knows that.
    "$root/tests/cluster.sh" stop "$DIR"
    failed() { [ "$(grep -c 'event=db' "$DIR/watcher.log")" -gt 2 ]; }
    eventually failed
    before=$(count_told WATCHDOG=1)
    sleep 3
    [ "$(count_told WATCHDOG=1)" = "$before" ]
    "$root/tests/cluster.sh" start "$DIR"
    eventually told_more WATCHDOG=1 "$before"
    kill -TERM "$(pid_of watcher)"
    eventually is_gone "$(pid_of watcher)"
    [ "$(tail -n 1 "$DIR/told")" = STOPPING=1 ]
}
