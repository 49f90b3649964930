#!/usr/bin/env bats
# The operator's command: how it is called; load, pool show, pool verify.
# shellcheck disable=SC2154,SC2030,SC2031 # variables of bats and of lib.sh

bats_require_minimum_version 1.5.0
load ../lib.sh

USDC=stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP

setup_file() {
    cluster_up
    settings
}

teardown_file() {
    cluster_down
}

windlass() {
    "$BUILD/operator/windlass" "$@"
}

load_sample() { # KIND
    windlass load "$1" "$root/config/$1.json"
}

version() {
    sql "select version from windlass.book_version"
}

prices() {
    sql "select document::text from windlass.book_document where kind = 'prices'"
}

@test "without a verb, with a wrong one, or wrong arguments it is one line and ends with 2" {
    for line in "" frobnicate load "load prices" "load prices a b" "load weather x" "load prices a --slow" \
        pool "pool drain" "pool show all" "pool show --format" "pool show --format xml" "--format xml pool show" \
        "--format" "-x" customer "customer drop" "customer show" "customer show a b" "customer list a" \
        "customer list --account x" "customer list --status GOOD" "customer list --limit 0" \
        "customer show --values=yes x" payment "payment pay" "payment show" "payment why" "payment list --state paid" \
        "payment list --state held,," "payment list --since yesterday" "payment list --since 2026-02-30" \
        "payment list --limit 1001" "payment list --limit" "payment list --limit 1 --limit 2"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr windlass $line
        echo "$line: $status $output / $stderr"
        [ "$status" = 2 ]
        [ "$(wc -l <<<"$stderr")" = 1 ]
        [[ $stderr == "windlass: "* ]]
        [ -z "$output" ]
    done
}

@test "help is there for all verbs, for a group and for each; the version, too" {
    run --separate-stderr windlass --help
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output == *"windlass load KIND FILE [--check]"* ]]
    [[ $output == *"windlass customer approve ID --type TYPE --reason TEXT --version NUMBER"* ]]
    [[ $output == *"WINDLASS_ERASED_FILE (needed, unless WINDLASS_DEV is 1)"* ]]
    all=$(sed -n 's/ --.*//; s/^  windlass \([a-z][a-z -]*[a-z]\).*/\1/p' <<<"$output")
    [ "$(wc -l <<<"$all")" -ge 8 ]
    while read -r verb; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr windlass $verb --help
        echo "$verb: $output"
        [ "$status" = 0 ]
        [ -z "$stderr" ]
        [[ $output == "usage: windlass $verb"* && $output == *"--format text|json|csv"* ]]
        # A reason is never left to choice, nor shown as if it were.
        [[ $output != *"--reason TEXT"* || $output == *"--reason TEXT (needed)"* ]]
        # The manual page knows it.
        grep -q "^\.SS $verb$" "$root/operator/windlass.8"
    done <<<"$all"
    run --separate-stderr windlass payment -h
    [ "$status" = 0 ]
    [[ $output == *"windlass payment why ID"* && $output != *"windlass load"* ]]
    for word in --version -V; do
        run windlass $word
        [ "$status" = 0 ]
        [ "$output" = "windlass $(cat "$root/VERSION")" ]
    done
}

@test "the sample book goes in kind by kind, each a version" {
    for kind in assets types fees terms limits prices pools; do
        load_sample $kind
    done
    [ "$(version)" = 7 ]
    [ "$(sql "select count(*) from windlass.audit where what = 'load' and actor = 'windlass_operator'
        and detail ->> 'who' = '$(id -un)'")" = 7 ]
    windlass pool verify
}

@test "prices without a time are as of now" {
    [ "$(sql "select count(*) from windlass.book_document, json_array_elements(document) p
        where kind = 'prices' and windlass.now() - (p->>'as_of')::timestamptz < '1 minute'")" = 4 ]
}

@test "every fault is told, and nothing changes" {
    before=$(version)
    run --separate-stderr windlass load prices - <<JSON
[{"sell_asset": "$USDC", "buy_asset": "iso4217:EUR", "price": "1", "source": "x", "stale_after": 60},
 {"sell_asset": "$USDC", "buy_asset": "iso4217:BRL", "price": "0", "source": "x", "stale_after": 60}]
JSON
    [ "$status" = 1 ]
    [[ $stderr == *"iso4217:EUR is not in the book"* ]]
    [[ $stderr == *"prices[1]: price must be above 0"* ]]
    for document in '' '{' '[{"sell_asset": 1}]' '[7]' '{"a": 1}' '[{"price": "1"}] x' '"text"'; do
        run windlass load prices - <<<"$document"
        echo "$document: $output"
        [ "$status" = 1 ]
        [ -n "$output" ]
    done
    run windlass load assets - <<<'[{"id": "iso4217:BRL", "decimals": 2}]'
    [ "$status" = 1 ]
    [ "$(version)" = "$before" ]
}

@test "--check judges the same and changes nothing" {
    before=$(version)
    run windlass load fees "$root/config/fees.json" --check
    [ "$status" = 0 ]
    run windlass load fees - --check <<<'[]'
    [ "$status" = 1 ]
    run windlass load pools - --check <<<'{"movements": [{"reference": "c", "pool": "brl", "amount": "-5000000.01"}]}'
    [ "$status" = 1 ]
    [[ $output == *"only 5000000.00 is free"* ]]
    run windlass load pools - --check <<<'{"movements": [{"reference": "c", "pool": "brl", "amount": "-5000000"}]}'
    [ "$status" = 0 ]
    [ "$(version)" = "$before" ]
    [ "$(sql "select count(*) from windlass.movement where reference = 'c'")" = 0 ]
}

@test "what was loaded is told to programs, too" {
    run --separate-stderr windlass load fees "$root/config/fees.json" --check --format json
    [ "$output" = '{"kind":"fees","checked_only":true,"version":null,"movements":0,"new_movements":null}' ]
    run --separate-stderr windlass load fees "$root/config/fees.json" --format=csv
    [ "$output" = "$(printf 'kind,checked_only,version,movements,new_movements\nfees,false,%s,0,0' "$(version)")" ]
}

@test "a price of the future is refused: it could not be quoted, and nobody would know why" {
    for kind in assets types fees terms limits prices pools; do load_sample $kind; done
    before=$(prices)
    price='{"sell_asset":"'$USDC'","buy_asset":"iso4217:BRL","price":"0.2","source":"x","stale_after":60'
    run windlass load prices - <<<"[$price,\"as_of\":\"2999-01-01T00:00:00Z\"}]"
    [ "$status" = 1 ]
    [[ $output == *'prices[0].as_of lies in the future' ]]
    [ "$(prices)" = "$before" ]
    windlass load prices - <<<"[$price,\"as_of\":\"$(date -u +%FT%TZ)\"}]"
}

@test "prices come as CSV, quoted or not, from a pipe" {
    printf 'sell_asset,buy_asset,price,source,stale_after,as_of\r\n%s,iso4217:BRL,"0.21","a ""fine"", long feed",60,2026-11-24T00:00:00Z\r\n\r\niso4217:BRL,%s,4.9,feed,60,\r\n' \
        $USDC $USDC | windlass load prices -
    [ "$(sql "select string_agg((p->>'price') || ' ' || (p->>'source'), '|') from windlass.book_document,
        json_array_elements(document) p where kind = 'prices'")" = '0.21 a "fine", long feed|4.9 feed' ]
    before=$(prices)
    for bad in 'a,b' 'sell_asset,buy_asset\nx' 'a\n"x' 'a\n"x"y' 'a\rb' 'price\n1'; do
        # shellcheck disable=SC2059 # the escapes are meant
        run windlass load prices - < <(printf "$bad")
        echo "$bad: $status $output"
        [ "$status" = 1 ]
    done
    [ "$(prices)" = "$before" ]
    run windlass load fees - <<<'a,b'
    [ "$status" = 1 ]
}

stopped() {
    sql "select coalesce(string_agg((p->>'price') || ' ' || (p->>'stopped'), '|'), '') from windlass.book_document,
        json_array_elements(document) p where kind = 'prices' and p->>'stopped' is not null"
}

price() { # PRICE [BACK]: of BRL, there and back
    printf 'sell_asset,buy_asset,price,source,stale_after\n%s,iso4217:BRL,%s,feed,60\niso4217:BRL,%s,%s,feed,60\n' \
        $USDC "$1" $USDC "${2-5}" | windlass load prices - "${@:3}"
}

@test "a price that its guard doubts stops its pair, and no other; the last one stays the yardstick" {
    python3 - "$root/config/limits.json" <<'PY' | windlass load limits -
import json, sys
limits = json.load(open(sys.argv[1]))
limits['prices'] = [{'sell_asset': limits['quotes'][0]['asset'], 'buy_asset': 'iso4217:BRL',
                     'least': '0.1', 'most': '0.4', 'jump_percent': '10'}]
print(json.dumps(limits))
PY
    price 0.2
    price 0.22
    [ -z "$(stopped)" ]
    # Beyond a tenth, by one unit; the other direction is new all the same.
    run price 0.242000000001 4.9
    [ "$status" = 1 ]
    [[ $output == *"$USDC to iso4217:BRL is not quoted any more: 0.242000000001 is more than 10 % from 0.22"* ]]
    [[ $output == *"prices: loaded"* ]]
    [ "$(stopped)" = '0.22 0.242000000001 is more than 10 % from 0.22, the last one' ]
    [[ $(prices) == *4.9* ]]
    [ "$(sql "select detail #>> '{stopped,0,buy_asset}' from windlass.audit order by at desc limit 1")" = iso4217:BRL ]
    health="select status || ' ' || message from windlass.health() where name = 'prices'"
    [ "$(sql "$health")" = 'yellow No price is too old. Stopped, for a person to look at: 1.' ]
    # A good one takes the stop back.
    price 0.242
    [ -z "$(stopped)" ]
    [ "$(sql "$health")" = 'green No price is too old.' ]
    # A leap that somebody has looked at; not out of the bounds.
    price 0.4 5 --accept-jumps
    [ -z "$(stopped)" ]
    [ "$(sql "select detail ->> 'jumps_accepted' from windlass.audit order by at desc limit 1")" = true ]
    for bad in 0.400000000001 0.099999999999; do
        run price $bad 11 --accept-jumps
        [ "$status" = 1 ]
        [ "$(stopped)" = "0.4 $bad is outside of its guard" ]
    done
    before=$(prices)
    run price 0.1 11 --check
    [ "$status" = 1 ]
    [ "$(prices)" = "$before" ]
    run windlass load fees "$root/config/fees.json" --accept-jumps
    [ "$status" = 2 ]
    # A pair may be stopped by hand, too, and stays at its last price.
    echo '[{"sell_asset":"'$USDC'","buy_asset":"iso4217:BRL","price":"0.41","source":"x","stale_after":60,"stopped":"us"}]' >"$DIR/by_hand"
    run windlass load prices "$DIR/by_hand"
    [ "$(stopped)" = "0.4 us" ]
    load_sample limits
    load_sample prices
}

@test "prices that give more back than they took are refused" {
    before=$(prices)
    run price 0.19 5
    [ "$status" = 1 ]
    [[ $output == *"prices[0]: is crossed with prices[1]"* ]]
    [ "$(prices)" = "$before" ]
}

differs() { # SED WORDS: the platform's file so changed says something else
    sed "$1" "$root/docker/config/dev.assets.yaml" >"$DIR/theirs.yaml"
    run --separate-stderr windlass load limits "$root/config/limits.json" --platform-assets "$DIR/theirs.yaml"
    echo "$1: $status $output / $stderr"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [[ $stderr == *"the platform's assets: "*"$2"* ]]
}

@test "a load beside the platform's own assets is refused where they say something else" {
    for kind in assets fees limits prices; do
        windlass load $kind "$root/config/$kind.json" --platform-assets "$root/docker/config/dev.assets.yaml"
    done
    before=$(version)
    differs 's/significant_decimals: 2/significant_decimals: 3/' 'iso4217:BRL: has 3 decimals, in the book 2'
    differs 's/significant_decimals: 2//' 'iso4217:BRL: has no significant_decimals'
    differs 's/id: iso4217:USD/id: iso4217:EUR/' 'iso4217:USD: is in the book, and not there'
    differs 's/id: iso4217:USD/id: iso4217:EUR/' 'iso4217:EUR: is enabled, and not in the book'
    differs 's/id: iso4217:USD/id: iso4217:BRL/' 'iso4217:BRL: is there twice'
    differs 's/GBN4NNCD/GCN4NNCD/' 'distribution_account is not the book'
    differs 's/- name: PIX/- name: TED/' 'buy_delivery_methods has TED, the book has not'
    differs 's/- name: PIX/- name: TED/' 'the book has the method PIX, the platform has not'
    differs 's/          - WIRE/          - SWIFT/' 'sep31 has the method SWIFT, no asset of the book has'
    differs 's/- BR$/- AR/' 'country_codes has AR, the book has not'
    differs 's/- BR$/- AR/' 'the book has the country BR, the platform has not'
    differs 's/- iso4217:USD/- iso4217:CLP/' 'iso4217:USD has a price and is no exchangeable asset'
    differs 's/- iso4217:USD/- iso4217:CLP/' 'is exchangeable for iso4217:CLP, which has no price'
    differs 's/min_amount: 1/min_amount: 0/' 'min_amount is below the least'
    differs 's/max_amount: 10000/max_amount: 10001/' 'max_amount is above the most'
    differs 's/- BR$/- NO/' 'line 37: yes, no'
    differs 's/items:/assets:/' 'there are no items'
    [ "$(version)" = "$before" ]
    # JSON says it as well; no file at all says nothing.
    python3 - "$root/config" >"$DIR/theirs.json" <<'PY'
import json, sys
assets, prices = (json.load(open(f'{sys.argv[1]}/{kind}.json')) for kind in ('assets', 'prices'))
print(json.dumps({'items': [{
    'id': a['id'], 'significant_decimals': a['decimals'], 'sep31': {'enabled': False},
    'sep38': {'enabled': True, 'country_codes': a.get('countries', []),
              'exchangeable_assets': [p['buy_asset'] for p in prices if p['sell_asset'] == a['id']],
              'buy_delivery_methods': [{'name': m} for m in a.get('methods', [])]}}
    for a in assets]}))
PY
    windlass load limits "$root/config/limits.json" --platform-assets "$DIR/theirs.json"
    run windlass load limits "$root/config/limits.json" --platform-assets "$DIR/nothing.yaml"
    [ "$status" = 1 ]
}

@test "movements count once, by their reference" {
    windlass load pools - <<<'{"movements": [{"reference": "r1", "pool": "brl", "amount": "10.50"}]}'
    run windlass load pools - <<<'{"movements": [{"reference": "r1", "pool": "brl", "amount": "10.5"},
        {"reference": "r2", "pool": "brl", "amount": "-0.5"}]}'
    [ "$status" = 0 ]
    [[ $output == *"1 of 2 movements are new"* ]]
    [ "$(sql "select sum(total) from windlass.pool_row where pool = 'brl'")" = 5000010.00 ]
    for bad in '{"reference": "r1", "pool": "brl", "amount": "11"}' \
        '{"reference": "r3", "pool": "eur", "amount": "11"}' \
        '{"reference": "r3", "pool": "brl", "amount": "0"}' \
        '{"reference": "r3", "pool": "brl", "amount": "0.001"}' \
        '{"reference": "r3", "pool": "brl", "amount": "NaN"}' \
        '{"reference": "r3", "pool": "brl", "amount": 5}' \
        '{"reference": "", "pool": "brl", "amount": "5"}' \
        '{"reference": "r3", "pool": "brl"}' \
        '{"reference": "r3", "pool": "brl", "amount": "5", "why": "x"}' \
        '{"reference": "r3", "pool": "brl", "amount": "-5000010.01"}' '7'; do
        run windlass load pools - <<<"{\"movements\": [$bad]}"
        echo "$bad: $output"
        [ "$status" = 1 ]
    done
    [ "$(sql "select count(*) from windlass.movement where reference = 'r3'")" = 0 ]
    windlass pool verify
}

@test "pool show is a table, pool verify tells what does not balance" {
    run windlass pool show
    [ "$status" = 0 ]
    [[ ${lines[0]} == name*asset*row_count*total*reserved*bound*expired*free ]]
    [ "${#lines[@]}" = 4 ]
    [ "$(windlass pool show --format json | python3 -c 'import json, sys
print(*sorted(p["name"] + " " + p["free"] for p in json.load(sys.stdin)), sep="|")')" \
        = 'brl 5000010.00|usd 500000.0000|usdc 500000.0000000' ]
    [ "$(windlass --format csv pool show | head -n 2)" = "$(printf '%s\n' \
        name,asset,row_count,total,reserved,bound,expired,free brl,iso4217:BRL,8,5000010.00,0,0,0,5000010.00)" ]
    sql "update windlass.pool_row set total = total + 1 where pool = 'usd' and n = 0"
    run windlass pool verify
    [ "$status" = 1 ]
    [[ $output == *"pool usd"*"total is 500001.0000"* ]]
    run --separate-stderr windlass pool verify --format json
    [ "$status" = 1 ]
    [[ $output == '[{"subject":"pool usd'*'"fault":"total is 500001.0000'* ]]
    sql "update windlass.pool_row set total = total - 1 where pool = 'usd' and n = 0"
    windlass pool verify
}

@test "a file, a setting or a database that is missing is told in a line" {
    run windlass load prices /nowhere/prices.json
    [ "$status" = 1 ]
    [[ $output == *"cannot open /nowhere/prices.json: No such file"* ]]
    WINDLASS_DATABASE_URL='' run windlass pool show
    [ "$status" = 1 ]
    [[ $output == *WINDLASS_DATABASE_URL* ]]
    WINDLASS_DATABASE_URL="host=/nowhere dbname=windlass" run windlass pool show
    [ "$status" = 1 ]
    [[ $output == *"cannot connect to the database"* ]]
}
