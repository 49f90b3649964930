#!/usr/bin/env bats
# GET /metrics under load, with workers killed on the way: what is counted is
# what nginx has logged.

# shellcheck disable=SC2154 # status, body and paths come from helpers
load helpers

setup_file() {
    stack_up
}

teardown_file() {
    stack_down
}

# add_up KILLS: nginx's log against /metrics, by endpoint and code.
add_up() {
    ask GET /metrics
    [ "$status" = 200 ]
    promtool check metrics <"$BATS_TEST_TMPDIR/body"
    python3 "$here/add_up.py" "$STATE/log/nginx-access.log" "$BATS_TEST_TMPDIR/body" "$1"
}

@test "by code, the counters are what nginx logged, but for what killed workers took with them" {
    python3 "$here/load.py" "$URL" "$STATE/pid" 600 12
    add_up 12
}

@test "requests under way in workers that are killed are those that are lost" {
    psql -X -q -d "host=$STATE/pg-socket dbname=windlass user=owner" \
        -c "begin; lock table windlass.customer; select pg_sleep(30)" >/dev/null 2>&1 3>&- &
    sleep 0.5
    for _ in 1 2 3 4; do
        curl -s -o /dev/null -w '%{http_code}\n' "$URL/customer?account=$WALLET&memo=77&memo_type=id" 3>&- &
    done >"$BATS_TEST_TMPDIR/codes"
    for _ in $(seq 50); do
        ask GET /metrics
        ! grep -q '^windlass_workers{endpoint="customer",state="busy"} 4' <<<"$body" || break
        sleep 0.05
    done
    # shellcheck disable=SC2046
    kill -KILL $(pgrep -P "$(cut -d' ' -f1 "$STATE/pid/customer")")
    sql "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()" >/dev/null
    wait
    [ "$(sort -u "$BATS_TEST_TMPDIR/codes")" = 503 ]
    eventually 200 GET "/customer?account=$WALLET"
    add_up 16
    [ "$(sed -n 's/^windlass_http_requests_lost_total{endpoint="customer"} //p' "$BATS_TEST_TMPDIR/body")" -ge 4 ]
}

@test "the business adds up: quotes, customers, payments" {
    "$stack" run "$STATE" python3 "$tests/walk.py" --story "$STATE/story.md" --timeout 60 >/dev/null
    sleep 0.5
    ask GET /metrics
    figure() { sed -n "s/^windlass_$1 //p" "$BATS_TEST_TMPDIR/body"; }
    sum() { awk -v name="windlass_$1{" 'index($0, name) == 1 { n += $NF } END { print n + 0 }' "$BATS_TEST_TMPDIR/body"; }
    [ "$(figure 'tx{state="done"}')" = 1 ]
    [ "$(figure 'payouts_total{outcome="settled"}')" = 1 ]
    [ "$(figure 'rpc_calls_total{method="request_onchain_funds",outcome="result"}')" -ge 1 ]
    [ "$(figure outbox_depth)" = 0 ]
    [ "$(sum kyc_customers)" = "$(sql "select sum(cardinality(types)) from windlass.customer")" ]
    # No worker dies now: each request is one quote, or was refused before.
    sold=$(sql "select count(*) from windlass.quote")
    [ "$(figure 'quotes_total{type="firm",outcome="quoted"}')" -le "$sold" ]
    before=$(sum quotes_total)
    ask GET "/rate?type=firm&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100"
    expect 200
    ask GET "/rate?type=indicative&sell_asset=$USDC&buy_asset=iso4217%3AXXX&sell_amount=100"
    expect 400
    ask GET "/rate?type=never"
    expect 400
    ask GET /metrics
    [ "$(sum quotes_total)" = $((before + 2)) ]
    [ "$(figure 'quotes_total{type="indicative",outcome="unknown_asset"}')" -ge 1 ]
    # Every answer was checked as the platform does it, and none was refused.
    [ "$(figure 'rate_checks_total{result="passed"}')" -ge "$(figure 'quotes_total{type="firm",outcome="quoted"}')" ]
    [ "$(figure 'rate_checks_total{result="refused"}')" = 0 ]
}

@test "only this machine is inside, at this path only" {
    ask GET /metrics
    [ "$status" = 200 ]
    [[ $type == 'text/plain; version=0.0.4; charset=utf-8' ]]
    ask GET '/metrics?x=y'
    [ "$status" = 200 ]
    ask GET /metrics --interface 127.0.0.2
    expect 404
    ask GET /metrics/
    expect 404
    ask POST /metrics
    expect 405
}
