#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# GET /health: each trouble has its colour and a sentence.

load ../lib.sh

setup_file() {
    cluster_up
    # All is well: read just now, a whole book with a fresh price, a full pool.
    sql "
        update windlass.poll_state set last_good = windlass.clock_now(), interval_ms = 1000;
        insert into windlass.book_document (kind, document, loaded_at, loaded_by)
            select k, case k when 'prices' then json_build_array(json_build_object(
                    'as_of', to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),
                    'stale_after', 3600)) else '{}' end, now(), 'test'
            from unnest(array['assets', 'types', 'prices', 'fees', 'terms', 'limits', 'pools']) k;
        update windlass.book_version set version = 7, loaded_at = now() - interval '65 minutes';
        insert into windlass.pool values ('brl', 'iso4217:BRL', 2, 1);
        insert into windlass.pool_row values ('brl', 1, 100, 0, 0)"
    program_up status WINDLASS_STATUS_WORKERS=1
}

teardown_file() {
    program_down status
    cluster_down
}

setup() {
    PROGRAM=status
}

# One worker keeps its look for a second.
health() {
    sleep 1.1
    request GET /health
}

check() { # NAME: its colour and sentence
    python3 -c 'import json, sys; c = json.loads(sys.argv[1])["checks"][sys.argv[2]]; print(c["status"], c["message"])' \
        "$body" "$1"
}

is() { # NAME COLOUR TEXT: text is part of the sentence
    local got
    got=$(check "$1")
    [[ $got == "$2 "*"$3"* ]] || {
        echo "$1: $got"
        return 1
    }
}

fresh() {
    sql "update windlass.poll_state set last_good = windlass.clock_now()"
}

@test "all well: 200, the platform's shape, every check green" {
    fresh
    request GET /health
    [ "$status" = 200 ]
    python3 - "$body" "$(cat "$root/VERSION")" <<'PY'
import json, re, sys
v = json.loads(sys.argv[1])
assert list(v) == ['started_at', 'version', 'elapsed_time_ms', 'number_of_checks', 'checks'], list(v)
assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z', v['started_at'])
assert v['version'] == sys.argv[2]
assert isinstance(v['elapsed_time_ms'], int)
assert v['number_of_checks'] == len(v['checks'])
assert set(v['checks']) == {'database', 'watcher', 'ledger', 'book', 'prices', 'pools', 'hold', 'breakers', 'outflow', 'workers'}
for name, check in v['checks'].items():
    assert check['status'] == 'green', (name, check)
    assert check['message'].endswith('.'), check
PY
    is book green 'Version 7, loaded 01:05:'
    is workers green 'status 1 of 1'
}

@test "without credentials, with any query, but only GET" {
    request GET '/health?checks=all'
    [ "$status" = 200 ]
    request POST /health
    expect 405
}

@test "the watcher's last good reading older than 5 intervals is yellow, far older red" {
    sql "update windlass.poll_state set last_good = windlass.clock_now() - interval '6 seconds'"
    health
    [ "$status" = 200 ]
    is watcher yellow 's ago'
    sql "update windlass.poll_state set last_good = windlass.clock_now() - interval '70 seconds'"
    health
    [ "$status" = 500 ]
    is watcher red 's ago'
    sql "update windlass.poll_state set last_good = '-infinity'"
    health
    [ "$status" = 500 ]
    is watcher red never
    is ledger yellow 'Not known'
    # The interval is the watcher's own.
    sql "update windlass.poll_state set last_good = windlass.clock_now() - interval '6 seconds', interval_ms = 5000"
    health
    is watcher green ''
    sql "update windlass.poll_state set interval_ms = 1000"
}

@test "no ledger, an old price, an empty pool, the hold and a review are yellow" {
    fresh
    sql "update windlass.poll_state set without_ledger = true;
        update windlass.book_document set document = '[{\"as_of\":\"2020-01-01T00:00:00Z\",\"stale_after\":60}]'
            where kind = 'prices';
        update windlass.pool_row set held = 100;
        update windlass.money_hold set is_on = true, reason = 'restored from a backup'"
    health
    [ "$status" = 200 ]
    is ledger yellow 'not looked up'
    is prices yellow '1 of the prices'
    is pools yellow 'Empty: brl.'
    is hold yellow 'restored from a backup'
    # What expired in a pool is free again.
    sql "insert into windlass.quote values (gen_random_uuid(), 'c', 'c', false, 'brl', 'a', 'b', 'sell',
            1, 1, 0, 'a', '', '1', '', '', 60, 1, now() - interval '1 hour', now() - interval '50 minutes');
        insert into windlass.hold select id, 1, 'brl', 'c', 50, false, now() - interval '48 minutes' from windlass.quote"
    fresh
    health
    is pools green 'room'
    sql "update windlass.poll_state set without_ledger = false, last_good = windlass.clock_now();
        update windlass.pool_row set held = 0; update windlass.money_hold set is_on = false, reason = ''"
}

@test "an outflow in review is yellow" {
    # Without the triggers and references that lead there.
    sql "set session_replication_role = replica;
        insert into windlass.outflow (tx_id, way, state, sealed_key)
            values ('a', 'payout', 'review', decode(repeat('00', 33), 'hex'))"
    fresh
    health
    is outflow yellow '1 in review'
}

@test "a book that lacks a document is red" {
    fresh
    sql "delete from windlass.book_document where kind in ('limits', 'prices')"
    health
    [ "$status" = 500 ]
    is book red 'Not loaded yet: limits, prices.'
}

@test "a worker that is missing is yellow" {
    program_up event WINDLASS_EVENT_WORKERS=2
    health
    is workers green 'event 2 of 2'
    kill -STOP "$(pid_of event)"
    kill -KILL "$(workers_of event | head -n 1)"
    sleep 5
    health
    is workers yellow 'event 0 of 2'
    kill -CONT "$(pid_of event)"
    eventually has_workers event 2
    sleep 0.5
    health
    is workers green 'event 2 of 2'
    program_down event
}

@test "with the database away health is red, says so, and recovers" {
    "$root/tests/cluster.sh" crash "$DIR"
    health
    [ "$status" = 500 ]
    is database red 'does not answer'
    "$root/tests/cluster.sh" start "$DIR"
    health
    is database green answers
}
