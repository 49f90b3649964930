#!/usr/bin/env bats
# The wrapping keys: where they come from, and how they turn while requests come.
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # variables of bats and of customer.bash

bats_require_minimum_version 1.5.0
load customer

KEY2='2 2222222222222222222222222222222222222222222222222222222222222222'
KEY3='3 3333333333333333333333333333333333333333333333333333333333333333'
KEY4='4 4444444444444444444444444444444444444444444444444444444444444444'

windlass() {
    "$BUILD/operator/windlass" "$@"
}

key_file() { # LINE...: at once, as a rename is
    (umask 077 && printf '%s\n' "$@" >"$DIR/kek.new")
    mv "$DIR/kek.new" "$DIR/kek"
}

add_key() { # LINE: the last one now
    (umask 077 && { grep -v "^${1%% *} " "$DIR/kek"; echo "$1"; } >"$DIR/kek.new")
    mv "$DIR/kek.new" "$DIR/kek"
}

under() { # the numbers that wrap, of customers
    sql "select string_agg(distinct windlass.key_number(wrapped_key)::text, ' ') from windlass.customer"
}

# Opens what is stored: nothing changes, but the answer needs the values.
opens() { # ID
    put "\"id\":\"$1\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"first_name\":\"Ana\""
    is ACCEPTED
}

newcomer() { # MEMO
    put "\"account\":\"$WALLET\",\"memo\":\"$1\",\"memo_type\":\"id\",\"type\":\"sep31-sender\",$SENDER"
}

# A program that holds keys looks at their file once a second.
a_second_later() {
    sleep 1.1
}

@test "keys turn while a program serves, which is told nothing" {
    sender
    old=$id
    head=$(head -n 1 "$DIR/kek")
    run --separate-stderr windlass keys list --format csv
    [ "$output" = $'number,in_file,wraps,customers,kept_customers,payments,fingerprints\r\n1,true,true,1,0,0,0\r' ] ||
        [ "$output" = $'number,in_file,wraps,customers,kept_customers,payments,fingerprints\n1,true,true,1,0,0,0' ]
    key_file "$head" "$KEY2"
    a_second_later
    run --separate-stderr windlass keys rotate
    echo "$output / $stderr"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output == *"nothing is under another wrapping key than 2"* ]]
    [ "$(under)" = 2 ]
    opens "$old"
    newcomer 77
    expect 200
    [ "$(under)" = 2 ]
    # Again: there is nothing to do.
    run windlass keys rotate --format csv
    [ "$status" = 0 ]
    [[ $output == *customers,2,0,0* ]]
    # The old one can go; a program that starts then opens everything.
    key_file "$KEY2"
    workers_of customer | xargs kill -KILL
    eventually has_workers customer 4
    opens "$old"
    [ "$(sql "select count(*) from windlass.audit where what = 'keys_turn'")" = 1 ]
}

@test "the key that counts wraps, wherever its line is; a program without it says so" {
    add_key "$KEY3"
    windlass keys rotate
    add_key "$KEY2"
    workers_of customer | xargs kill -KILL
    eventually has_workers customer 4
    newcomer 1
    expect 200
    [ "$(under)" = 3 ]
    # A file that lacks it: a host that was forgotten.
    key_file "$KEY2"
    workers_of customer | xargs kill -KILL
    eventually has_workers customer 4
    newcomer 2
    expect 503
    grep -q 'event=keys .*number=3 fault="the key that counts is not in it"' "$DIR/customer.log"
    key_file "$KEY2" "$KEY3"
    a_second_later
    newcomer 2
    expect 200
    [ "$(under)" = 3 ]
}

@test "a photograph of a new customer comes with it while the key turns" {
    add_key "$KEY3"
    windlass keys rotate
    newcomer 1
    add_key "$KEY4"
    a_second_later
    windlass keys rotate
    python3 - >"$DIR/photo.png" <<'PY'
import struct, sys, zlib
part = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
sys.stdout.buffer.write(b'\x89PNG\r\n\x1a\n' + part(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) +
                        part(b'IDAT', zlib.compress(b'\0\x7f')) + part(b'IEND', b''))
PY
    form "account=$WALLET" memo=5 memo_type=id type=sep31-sender first_name=Ana last_name=Souza \
        "photo_id_front@$DIR/photo.png"
    expect 200
    [ "$(under)" = 4 ]
    [ "$(sql "select count(*) from windlass.document")" = 1 ]
    # A worker did wrap by the old one, and read both again.
    [ "$(grep -c 'event=race' "$DIR/customer.log")" = 0 ]
}

@test "it is not done while something does not open, which is named" {
    add_key "$KEY4"
    a_second_later
    windlass keys rotate
    newcomer 1
    id=$(member id)
    sql "set session_replication_role = replica;
        update windlass.customer set wrapped_key = set_byte(wrapped_key, 4, 9) where id = '$id'"
    before=$(sql "select count(*) from windlass.audit where what = 'keys_turned' and subject = '4'")
    run windlass keys list --format csv
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *9,false,false,1,0,0* ]]
    [[ $output == *"WINDLASS_KEK_FILE lacks 1 of the keys that wrap something"* ]]
    run windlass keys rotate --format csv
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *"customer $id: its key, wrapped by key 9, does not open"* ]]
    [[ $output == *customers,1,0,1* ]]
    [[ $output == *"1 keys remain under another wrapping key than 4"* ]]
    [ "$(sql "select count(*) from windlass.audit where what = 'keys_turned' and subject = '4'")" = "$before" ]
}

@test "what was erased is unreadable in an older backup, once the key has turned and is gone" {
    add_key "$KEY4"
    a_second_later
    windlass keys rotate
    newcomer 1
    erased=$(member id)
    newcomer 2
    stays=$(member id)
    pg_dump -d "host=$DIR/pg-socket dbname=windlass user=owner" >"$DIR/dump.sql"
    request DELETE "/customer/$erased"
    expect 204
    add_key "$KEY3"
    windlass keys rotate
    key_file "$KEY3"
    run --separate-stderr windlass customer show "$stays" --values
    [[ $output == *Souza* ]]
    psql -X -q -d "host=$DIR/pg-socket dbname=windlass user=owner" -c 'create database older'
    psql -X -q -v ON_ERROR_STOP=1 -d "host=$DIR/pg-socket dbname=older user=owner" -f "$DIR/dump.sql" >/dev/null
    rm "$DIR/dump.sql"
    for one in "$erased" "$stays"; do
        WINDLASS_DATABASE_URL="host=$DIR/pg-socket dbname=older" run windlass customer show "$one" --values
        echo "$output"
        [ "$status" = 1 ]
        [[ $output == *"do not open with the keys of WINDLASS_KEK_FILE"* && $output != *Souza* ]]
    done
    # It is the key that lacks, not the rest.
    key_file "$KEY4" "$KEY3"
    WINDLASS_DATABASE_URL="host=$DIR/pg-socket dbname=older" run windlass customer show "$erased" --values
    [ "$status" = 0 ]
    [[ $output == *Souza* ]]
    psql -X -q -d "host=$DIR/pg-socket dbname=windlass user=owner" -c 'drop database older'
    # This file's programs have met keys that they did not know.
    sed -i '/event=unreadable/d' "$DIR/customer.log"
}

@test "the keys come from a file that is its owner's alone, or from systemd" {
    for mode in 0640 0620 0604; do
        chmod $mode "$DIR/kek"
        run "$BUILD/customer" -n
        [ "$status" = 1 ]
        [[ $output == *"others than its owner may read or write it"* ]]
        run windlass keys list
        [ "$status" = 1 ]
    done
    chmod 0600 "$DIR/kek"
    mkdir "$DIR/credentials"
    cp "$DIR/kek" "$DIR/credentials/windlass.kek"
    chmod 0440 "$DIR/credentials/windlass.kek"
    CREDENTIALS_DIRECTORY=$DIR/credentials run env -u WINDLASS_KEK_FILE "$BUILD/customer" -n
    [ "$status" = 0 ]
    [[ $output == *"WINDLASS_KEK_FILE=$DIR/credentials/windlass.kek"* ]]
    CREDENTIALS_DIRECTORY=$DIR/credentials run env -u WINDLASS_KEK_FILE "$BUILD/operator/windlass" keys list
    [ "$status" = 0 ]
    run env -u WINDLASS_KEK_FILE "$BUILD/customer" -n
    [ "$status" = 1 ]
    [[ $output == *"WINDLASS_KEK_FILE: is not set"* ]]
}

# How it leaves when it is told to crash, in a folder of its own where it may
# write and a core file has no limit but the program's own.
@test "no program that holds keys leaves a core file, and nobody looks inside" {
    program_down customer
    mkdir "$DIR/crash"
    cd "$DIR/crash"
    ulimit -c unlimited
    program_up customer WINDLASS_CUSTOMER_WORKERS=1
    env WINDLASS_STATE_DIR="$DIR/crash" PLATFORM_API_BASE_URL=http://127.0.0.1:9 WINDLASS_NO_LEDGER=1 \
        "$BUILD/watcher/watcher" >"$DIR/watcher.out" 2>"$DIR/watcher.log" 3>&- </dev/null &
    echo $! >"$DIR/watcher.pid"
    eventually grep -q event=start "$DIR/watcher.log"
    for pid in $(pid_of customer) $(workers_of customer) $(pid_of watcher); do
        grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits"
        # Of a process that nobody may look into these files are root's.
        [ "$(stat -c %u "/proc/$pid/environ")" = 0 ]
    done
    for pid in $(workers_of customer) $(pid_of watcher); do
        kill -SEGV "$pid"
        eventually is_gone "$pid"
    done
    run ls -A "$DIR/crash"
    [[ $output != *core* ]]
    # The reports of a crash that was asked for are expected here.
    rm -f "$DIR/watcher.pid"
    sed -i '/^ts=/!d' "$DIR/customer.log"
    program_down customer
}
