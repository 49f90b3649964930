#!/usr/bin/env bats
# GET /rate through its socket, on the sample book.
# shellcheck disable=SC2154 # variables of bats and of lib.sh

load ../lib.sh

export PROGRAM=rate
USDC=stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP
BRL=iso4217:BRL
WALLET=GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW
FIRM="type=firm&sell_asset=$USDC&buy_asset=$BRL&client_id=$WALLET"
ASK="type=indicative&sell_asset=$USDC&buy_asset=$BRL"

windlass() {
    "$BUILD/operator/windlass" "$@"
}

setup_file() {
    cluster_up
    settings
    for kind in assets types fees terms limits prices pools; do
        windlass load $kind "$root/config/$kind.json"
    done >"$DIR/load.log"
    # One worker, so that what it remembers is what the next request sees.
    program_up rate WINDLASS_RATE_WORKERS=1
}

teardown_file() {
    program_down rate
    cluster_down
}

rate() { # QUERY
    request GET "/rate?$1"
}

member() { # NAME.NAME of the rate; empty if it is not there
    printf %s "$body" | python3 -I -S -c '
import json, sys
v = json.load(sys.stdin)["rate"]
for name in sys.argv[1].split("."):
    v = v.get(name, "") if isinstance(v, dict) else ""
print(v)' "$1"
}

held() { # POOL
    sql "select coalesce(sum(h.amount), 0) from windlass.hold h where h.pool = '$1'"
}

database_now() {
    sql 'select windlass.now()'
}

lasts() { # SECONDS MOMENT: so long, of a quote made after the moment and before now
    [ "$(sql "select '$(member expires_at)'::timestamptz - interval '$1 s'
        between '$2'::timestamptz - interval '2 s' and windlass.now() + interval '1 s'")" = t ]
}

moment() { # OFFSET FORMAT: a time from now, UTC
    date -u -d "$1" "+$2"
}

@test "an indicative rate, sold and bought, is what the book says" {
    rate "$ASK&sell_amount=100"
    expect 200
    [ "$body" = '{"rate":{"price":"0.2010029845897711814508761","sell_amount":"100","buy_amount":"492.53","fee":{"total":"1","asset":"'$USDC'","details":[{"name":"Transfer fee","description":"Fee for the transfer.","amount":"1"}]}}}' ]
    rate "$ASK&buy_amount=250&buy_delivery_method=PIX&country_code=BR"
    expect 200
    [ "$(member sell_amount) $(member buy_amount) $(member price)" = "51.25 250 0.201" ]
    [ "$(member fee.total)" = 1 ]
    [ "$(held brl)" = 0 ]
}

@test "the other direction, and an asset for itself" {
    rate "type=indicative&sell_asset=$BRL&sell_amount=1000&buy_asset=$USDC"
    expect 200
    [ "$(member fee.asset) $(member fee.total)" = "$BRL 5.5" ]
    [ "$(member buy_amount)" = 197.9104477 ]
    rate "type=indicative&sell_asset=$USDC&sell_amount=101&buy_asset=$USDC"
    expect 200
    [ "$(member price) $(member buy_amount) $(member fee.total)" = "1 99.995 1.005" ]
}

@test "a firm rate is stored and held, for the one who asked" {
    before=$(held brl)
    began=$(database_now)
    rate "$FIRM&sell_amount=101&buy_delivery_method=PIX&country_code=BR"
    expect 200
    lasts 300 "$began"
    [[ $(member expires_at) =~ ^20[0-9-]+T[0-9:]+Z$ ]]
    [ "$(held brl)" = "$(sql "select $before + $(member buy_amount)")" ]
    [ "$(sql "select client, pool, side, sell_amount, buy_amount, fee, method, country
        from windlass.quote where id = '$(member id)'")" = \
        "$WALLET|brl|sell|101|$(member buy_amount)|$(member fee.total)|PIX|BR" ]
}

@test "a repeat is another quote, with a hold of its own" {
    before=$(held brl)
    rate "$FIRM&buy_amount=10"
    first=$(member id)
    rate "$FIRM&buy_amount=10"
    [ "$first" != "$(member id)" ]
    [ "$(held brl)" = "$(sql "select $before + 20")" ]
}

@test "an expiry that was asked for is kept, in every spelling" {
    for asked in "$(moment '+14 minutes' %FT%TZ)" "$(moment '+14 minutes' '%FT%T%%2B00:00')" \
        "$(moment '+14 minutes' %FT%T.123Z)" "$(moment '+13 hours 14 minutes' '%FT%T%%2B13:00')"; do
        for name in expire_after expires_after; do
            rate "$FIRM&sell_amount=10&$name=$asked"
            expect 200
            [ "$(sql "select '$(member expires_at)'::timestamptz - '$(printf %s "$asked" |
                sed 's/%2B/+/')' between '0 s' and '2 s'")" = t ]
        done
    done
    # Sooner than it would expire anyway, past included: as it would.
    for asked in 2020-01-01T00:00:00Z 1950-01-01T00:00:00Z "$(moment '+1 minute' %FT%TZ)"; do
        began=$(database_now)
        rate "$FIRM&sell_amount=10&expire_after=$asked"
        expect 200
        lasts 300 "$began"
    done
}

@test "an expiry beyond the ceiling, or no time at all, is refused" {
    before=$(held brl)
    for asked in "$(moment '+16 minutes' %FT%TZ)" 2127-12-27T08:23:32Z 9999-12-31T23:59:59Z \
        2026-11-24 2026-11-24T10:00:00 yesterday 2026-02-30T00:00:00Z 1795338131 "%2B1"; do
        rate "$FIRM&sell_amount=10&expire_after=$asked"
        expect 400
    done
    [ "$(held brl)" = "$before" ]
}

@test "what cannot be quoted is refused, and nothing is held" {
    before=$(held brl)
    while read -r query; do
        rate "$FIRM&$query"
        echo "$query: $body"
        expect 400
    done <<'CASES'
sell_amount=
sell_amount=0
sell_amount=0.0000001
sell_amount=0.00000001
sell_amount=0.5
sell_amount=1
sell_amount=10000.0000001
sell_amount=99999999999
sell_amount=99999999999999999999.99999999999999999999
sell_amount=1e400
sell_amount=1e-400
sell_amount=-100
sell_amount=%2B100
sell_amount=NaN
sell_amount=Infinity
sell_amount=0x64
sell_amount=1,5
sell_amount=1.
sell_amount=.5
sell_amount=%20100
sell_amount=100%00
sell_amount=100&sell_amount=100
sell_amount=100&buy_amount=100
sell_amount=0000000000000000000000000000000000000000000000000000000000000000000100
buy_amount=4.99
buy_amount=0.001
buy_amount=50000.01
sell_amount=100&buy_delivery_method=SEPA
sell_amount=100&buy_delivery_method=pix
sell_amount=100&sell_delivery_method=PIX
sell_amount=100&country_code=FR
sell_amount=100&country_code=US
CASES
    [ "$(held brl)" = "$before" ]
}

@test "assets and kinds that are none of ours are refused" {
    while read -r query; do
        rate "$query&sell_amount=100"
        echo "$query: $body"
        expect 400
    done <<CASES
type=indicative&sell_asset=$USDC&buy_asset=iso4217:EUR
type=indicative&sell_asset=$USDC&buy_asset=BRL
type=indicative&sell_asset=$USDC
type=indicative&buy_asset=$BRL
type=indicative&sell_asset=stellar:USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN&buy_asset=$BRL
type=indicative&sell_asset=stellar:native&buy_asset=$BRL
type=indicative&sell_asset=$BRL&buy_asset=$BRL
type=indicative&sell_asset=$BRL&buy_asset=iso4217:USD
type=Firm&sell_asset=$USDC&buy_asset=$BRL
sell_asset=$USDC&buy_asset=$BRL
CASES
}

@test "other methods and paths" {
    request POST /rate '{}'
    expect 405
    request GET "/rates?$ASK&sell_amount=100"
    expect 404
}

@test "what is not there is not sold" {
    windlass load terms - >/dev/null <<'TERMS'
{"default": {"spread_percent": "0.1", "lifetime": 300, "lifetime_most": 900,
  "caps": {"brl": "9000000", "usd": "100", "usdc": "1000"}},
 "clients": [{"names": ["whale"], "spread_percent": "0.1", "lifetime": 300,
  "lifetime_most": 900, "caps": {"brl": "9000000", "usd": "1000000", "usdc": "1000"}}]}
TERMS
    usd="type=firm&sell_asset=$USDC&buy_asset=iso4217:USD"
    rate "$usd&buy_amount=100&client_id=one"
    expect 200
    rate "$usd&buy_amount=1&client_id=one"
    expect 400
    [[ $body == *"your open quotes"* ]]
    rate "$usd&buy_amount=100&client_id=two"
    expect 200
    echo '{"movements": [{"reference": "drain", "pool": "usd", "amount": "-499700"}]}' |
        windlass load pools - >/dev/null
    # 300 are left: 150 of them for clients without terms of their own, who have them.
    rate "$usd&buy_amount=100&client_id=three"
    expect 400
    [[ $body == *"not enough liquidity"* ]]
    rate "$usd&buy_amount=100&client_id=whale"
    expect 200
    rate "$usd&buy_amount=1&client_id=whale"
    expect 400
    windlass pool verify
    windlass load terms "$root/config/terms.json" >/dev/null
}

@test "a new price binds at once for a firm rate, within a second for all" {
    sleep 1.1
    rate "$ASK&sell_amount=101"
    old=$(member price)
    sed 's/"price": "0.2"/"price": "0.25"/' "$root/config/prices.json" | windlass load prices - >/dev/null
    # The worker's book is younger than a second; the hold tells it better.
    rate "$FIRM&sell_amount=101"
    expect 200
    [[ $(member price) == 0.2512* ]]
    windlass load prices "$root/config/prices.json" >/dev/null
    sleep 1.1
    rate "$ASK&sell_amount=101"
    [ "$(member price)" = "$old" ]
}

@test "a price gets stale by the database's clock" {
    sql "select windlass.clock_set(31 * 86400000::bigint)" >/dev/null
    sleep 1.1
    rate "$ASK&sell_amount=101"
    expect 400
    [[ $body == *"no current price"* ]]
    # What was held has expired long ago; an asset for itself needs no feed.
    began=$(database_now)
    rate "type=firm&sell_asset=$USDC&sell_amount=101&buy_asset=$USDC&client_id=$WALLET"
    expect 200
    lasts 300 "$began"
    sql "select windlass.clock_set(0)" >/dev/null
    sleep 1.1
    rate "$ASK&sell_amount=101"
    expect 200
}

@test "without a database there is no answer but 503, with it there is again" {
    "$root/tests/cluster.sh" crash "$DIR"
    rate "$ASK&sell_amount=101"
    # The book of a moment ago may still be good.
    [ "$status" = 200 ] || expect 503
    sleep 1.1
    rate "$ASK&sell_amount=101"
    expect 503
    rate "$FIRM&sell_amount=101"
    expect 503
    "$root/tests/cluster.sh" start "$DIR"
    rate "$FIRM&sell_amount=101"
    expect 200
    windlass pool verify
}
