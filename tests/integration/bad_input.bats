#!/usr/bin/env bats
# Every malformed request gets a 4xx with {"error": ...} and changes nothing.

# shellcheck disable=SC2154 # status, body and paths come from helpers
load helpers

setup_file() {
    stack_up
    # Nothing but the requests below may change a row.
    "$stack" down "$STATE" watcher
}

teardown_file() {
    stack_down
}

setup() {
    before=$(rows)
}

# Sets body and status by each case; the database must look as before.
unchanged() {
    [ "$(rows)" = "$before" ] || {
        echo "before: $before"
        echo "after:  $(rows)"
        return 1
    }
}

@test "an unknown path is 404" {
    for path in / /customers /customer/ /customer/a/b /rates /rate/x /fee /event/ /healthz '//rate' '/customer%00'; do
        ask GET "$path" --path-as-is
        [ "$status" = 400 ] || expect 404
    done
    unchanged
}

@test "a method that a path does not take is 405" {
    for case in 'POST /customer' 'PATCH /customer' 'PUT /rate' 'POST /rate' \
        'DELETE /rate' 'DELETE /customer' 'GET /event' 'PUT /event' 'POST /health' 'OPTIONS /rate'; do
        # shellcheck disable=SC2086
        ask $case -H 'Content-Length: 0'
        expect 405
    done
    unchanged
}

@test "a query that cannot be decoded is 400" {
    for query in 'id=%' 'id=%4' 'id=%zz' 'id=%00' 'id=%ff%fe' 'id=%c0%80' \
        'id=%ed%a0%80' 'id=a&id=b' 'account=&account=' 'type=%0a'; do
        ask GET "/customer?$query"
        expect 400
    done
    unchanged
}

@test "a query over its size is 400" {
    ask GET "/customer?id=$(head -c 9000 /dev/zero | tr '\0' a)"
    expect 400
    ask GET "/customer?$(for i in $(seq 100); do printf 'a%d=1&' "$i"; done)"
    expect 400
    unchanged
}

@test "a JSON body that two readers could read differently is 400" {
    while IFS= read -r json; do
        put "$json"
        expect 400
    done <<CASES
{
{}x
[]
"text"
null
{"account":"$WALLET","account":"$OTHER"}
{"account":"$WALLET","first_name":"A","first_name":"B"}
{'account':'$WALLET'}
{"account":"$WALLET","first_name":NaN}
{"account":"$WALLET","first_name":1}
{"account":"$WALLET","first_name":true}
{"account":"$WALLET","first_name":["A"]}
{"account":"$WALLET","first_name":{"a":"b"}}
{"account":"$WALLET","first_name":"a\\u0000b"}
{"account":"$WALLET","first_name":"\\ud800"}
{"account":"$WALLET","first_name":"a" /* */}
{"account":"$WALLET",}
[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
CASES
    put ''
    expect 400
    put "$(printf '{"account":"%s","first_name":"\377"}' "$WALLET")"
    expect 400
    put "$(printf '\357\273\277{"account":"%s"}' "$WALLET")"
    expect 400
    unchanged
}

@test "a body of another media type or charset is 400" {
    local json="{\"account\":\"$WALLET\",\"first_name\":\"A\"}"
    for type in 'text/plain' 'application/x-www-form-urlencoded' 'application/jsonx' \
        'application/json; charset=iso-8859-1' 'multipart/mixed; boundary=b' ''; do
        ask PUT /customer -H "Content-Type: $type" -H "Content-Type;" --data-binary "$json"
        [ "$status" = 400 ] || ask PUT /customer -H "Content-Type: $type" --data-binary "$json"
        expect 400
    done
    unchanged
}

multipart() { # BOUNDARY FILE
    ask PUT /customer -H "Content-Type: multipart/form-data; boundary=$1" --data-binary "@$2"
}

@test "a multipart body that is broken is 400" {
    local f=$BATS_TEST_TMPDIR/form
    part() { printf -- '--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' "$1" "$2"; }
    # No boundary, an empty one, one too long.
    { part account "$WALLET"; printf -- '--b--\r\n'; } >"$f"
    ask PUT /customer -H 'Content-Type: multipart/form-data' --data-binary "@$f"
    expect 400
    multipart '' "$f"
    expect 400
    multipart "$(head -c 71 /dev/zero | tr '\0' b)" "$f"
    expect 400
    # No final boundary; another boundary; nothing.
    part account "$WALLET" >"$f"
    multipart b "$f"
    expect 400
    { part account "$WALLET"; printf -- '--b--\r\n'; } >"$f"
    multipart c "$f"
    expect 400
    : >"$f"
    multipart b "$f"
    expect 400
    # A name twice; no name; NUL and bad UTF-8 in a text part; too many parts.
    { part account "$WALLET"; part account "$OTHER"; printf -- '--b--\r\n'; } >"$f"
    multipart b "$f"
    expect 400
    { part account "$WALLET"; printf -- '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n'; } >"$f"
    multipart b "$f"
    expect 400
    { part account "$WALLET"; printf -- '--b\r\nContent-Disposition: form-data; name="first_name"\r\n\r\na\0b\r\n--b--\r\n'; } >"$f"
    multipart b "$f"
    expect 400
    { part account "$WALLET"; printf -- '--b\r\nContent-Disposition: form-data; name="first_name"\r\n\r\n\377\r\n--b--\r\n'; } >"$f"
    multipart b "$f"
    expect 400
    { for i in $(seq 1000); do part "a$i" x; done; printf -- '--b--\r\n'; } >"$f"
    multipart b "$f"
    expect 400
    # A header that never ends.
    { printf -- '--b\r\nContent-Disposition: form-data; name="'; head -c 20000 /dev/zero | tr '\0' a; printf '"\r\n\r\nx\r\n--b--\r\n'; } >"$f"
    multipart b "$f"
    expect 400
    unchanged
}

@test "a body over its size is 400, not 413" {
    head -c 26000000 /dev/zero >"$BATS_TEST_TMPDIR/big"
    ask PUT /customer -H 'Content-Type: application/json' --data-binary "@$BATS_TEST_TMPDIR/big"
    expect 400
    { printf '{"account":"%s","first_name":"' "$WALLET"; head -c 2000000 /dev/zero | tr '\0' a; printf '"}'; } >"$BATS_TEST_TMPDIR/big"
    ask PUT /customer -H 'Content-Type: application/json' --data-binary "@$BATS_TEST_TMPDIR/big"
    expect 400
    unchanged
}

@test "a customer request that names nobody, or a wrong somebody, is 4xx" {
    for query in '' 'type=sep31-sender' 'account=GABC' "account=$WALLET&memo=1" \
        "account=$WALLET&memo=x&memo_type=id" "account=$WALLET&memo=1&memo_type=colour" \
        "account=$WALLET&type=no-such-type" "account=${WALLET%W}A"; do
        ask GET "/customer?$query"
        [ "$query" = "account=$WALLET&memo=1" ] && [ "$status" = 200 ] || expect 400
    done
    ask GET "/customer?id=d7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe"
    expect 404
    ask GET "/customer?id=not-an-id"
    expect 404
    ask DELETE /customer/d7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe
    expect 404
    put '{"first_name":"A"}'
    expect 400
    put "{\"id\":\"d7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe\",\"account\":\"$WALLET\",\"first_name\":\"A\"}"
    expect 404
    unchanged
}

@test "a bad value is a 400 that names the field, and changes not even the good ones beside it" {
    while read -r field value; do
        put "{\"account\":\"$WALLET\",\"memo\":\"77\",\"memo_type\":\"id\",\"type\":\"sep31-sender\",\"last_name\":\"Good\",\"$field\":\"$value\"}"
        expect 400
        [[ $body == *"$field"* ]] || { echo "does not name $field: $body"; return 1; }
        [[ $body != *"$value"* ]] || { echo "repeats the value: $body"; return 1; }
    done <<'CASES'
birth_date 2001-02-30
birth_date yesterday
email_address nobody-at-home
mobile_number 12ab34
address_country_code QQQ
sex perhaps
bank_account_type piggybank
id_issue_date 10000-01-01
CASES
    unchanged
}

@test "a rate that cannot be quoted is a 400 with a reason" {
    while IFS= read -r query; do
        ask GET "/rate?$query"
        expect 400
    done <<CASES
type=indicative
type=perhaps&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100
sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100&buy_amount=100
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3AEUR&sell_amount=100
type=indicative&sell_asset=stellar%3AUSDC%3AGABC&buy_asset=iso4217%3ABRL&sell_amount=100
type=indicative&sell_asset=USDC&buy_asset=iso4217%3ABRL&sell_amount=100
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=0
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=-1
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=%2B1
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=NaN
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=1e400
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=0x10
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=1%202
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=1234567890123456789012345678901234567890
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=1.00000001
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&buy_amount=1.001
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=0.0000001
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=99999999999
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100&buy_delivery_method=PIGEON
type=indicative&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100&country_code=ZZ
type=firm&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100&expire_after=tomorrow
type=firm&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100&expire_after=2099-01-01T00%3A00%3A00Z
type=firm&sell_asset=$USDC&buy_asset=iso4217%3ABRL&sell_amount=100&expire_after=2001-01-01
CASES
    unchanged
}

@test "event takes anything from the platform" {
    for body in '' '{' 'not json' "$(head -c 100000 /dev/zero | tr '\0' x)"; do
        ask POST /event -H 'Content-Type: application/json' --data-binary "$body"
        [ "$status" = 200 ]
    done
    head -c 30000000 /dev/zero >"$BATS_TEST_TMPDIR/big"
    ask POST /event -H 'Content-Type: application/json' --data-binary "@$BATS_TEST_TMPDIR/big"
    [ "$status" = 200 ]
    unchanged
}
