#!/usr/bin/env bats
# What a caller sees while parts of ours are away, and that they come back.

# shellcheck disable=SC2154 # status, body and paths come from helpers
load helpers

setup_file() {
    stack_up
}

teardown_file() {
    stack_down
}

@test "with the database away requests are 503, events 200, health red; and all is well again after" {
    "$tests/cluster.sh" crash "$STATE"
    ask GET "/customer?account=$WALLET"
    expect 503
    ask GET "/rate?type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100"
    expect 503
    put "{\"account\":\"$WALLET\",\"memo\":\"5\",\"memo_type\":\"id\",\"first_name\":\"A\"}"
    expect 503
    ask POST /event -H 'Content-Type: application/json' --data-binary '{}'
    [ "$status" = 200 ]
    ask GET /health
    [ "$status" = 500 ]
    [[ $body == *RED* || $body == *red* ]]
    "$tests/cluster.sh" start "$STATE"
    eventually 200 GET "/customer?account=$WALLET"
    ask GET "/rate?type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100"
    expect 200
    eventually 200 GET /health
}

@test "an endpoint that is down is 503 in our shape, and only that endpoint" {
    "$stack" down "$STATE" rate
    ask GET "/rate?type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100"
    expect 503
    ask GET "/customer?account=$WALLET"
    expect 200
    "$stack" up "$STATE" rate
    ask GET "/rate?type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100"
    expect 200
}

@test "a killed worker is replaced and loses no customer" {
    put "{\"account\":\"$WALLET\",\"memo\":\"6\",\"memo_type\":\"id\",\"type\":\"sep31-sender\",\"first_name\":\"A\"}"
    expect 200
    local id
    id=$(member id)
    local parent
    parent=$(cat "$STATE/pid/customer")
    for _ in 1 2 3 4 5; do
        # shellcheck disable=SC2046
        kill -9 $(pgrep -P "$parent") 2>/dev/null || true
        sleep 0.3
    done
    eventually 200 GET "/customer?id=$id&account=$WALLET"
    [ "$(member id)" = "$id" ]
}

@test "a database that stands still is 503 within 8 s for each of many callers, and no worker is lost" {
    local postmaster stopped
    postmaster=$(head -n 1 "$STATE/pg/postmaster.pid")
    stopped="$postmaster $(pgrep -P "$postmaster" | tr '\n' ' ')"
    # shellcheck disable=SC2086
    kill -STOP $stopped
    for _ in $(seq 20); do
        curl -s -o /dev/null -w '%{http_code} %{time_total}\n' --max-time 20 "$URL/customer?account=$WALLET" &
    done >"$BATS_TEST_TMPDIR/answers" 3>&-
    wait
    # shellcheck disable=SC2086
    kill -CONT $stopped
    cat "$BATS_TEST_TMPDIR/answers"
    [ "$(grep -c '^503 ' "$BATS_TEST_TMPDIR/answers")" = 20 ]
    awk '$2 >= 8.5 { exit 1 }' "$BATS_TEST_TMPDIR/answers"
    eventually 200 GET "/customer?account=$WALLET"
    [ "$(grep -c event=worker_overdue "$STATE/log/customer.log")" = 0 ]
}
