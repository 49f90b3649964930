#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# An endpoint on several hosts: what upstreams.conf says of them.

load ../lib.sh

PORT=$((${WINDLASS_PORT:-21310} + 10))

# A second host: the same program with a folder of its own.
other_up() {
    env "WINDLASS_RUN_DIR=$DIR/other" WINDLASS_TRIAL_WORKERS=2 "WINDLASS_SOCKET_GROUP=$group" \
        "$(program_of trial)" >>"$DIR/other.out" 2>>"$DIR/other.log" 3>&- </dev/null &
    echo $! >"$DIR/other.pid"
    eventually test -S "$DIR/other/trial.sock"
}

setup_file() {
    folder_up
    settings
    group=$(id -gn)
    [ "$(id -u)" != 0 ] || group=nogroup
    export group
    program_up trial WINDLASS_TRIAL_WORKERS=2 "WINDLASS_SOCKET_GROUP=$group"
    other_up
    mkdir "$DIR/log"
    "$root/nginx/fill.sh" "$DIR/nginx" "RUN_DIR=$DIR/run" "LOG_DIR=$DIR/log" "LISTEN=127.0.0.1:$PORT"
    sed -i 's/location = .customer {/location ~ ^.(values|slow|pid)$ {/' "$DIR/nginx/locations.conf"
    # The lines of upstreams.conf's own example, with these two hosts.
    sed -n 's/^#  \( *server .*max_fails=3 .*\)/\1/p' "$DIR/nginx/upstreams.conf" >"$DIR/example"
    [ "$(wc -l <"$DIR/example")" = 2 ]
    sed -i -e "1s|server [^ ]*|server unix:$DIR/run/trial.sock|" \
        -e "2s|server [^ ]*|server unix:$DIR/other/trial.sock|" "$DIR/example"
    sed -i -e "/customer.sock max_fails=0/{r $DIR/example" -e 'd;}' "$DIR/nginx/upstreams.conf"
    PATH=$PATH:/usr/sbin nginx -c "$DIR/nginx/windlass.conf" -e "$DIR/log/nginx-error.log" \
        -g 'daemon off;' >"$DIR/nginx.out" 2>&1 3>&- &
    echo $! >"$DIR/nginx.pid"
    eventually curl -s -o /dev/null "http://127.0.0.1:$PORT/"
}

teardown_file() {
    kill "$(cat "$DIR/nginx.pid")"
    eventually is_gone "$(cat "$DIR/nginx.pid")"
    rm "$DIR/nginx.pid"
    [ ! -s "$DIR/nginx.out" ] || cat "$DIR/nginx.out"
    program_down other
    program_down trial
    folder_down
}

# How many of COUNT requests got each status, as "200:37 503:3".  One curl asks
# for all: after fail_timeout a host that is down is asked again.
statuses() { # COUNT METHOD TARGET [curl options]
    local count=$1 method=$2 target=$3 i
    local -a wanted=()
    shift 3
    for ((i = 0; i < count; i++)); do
        wanted+=(-o "$DIR/body" "http://127.0.0.1:$PORT$target")
    done
    curl -s -w '%{http_code}\n' -X "$method" "$@" "${wanted[@]}" | sort | uniq -c | awk '{printf "%s%s:%s", s, $2, $1; s = " "}'
}

served_by() { # PID: does a worker of it answer one of 4 requests?
    local i
    for i in 1 2 3 4; do
        pgrep -P "$1" | grep -qx "$(curl -s "http://127.0.0.1:$PORT/pid" | tr -cd 0-9)" && return
    done
    return 1
}

@test "both hosts are asked" {
    served_by "$(pid_of trial)"
    served_by "$(pid_of other)"
}

@test "a host that is down costs three answers, which no other host gives, and then none" {
    program_down other
    [ "$(statuses 40 PUT /values -H 'Content-Type: application/json' -d '{"a":"b"}')" = '200:37 503:3' ]
    # 37 were carried out, once each.
    [ "$(grep -c 'method=PUT path=/values status=200' "$DIR/trial.log")" = 37 ]
    served_by "$(pid_of trial)"
}

@test "a host that comes back is asked again" {
    other_up
    eventually served_by "$(pid_of other)"
    [ "$(statuses 20 GET /values)" = 200:20 ]
}

@test "a host that dies under a request answers 503 for it, and the other is not asked" {
    curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/slow?ms=5000" >"$DIR/one" 3>&- &
    one=$!
    curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/slow?ms=5000" >"$DIR/two" 3>&- &
    two=$!
    sleep 1
    pkill -KILL -P "$(pid_of other)"
    wait $one $two
    [ "$(sort <(cat "$DIR/one"; echo) <(cat "$DIR/two"; echo) | tr '\n' ' ')" = '200 503 ' ]
    [ "$(cat "$DIR/trial.log" "$DIR/other.log" | grep -c 'path=/slow ')" = 1 ]
}
