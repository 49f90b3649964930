#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# POST /event: taken whatever is in it; the watcher is woken.

load ../lib.sh

setup_file() {
    cluster_up
    program_up event WINDLASS_EVENT_WORKERS=2
}

teardown_file() {
    program_down event
    cluster_down
}

setup() {
    PROGRAM=event
}

wakes() {
    sql 'select n from windlass.wake'
}

@test "an event wakes the watcher" {
    before=$(wakes)
    request POST /event '{"id":"x","type":"transaction_created"}'
    [ "$status $body" = '200 {}' ]
    [ "$(wakes)" = $((before + 1)) ]
}

@test "whatever is in it, it is taken" {
    before=$(wakes)
    for body in '' '{' 'no json' "$(head -c 100000 /dev/zero | tr '\0' x)"; do
        for type in application/json text/plain '' 'multipart/form-data'; do
            request POST /event "$body" "$type"
            expect 200
        done
    done
    request POST '/event?a=%zz&a' '{}'
    expect 200
    [ "$(wakes)" = $((before + 17)) ]
}

@test "nothing else is" {
    before=$(wakes)
    for method in GET PUT DELETE; do
        request "$method" /event
        expect 405
    done
    request POST /events
    expect 404
    [ "$(wakes)" = "$before" ]
}

@test "while somebody else is waking the watcher an event does not wait" {
    psql -X -q -d "host=$DIR/pg-socket dbname=windlass user=owner" \
        -c "begin; update windlass.wake set n = n; select pg_sleep(1.5); commit" >/dev/null 3>&- &
    sleep 0.4
    began=$(date +%s%N)
    request POST /event '{}'
    expect 200
    [ $((($(date +%s%N) - began) / 1000000)) -lt 900 ]
    wait
}

@test "with the database away it is taken all the same, and again after" {
    "$root/tests/cluster.sh" crash "$DIR"
    for _ in 1 2 3; do
        request POST /event '{}'
        expect 200
    done
    "$root/tests/cluster.sh" start "$DIR"
    before=$(wakes)
    request POST /event '{}'
    expect 200
    [ "$(wakes)" -gt "$before" ]
}

@test "only from the platform" {
    program_down event
    key=myPlatformToAnchorSecret1234567890
    program_up event CALLBACK_API_AUTH_TYPE=api_key "SECRET_CALLBACK_API_AUTH_SECRET=$key"
    before=$(wakes)
    request POST /event '{}'
    expect 401
    [ "$(wakes)" = "$before" ]
    request POST /event '{' '' "HTTP_X_API_KEY=$key"
    expect 200
    [ "$(wakes)" = $((before + 1)) ]
}
