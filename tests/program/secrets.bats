#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# Secrets: from files, long enough, and changed while requests come in.

load ../lib.sh

OLD=the-old-secret-of-the-platform-1234567890
NEW=the-new-secret-of-the-platform-1234567890

setup() {
    folder_up
    settings
    PROGRAM=trial
    trial=$(program_of trial)
    export WINDLASS_KEK_FILE=$DIR/kek PLATFORM_API_BASE_URL=http://127.0.0.1:8085 WINDLASS_HORIZON_URL=http://127.0.0.1:8086
    (umask 077 && printf '1 %064d\n' 1 >"$DIR/kek")
}

teardown() {
    program_down trial
    folder_down
}

secret_file() { # LINE...: at once, as a rename is
    (umask 077 && printf '%s\n' "$@" >"$DIR/secret.new")
    mv "$DIR/secret.new" "$DIR/secret"
}

@test "every secret of every program may stand in a file" {
    secret_file "host=$DIR/pg-socket dbname=windlass"
    count=0
    for program in "$BUILD"/{customer,rate,event,status} "$BUILD/watcher/watcher"; do
        for name in $("$program" -h | grep -oE '^  (SECRET_[A-Z_]+|WINDLASS_DATABASE_URL)\b' | sort -u); do
            "$program" -h | grep -q "^  $name (or ${name}_FILE)"
            # As the only form of it, beside whatever else has to be set.
            [ "$(env -u "$name" "${name}_FILE=$DIR/secret" "$program" -n | grep "^# $name is")" = "# $name is set" ]
            run env "$name=host=/nowhere" "${name}_FILE=$DIR/secret" "$program" -n
            [ "$status" = 1 ]
            [[ $output == *"$name: set this or ${name}_FILE, not both"* ]]
            chmod 0644 "$DIR/secret"
            run env -u "$name" "${name}_FILE=$DIR/secret" "$program" -n
            [ "$status" = 1 ]
            [[ $output == *"${name}_FILE: $DIR/secret: everybody may read it"* ]]
            chmod 0600 "$DIR/secret"
            count=$((count + 1))
        done
    done
    # Four endpoints with three each, and the watcher's.
    [ $count -ge 15 ]
}

@test "the operator's command and the migration take the connection string from a file" {
    cluster=$DIR
    "$root/tests/cluster.sh" start "$cluster"
    secret_file "host=$DIR/pg-socket dbname=windlass user=owner"
    unset WINDLASS_DATABASE_URL
    WINDLASS_DATABASE_URL_FILE=$DIR/secret "$root/sql/migrate.sh"
    run env "WINDLASS_DATABASE_URL_FILE=$DIR/secret" WINDLASS_DATABASE_URL=x "$root/sql/migrate.sh"
    [ "$status $output" = '1 migrate: set WINDLASS_DATABASE_URL or WINDLASS_DATABASE_URL_FILE, not both' ]
    run env "WINDLASS_DATABASE_URL_FILE=$DIR/nowhere" "$root/sql/migrate.sh"
    [ "$status" = 1 ]
    run "$root/sql/migrate.sh"
    [ "$status $output" = "1 migrate: set WINDLASS_DATABASE_URL to the owner's connection string" ]
    WINDLASS_DATABASE_URL_FILE=$DIR/secret "$BUILD/operator/windlass" load assets "$root/config/assets.json"
    "$root/tests/cluster.sh" stop "$cluster"
}

@test "keys under 16 bytes and JWT secrets under 32 are refused, whoever uses them" {
    while read -r program type_name secret_name type least; do
        secret=$(head -c "$least" /dev/zero | tr '\0' k)
        export "$type_name=$type" "$secret_name=$secret"
        "$BUILD/$program" -n >/dev/null
        export "$secret_name=${secret%?}"
        run "$BUILD/$program" -n
        [ "$status" = 1 ]
        [ "$output" = "$secret_name: needs at least $least bytes for $type" ]
        unset "$type_name" "$secret_name"
    done <<CASES
customer CALLBACK_API_AUTH_TYPE SECRET_CALLBACK_API_AUTH_SECRET api_key 16
rate CALLBACK_API_AUTH_TYPE SECRET_CALLBACK_API_AUTH_SECRET jwt 32
watcher/watcher PLATFORM_API_AUTH_TYPE SECRET_PLATFORM_API_AUTH_SECRET api_key 16
watcher/watcher PLATFORM_API_AUTH_TYPE SECRET_PLATFORM_API_AUTH_SECRET jwt 32
CASES
    run env CALLBACK_API_AUTH_TYPE=jwt "SECRET_CALLBACK_API_AUTH_SECRET=$OLD" \
        SECRET_CALLBACK_API_AUTH_SECRET_NEXT=fifteen-bytes-- "$BUILD/event" -n
    [ "$status $output" = '1 SECRET_CALLBACK_API_AUTH_SECRET_NEXT: needs at least 32 bytes for jwt' ]
    run env SECRET_WINDLASS_PAYOUT_RAIL_KEY=fifteen-bytes-- "$BUILD/watcher/watcher" -n
    [ "$status $output" = '1 SECRET_WINDLASS_PAYOUT_RAIL_KEY: must have at least 16 bytes' ]
    # Two are the most, in whatever form.
    secret_file "$OLD" "$NEW"
    run env CALLBACK_API_AUTH_TYPE=api_key "SECRET_CALLBACK_API_AUTH_SECRET_FILE=$DIR/secret" \
        "SECRET_CALLBACK_API_AUTH_SECRET_NEXT=$OLD-3" "$BUILD/event" -n
    [ "$status" = 1 ]
    [[ $output == 'SECRET_CALLBACK_API_AUTH_SECRET_NEXT: is one secret too many'* ]]
}

as() { # SECRET: the status of a request
    python3 - "$root/tests/program" "$DIR/run/trial.sock" "$1" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from fcgi import ask
print(ask(sys.argv[2], 'GET', '/pid', more=[('HTTP_X_API_KEY', sys.argv[3])])[0])
PY
}

# Requests without a pause until there is a file "enough", with the key that is
# in the file "key", which may change: a line for each status.
platform() {
    : >"$DIR/statuses"
    python3 - "$root/tests/program" "$DIR" >>"$DIR/statuses" 3>&- <<'PY' &
import os, sys
sys.path.insert(0, sys.argv[1])
from fcgi import Closed, ask
folder = sys.argv[2]
while not os.path.exists(f'{folder}/enough'):
    with open(f'{folder}/key') as file:
        key = file.read().strip()
    try:
        print(ask(f'{folder}/run/trial.sock', 'GET', '/pid', more=[('HTTP_X_API_KEY', key)])[0], flush=True)
    except (OSError, Closed) as why:
        print(repr(why), flush=True)
PY
    platform=$!
}

platform_has() { # SECRET
    echo "$1" >"$DIR/key.new"
    mv "$DIR/key.new" "$DIR/key"
}

# Some requests more have been answered.
answered() { # COUNT
    local have
    have=$(wc -l <"$DIR/statuses")
    more() { [ "$(wc -l <"$DIR/statuses")" -ge $((have + $1)) ]; }
    eventually more "$1"
}

none_was_refused() {
    touch "$DIR/enough"
    wait "$platform"
    [ "$(sort "$DIR/statuses" | uniq -c | tr -s ' ' | sed 's/ [0-9]* //')" = 200 ] || {
        sort "$DIR/statuses" | uniq -c
        return 1
    }
}

# SIGHUP, until the old workers have been told to leave N times in all.
hang_up() { # N
    kill -HUP "$(pid_of trial)"
    rolled() { [ "$(grep -c event=rolled "$DIR/trial.log")" = "$1" ]; }
    eventually rolled "$1"
}

@test "a secret in a file is changed by SIGHUP, and no request is refused" {
    secret_file "$OLD"
    platform_has "$OLD"
    program_up trial WINDLASS_TRIAL_WORKERS=2 CALLBACK_API_AUTH_TYPE=api_key "SECRET_CALLBACK_API_AUTH_SECRET_FILE=$DIR/secret"
    platform
    answered 20
    [ "$(as "$NEW")" = 401 ]
    secret_file "$OLD" "$NEW"
    # Nothing happens by itself.
    [ "$(as "$NEW")" = 401 ]
    hang_up 1
    eventually has_workers trial 2
    [ "$(as "$NEW") $(as "$OLD")" = '200 200' ]
    answered 20
    platform_has "$NEW"
    answered 20
    secret_file "$NEW"
    hang_up 2
    eventually has_workers trial 2
    answered 20
    none_was_refused
    [ "$(as "$NEW") $(as "$OLD")" = '200 401' ]
}

@test "the file of all settings is read again, too" {
    (umask 077 && printf 'CALLBACK_API_AUTH_TYPE=api_key\nSECRET_CALLBACK_API_AUTH_SECRET=%s\n' "$OLD" >"$DIR/settings")
    program_up trial WINDLASS_TRIAL_WORKERS=1 "WINDLASS_CONFIG=$DIR/settings"
    [ "$(as "$OLD") $(as "$NEW")" = '200 401' ]
    printf 'SECRET_CALLBACK_API_AUTH_SECRET_NEXT=%s\n' "$NEW" >>"$DIR/settings"
    hang_up 1
    eventually has_workers trial 1
    [ "$(as "$OLD") $(as "$NEW")" = '200 200' ]
}

@test "a secret that cannot be one leaves what was, and says so" {
    secret_file "$OLD"
    program_up trial WINDLASS_TRIAL_WORKERS=1 CALLBACK_API_AUTH_TYPE=api_key "SECRET_CALLBACK_API_AUTH_SECRET_FILE=$DIR/secret"
    refused=0
    for bad in fifteen-bytes-- '' "$OLD-1 $OLD-2 $OLD-3"; do
        # shellcheck disable=SC2086 # words become lines
        secret_file $bad
        kill -HUP "$(pid_of trial)"
        refused=$((refused + 1))
        are_refused() { [ "$(grep -c event=roll_refused "$DIR/trial.log")" = $refused ]; }
        eventually are_refused
        [ "$(as "$OLD") $(as fifteen-bytes--) $(as "$OLD-1")" = '200 401 401' ]
    done
    # A worker that is replaced has it still.
    workers_of trial | xargs kill -KILL
    eventually has_workers trial 1
    [ "$(as "$OLD")" = 200 ]
    # The lines that say why are expected here, and have no secret in them.
    for why in 'needs at least 16 bytes' 'is empty' 'one secret too many'; do
        grep -q "^SECRET_CALLBACK_API_AUTH_SECRET.*$why" "$DIR/trial.log"
    done
    [ "$(grep -cE 'fifteen|the-old-secret' "$DIR/trial.log")" = 0 ]
    grep '^ts=' "$DIR/trial.log" >"$DIR/kept"
    cat "$DIR/kept" >"$DIR/trial.log"
    # And the next good one is taken.
    secret_file "$NEW"
    hang_up 1
    eventually has_workers trial 1
    [ "$(as "$NEW") $(as "$OLD")" = '200 401' ]
}

@test "a secret of the environment is changed by a restart behind a socket that stays, and no request is refused" {
    platform_has "$OLD"
    # As systemd does: the socket is there before, between and after.
    cat >"$DIR/keeper.py" <<'PY'
import os, signal, socket, subprocess, sys
folder, program, old, new = sys.argv[1:]
os.makedirs(f'{folder}/run', exist_ok=True)
s = socket.socket(socket.AF_UNIX)
s.bind(f'{folder}/run/trial.sock')
s.listen(64)
running = None
for line in sys.stdin:
    secrets = dict(word.split('=') for word in line.split())
    if running:
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
    if secrets:
        running = subprocess.Popen([program], stdin=s, stderr=open(f'{folder}/trial.log', 'a'), env=dict(
            os.environ, WINDLASS_TRIAL_WORKERS='2', CALLBACK_API_AUTH_TYPE='api_key',
            **{f'SECRET_CALLBACK_API_AUTH_SECRET{n}': v for n, v in secrets.items()}))
    print('done', flush=True)
PY
    mkfifo "$DIR/orders"
    python3 "$DIR/keeper.py" "$DIR" "$trial" "$OLD" "$NEW" <"$DIR/orders" >"$DIR/done" 3>&- &
    keeper=$!
    exec 7>"$DIR/orders"
    orders=0
    order() { # NAME=SECRET...
        echo "$*" >&7
        orders=$((orders + 1))
        done_so_far() { [ "$(wc -l <"$DIR/done")" = $orders ]; }
        eventually done_so_far
    }
    order "=$OLD"
    platform
    answered 20
    order "=$OLD" "_NEXT=$NEW"
    answered 20
    [ "$(as "$NEW") $(as "$OLD")" = '200 200' ]
    platform_has "$NEW"
    answered 20
    order "=$NEW"
    answered 20
    [ "$(as "$NEW") $(as "$OLD")" = '200 401' ]
    none_was_refused
    order ''
    exec 7>&-
    wait $keeper
    [ "$(grep -vc '^ts=' "$DIR/trial.log")" = 0 ]
}
