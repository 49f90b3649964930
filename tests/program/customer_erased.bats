#!/usr/bin/env bats
# The file of erased ids: written before DELETE answers, and told to a database
# that was restored from an older backup before that one is answered from.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

bats_require_minimum_version 1.5.0
load customer

setup_file() {
    cluster_up
    settings
    for kind in assets types fees terms limits prices pools; do
        "$BUILD/operator/windlass" load $kind "$root/config/$kind.json"
    done >"$DIR/load.log"
    (
        umask 077
        printf '1 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" >"$DIR/kek"
    )
    mkdir "$DIR/backups"
    export WINDLASS_KEK_FILE=$DIR/kek WINDLASS_ERASED_FILE=$DIR/backups/erased
    program_up customer WINDLASS_CUSTOMER_WORKERS=2
}

teardown() {
    chmod 0755 "$DIR/backups"
    rm -rf "$WINDLASS_ERASED_FILE"
    : >"$WINDLASS_ERASED_FILE"
}

backup() {
    pg_dump -Fc -f "$DIR/backups/dump" -d "host=$DIR/pg-socket dbname=windlass user=owner"
}

# The old state takes the place of the database under the running program.
restore() {
    local postgres="host=$DIR/pg-socket dbname=postgres user=owner"
    psql -X -q -d "$postgres" -c 'alter database windlass allow_connections false' \
        -c "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'windlass'" \
        -c 'drop database windlass' -c 'create database windlass' >/dev/null
    pg_restore --exit-on-error -d "host=$DIR/pg-socket dbname=windlass user=owner" "$DIR/backups/dump"
}

# The first answer over each new connection; one that was found dead is 503.
first() { # METHOD TARGET
    request "$@"
    [ "$status" != 503 ] || request "$@"
}

lines() {
    wc -l <"$WINDLASS_ERASED_FILE"
}

@test "an erasure is in the file before it is answered, once, and an unknown id is not" {
    sender
    request DELETE "/customer/$id"
    expect 204
    [[ $(cat "$WINDLASS_ERASED_FILE") =~ ^$id\ 20[-0-9]+T[0-9:.]+Z\ erased$ ]]
    request DELETE "/customer/$id"
    expect 204
    request DELETE "/customer/$NOBODY"
    expect 404
    [ "$(lines)" = 1 ]
}

@test "what a crash cut off stays a line of its own" {
    sender
    printf %s "$NOBODY 2026-01-0" >"$WINDLASS_ERASED_FILE"
    request DELETE "/customer/$id"
    expect 204
    [ "$(lines)" = 2 ]
    [[ $(tail -n 1 "$WINDLASS_ERASED_FILE") == "$id "*" erased" ]]
}

@test "what cannot be written into the file is not erased: 503, and everything stays" {
    sender
    rm "$WINDLASS_ERASED_FILE"
    mkdir "$WINDLASS_ERASED_FILE" # root could write anything else
    request DELETE "/customer/$id"
    expect 503
    request GET "/customer?id=$id&type=sep31-sender"
    is ACCEPTED
    run grep -c 'event=erased_file what=append' "$DIR/customer.log"
    [ "$output" -ge 1 ]
    rmdir "$WINDLASS_ERASED_FILE"
    request DELETE "/customer/$id"
    expect 204
    [ "$(lines)" = 1 ]
}

@test "a restored database forgets them again before it is answered from" {
    sender
    erased=$id
    put "\"account\":\"$WALLET\",\"memo\":\"7\",\"first_name\":\"Eva\""
    other=$(member id)
    backup
    put "\"account\":\"$WALLET\",\"memo\":\"8\",\"first_name\":\"Leo\""
    after=$(member id)
    for one in $erased $after; do
        request DELETE "/customer/$one"
        expect 204
    done
    restore
    [ "$(sql "select count(*) from windlass.customer where id = '$erased'")" = 1 ]
    for _ in 1 2 3 4 5 6; do # both workers
        first GET "/customer?id=$erased"
        expect 404
    done
    [ "$(sql "select count(*) from windlass.customer where id = '$erased'")" = 0 ]
    # One who came and went after the backup stays gone, too.
    first DELETE "/customer/$after"
    expect 204
    first GET "/customer?id=$other"
    expect 200
    grep -q 'event=erased_again customers=2' "$DIR/customer.log"
    # By account and memo they are new.
    first GET "/customer?account=$WALLET&type=sep31-sender"
    is NEEDS_INFO
    [ -z "$(member id)" ]
}

@test "DELETE and PUT are told first, too" {
    for verb in DELETE PUT; do
        sql "truncate windlass.customer cascade"
        sender
        backup
        request DELETE "/customer/$id"
        expect 204
        restore
        sent="{\"id\":\"$id\",\"account\":\"$WALLET\",\"city\":\"Lisboa\"}"
        for _ in 1 2 3; do
            if [ $verb = PUT ]; then
                request PUT /customer "$sent"
                [ "$status" != 503 ] || request PUT /customer "$sent"
                expect 404
            else
                first DELETE "/customer/$id"
                expect 204
            fi
        done
        [ "$(sql "select count(*) from windlass.customer where id = '$id'")" = 0 ]
    done
}

@test "a file of thousands of lines is told whole" {
    sender
    backup
    request DELETE "/customer/$id"
    expect 204
    for _ in 1 2; do
        python3 -c '
import uuid
for n in range(1500):
    print(uuid.UUID(int=(4 << 76) | (2 << 62) | n), "2026-01-02T03:04:05Z", "erased")' >>"$WINDLASS_ERASED_FILE"
    done
    restore
    first GET "/customer?id=$id"
    expect 404
    [ "$(sql 'select count(*) from windlass.customer_tombstone')" -ge 1501 ]
}

@test "migrate.sh tells it, too: by the file that WINDLASS_ERASED_FILE names" {
    sender
    backup
    request DELETE "/customer/$id"
    expect 204
    echo "no such line" >>"$WINDLASS_ERASED_FILE"
    program_down customer
    restore
    run "$root/tests/cluster.sh" migrate "$DIR"
    [ "$status" = 0 ]
    [[ $output == *"1 customers erased again"* ]]
    [ "$(sql "select count(*) from windlass.customer")" = 0 ]
    run "$root/tests/cluster.sh" migrate "$DIR"
    [[ $output != *"erased again"* ]]
    program_up customer WINDLASS_CUSTOMER_WORKERS=2
}

@test "without a file, or with one that cannot be written, the program does not start" {
    run --separate-stderr env -u WINDLASS_ERASED_FILE WINDLASS_DEV=0 "$BUILD/customer" -n
    [ "$status" = 1 ]
    [[ $stderr == *"WINDLASS_ERASED_FILE: is not set"* ]]
    run --separate-stderr env WINDLASS_ERASED_FILE=/nowhere/erased "$BUILD/customer" -n
    [ "$status" = 1 ]
    [[ $stderr == *"/nowhere/erased cannot be written"* ]]
}
