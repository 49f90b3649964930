#!/usr/bin/env bats
# GET /rate through nginx, case by case: corpus/rate.tsv on corpus/rate_book.json.

# shellcheck disable=SC2034,SC2154 # status, body and paths come from helpers, database and before go there
load helpers

BRL=iso4217%3ABRL

windlass() {
    "$stack" run "$STATE" "${BUILD:-$tests/../build/release}/operator/windlass" "$@"
}

# One kind of the book, through a filter.
load_kind() { # KIND [SED]
    python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1]))[sys.argv[2]], sys.stdout, indent=0)' \
        "$here/corpus/rate_book.json" "$1" | sed "${2-}" >"$STATE/kind.json"
    windlass load "$1" "$STATE/kind.json"
}

hold() { # CLIENT AMOUNT
    ask GET "/rate?type=firm&sell_asset=$USDC&buy_asset=$BRL&buy_amount=$2&client_id=$1"
    expect 200
}

setup_file() {
    stack_up
    tmp=$BATS_FILE_TMPDIR
    # It writes by itself, and rows are counted below.
    "$stack" down "$STATE" watcher
    for kind in assets fees terms limits prices pools; do load_kind $kind; done
    # A leap that its guard does not let through, and a price out of its bounds.
    if load_kind prices 's/"price": "0.001"/"price": "0.0012"/; s/"price": "0.0011"/"price": "0.0021"/'; then
        return 1
    fi
    # What fills the caps; and everybody of the cases is known.
    hold full 100
    hold daily 100
    for client in nobody whale; do hold $client 10; done
    hold tight 20
    printf '%s\n' "usdc=${USDC//%3A/:}" >"$BATS_FILE_TMPDIR/names"
    for code in brl usd jpy wei eur ars clp; do
        echo "$code=iso4217:${code^^}"
    done >>"$BATS_FILE_TMPDIR/names"
}

teardown_file() {
    stack_down
}

held() {
    sql "select sum(held), sum(total), (select sum(most) from windlass.client_pool),
        (select sum(quoted) from windlass.client_pool) from windlass.pool_row"
}

@test "GET /rate: each of 200 bad requests and more is refused for its reason, and changes nothing" {
    database="host=$STATE/pg-socket dbname=windlass user=owner"
    before=$(rows)
    was=$(held)
    credentials
    touch "$tmp/credentials"
    run python3 "$here/corpus.py" "$URL" /rate "$here/corpus/rate.tsv" --headers "$tmp/credentials" \
        --names "$BATS_FILE_TMPDIR/names" --assets "$here/corpus/rate_book.json"
    echo "$output"
    [ "$status" = 0 ]
    [[ ${lines[-1]} =~ ^200:([0-9]+)\ 400:([0-9]+)$ ]]
    [ "${BASH_REMATCH[1]}" -ge 20 ]
    [ "${BASH_REMATCH[2]}" -ge 200 ]
    unchanged
    [ "$(held)" = "$was" ]
    windlass pool verify
    # By the outcome, in the metrics: each reason of the book was there.
    ask GET /metrics
    for outcome in unknown_asset unknown_pair too_many_decimals too_small too_large not_above_fee stale stopped \
        unknown_method unknown_country too_long no_liquidity cap_reached day_cap_reached; do
        echo "outcome $outcome"
        [[ $body =~ windlass_quotes_total\{type=\"[a-z]*\",outcome=\"$outcome\"\}\ [1-9] ]]
    done
    [[ $body == *'windlass_rate_checks_total{result="refused"} 0'* ]]
}
