#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# GET /metrics: what is counted, and what becomes of it when workers die.

load ../lib.sh

setup_file() {
    cluster_up
    program_up status WINDLASS_STATUS_WORKERS=1
    program_up event WINDLASS_EVENT_WORKERS=2
}

teardown_file() {
    program_down event
    program_down status
    cluster_down
}

look() {
    PROGRAM=status request GET /metrics
}

# value SERIES: its figure, as last looked at; empty if it is not there.
value() {
    awk -v name="windlass_$1" 'index($0, name " ") == 1 { print substr($0, length(name) + 2) }' <<<"$body"
}

is() { # SERIES FIGURE
    look
    [ "$(value "$1")" = "$2" ] || {
        echo "$1 is $(value "$1"), not $2"
        return 1
    }
}

event() {
    PROGRAM=event request POST /event '{}'
}

requests() { # ROUTE METHOD CODE
    echo "http_requests_total{endpoint=\"event\",route=\"$1\",method=\"$2\",code=\"$3\"}"
}

# Two events that cannot end: both workers wait for a table.
two_hanging() {
    sql "begin; lock table windlass.wake; select pg_sleep(30)" >/dev/null 2>&1 3>&- &
    locker=$!
    sleep 0.5
    for _ in 1 2; do
        (event || true) >/dev/null 2>&1 3>&- &
    done
    eventually is 'workers{endpoint="event",state="busy"}' 2
}

# The session that holds the table ends, and psql with it.
unlock() {
    sql "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()" >/dev/null
    wait "$locker" || true
}

@test "the answer is Prometheus's text, without credentials, and promtool accepts it" {
    look
    [ "$status" = 200 ]
    [[ $headers == *'Content-Type: text/plain; version=0.0.4; charset=utf-8'* ]]
    promtool check metrics <<<"$body"
    PROGRAM=status request POST /metrics
    expect 405
}

@test "each family has its HELP and TYPE once, before its values, and no value stands twice" {
    look
    python3 - "$body" <<'PY'
import re, sys
seen, family, help_of = set(), None, None
for line in sys.argv[1].splitlines():
    if line.startswith('# HELP '):
        help_of = line.split()[2]
        assert re.fullmatch('windlass_[a-z_]+', help_of), line
        assert line.split(' ', 3)[3].endswith('.'), line
        assert help_of not in seen, line
        seen.add(help_of)
    elif line.startswith('# TYPE '):
        family, kind = line.split()[2:4]
        assert family == help_of, line
        assert (kind == 'counter') == family.endswith('_total'), line
    else:
        name, labels, number = re.fullmatch(
            r'([a-z_]+)(\{(?:[a-z_]+="[^"]*",?)+\})? (\S+)', line).groups()
        assert name == family or kind == 'histogram' and name in (
            family + '_bucket', family + '_sum', family + '_count'), line
        float(number)
        assert (name, labels) not in seen, line
        seen.add((name, labels))
PY
}

@test "requests are counted by route and code, with their durations" {
    for _ in 1 2 3; do event; done
    PROGRAM=event request GET /event
    expect 405
    PROGRAM=event request POST /nowhere
    expect 404
    is "$(requests /event POST 200)" 3
    is "$(requests none none 405)" 1
    is "$(requests none none 404)" 1
    is 'http_request_duration_seconds_count{endpoint="event",route="/event",method="POST"}' 3
    is 'http_request_duration_seconds_bucket{endpoint="event",route="/event",method="POST",le="+Inf"}' 3
    is 'http_response_bytes_total{endpoint="event"}' $((3 * 2 + 35 + 24))
    is 'workers{endpoint="event",state="ready"}' 2
    is 'workers{endpoint="event",state="busy"}' 0
    # It counts itself, when it has ended.
    look
    before=$(value 'http_requests_total{endpoint="status",route="/metrics",method="GET",code="200"}')
    is 'http_requests_total{endpoint="status",route="/metrics",method="GET",code="200"}' $((before + 1))
}

@test "a killed worker's counters stay, and the request it took with it is lost, no other" {
    look
    before=$(value "$(requests /event POST 200)")
    two_hanging
    # shellcheck disable=SC2046
    kill -KILL $(workers_of event)
    unlock
    eventually has_workers event 2
    eventually is 'workers{endpoint="event",state="ready"}' 2
    is 'http_requests_lost_total{endpoint="event"}' 2
    is 'workers{endpoint="event",state="busy"}' 0
    is 'worker_restarts_total{endpoint="event",reason="died"}' 2
    is "$(requests /event POST 200)" "$before"
    event
    is "$(requests /event POST 200)" $((before + 1))
    is 'http_requests_lost_total{endpoint="event"}' 2
}

@test "idle workers that are killed lose nothing" {
    look
    before=$(value 'http_requests_lost_total{endpoint="event"}')
    # shellcheck disable=SC2046
    kill -KILL $(workers_of event)
    eventually has_workers event 2
    eventually is 'worker_restarts_total{endpoint="event",reason="died"}' 4
    is 'http_requests_lost_total{endpoint="event"}' "$before"
}

@test "an overdue worker is told apart, and so are those that leave" {
    kill -HUP "$(pid_of event)"
    eventually is 'worker_restarts_total{endpoint="event",reason="left"}' 2
    # Or the wait for the table would end first.
    sql "alter role windlass_event set lock_timeout = 0"
    program_down event
    program_up event WINDLASS_EVENT_WORKERS=2 WINDLASS_REQUEST_LIMIT_MS=1000
    two_hanging
    eventually is 'worker_restarts_total{endpoint="event",reason="overdue"}' 2
    is 'worker_restarts_total{endpoint="event",reason="died"}' 0
    is 'http_requests_lost_total{endpoint="event"}' 2
    unlock
    sql "alter role windlass_event set lock_timeout = '2s'"
}

@test "an endpoint that ends takes its figures with it" {
    program_up rate WINDLASS_RATE_WORKERS=1
    is 'workers{endpoint="rate",state="wanted"}' 1
    program_down rate
    is 'workers{endpoint="rate",state="wanted"}' ''
}

@test "a watcher's counters outlive it, and several are told" {
    watcher() { # N: in a folder of its own, against nothing
        mkdir -p "$DIR/w$1"
        [ -f "$DIR/kek" ] || (umask 077 && printf '1 %064d\n' 1 >"$DIR/kek")
        WINDLASS_STATE_DIR=$DIR/w$1 WINDLASS_KEK_FILE=$DIR/kek WINDLASS_NO_LEDGER=1 \
            PLATFORM_API_BASE_URL=http://127.0.0.1:9 \
            "$BUILD/watcher/watcher" 2>>"$DIR/watcher.log" >&2 3>&- &
        echo $! >"$DIR/w$1.pid"
    }
    settings
    watcher 1
    watcher 2
    eventually is watchers 2
    is watcher_starts_total 2
    # The platform is away; one of the two has the lease and says so.
    failed() {
        look
        [ "$(value 'polls_total{reading="news",outcome="failed"}')" -ge 2 ]
    }
    eventually failed
    is 'polls_total{reading="news",outcome="good"}' 0
    kill -KILL "$(cat "$DIR/w1.pid")" "$(cat "$DIR/w2.pid")"
    wait "$(cat "$DIR/w1.pid")" "$(cat "$DIR/w2.pid")" || true
    rm "$DIR/w1.pid" "$DIR/w2.pid"
    eventually is watchers 0
    is watcher_starts_total 2
    failed
    watcher 1
    eventually is watcher_starts_total 3
    is watchers 1
    kill "$(cat "$DIR/w1.pid")"
    eventually is_gone "$(cat "$DIR/w1.pid")"
    rm "$DIR/w1.pid"
}

@test "a stranger's words in the book cannot make a line" {
    sql "insert into windlass.pool values (E'a\"} 1\nevil{b=\"', 'x', 0, 1);
        insert into windlass.pool_row values (E'a\"} 1\nevil{b=\"', 1, 5, 0, 0)"
    look
    grep -qF 'windlass_liquidity_owned{pool="a\"} 1\nevil{b=\""} 5' <<<"$body"
    [ "$(grep -c ^evil <<<"$body")" = 0 ]
    promtool check metrics <<<"$body"
}

@test "with the database away it says so, and shows what is counted in memory" {
    "$root/tests/cluster.sh" crash "$DIR"
    look
    [ "$status" = 200 ]
    [ "$(value database_up)" = 0 ]
    [ "$(value 'workers{endpoint="event",state="wanted"}')" = 2 ]
    [ -z "$(value 'tx{state="new"}')" ]
    promtool check metrics <<<"$body"
    "$root/tests/cluster.sh" start "$DIR"
    eventually is database_up 1
    is 'tx{state="new"}' 0
}
