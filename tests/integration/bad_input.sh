#!/usr/bin/env bash
# bad_input.sh - every malformed request gets a 4xx with {"error": ...} and
# changes nothing.

# shellcheck disable=SC2317 # the checks are called by name
# shellcheck source-path=SCRIPTDIR
# shellcheck source=client.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/client.bash"
client_open "$0" "$@"

zeros() { # COUNT LETTER
    head -c "$1" /dev/zero | tr '\0' "$2"
}

undecodable_query() {
    for query in 'id=%' 'id=%4' 'id=%zz' 'id=%00' 'id=%ff%fe' 'id=%c0%80' \
        'id=%ed%a0%80' 'id=a&id=b' 'account=&account=' 'type=%0a'; do
        ask GET "/customer?$query"
        expect 400
    done
    unchanged
}
check "a query that cannot be decoded is 400" undecodable_query

oversized_query() {
    ask GET "/customer?id=$(zeros 9000 a)"
    expect 400
    ask GET "/customer?$(for i in $(seq 100); do printf 'a%d=1&' "$i"; done)"
    expect 400
    unchanged
}
check "a query over its size is 400" oversized_query

ambiguous_json() {
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
check "a JSON body that two readers could read differently is 400" ambiguous_json

other_media() {
    local json="{\"account\":\"$WALLET\",\"first_name\":\"A\"}"
    for type in 'text/plain' 'application/x-www-form-urlencoded' 'application/jsonx' \
        'application/json; charset=iso-8859-1' 'multipart/mixed; boundary=b'; do
        ask PUT /customer -H "Content-Type: $type" --data-binary "$json"
        expect 400
    done
    # None at all, and an empty one.
    ask PUT /customer -H "Content-Type:" --data-binary "$json"
    expect 400
    ask PUT /customer -H "Content-Type;" --data-binary "$json"
    expect 400
    unchanged
}
check "a body of another media type or charset is 400" other_media

part() { # NAME VALUE
    printf -- '--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%b\r\n' "$1" "$2"
}

last() {
    printf -- '--b--\r\n'
}

form() { # BOUNDARY: what is in $tmp/form
    ask PUT /customer -H "Content-Type: multipart/form-data; boundary=$1" --data-binary "@$tmp/form"
    expect 400
}

broken_multipart() {
    { part account "$WALLET" && last; } >"$tmp/form"
    # No boundary, an empty one, one too long, another one than in the body.
    ask PUT /customer -H 'Content-Type: multipart/form-data' --data-binary "@$tmp/form"
    expect 400
    form ''
    form "$(zeros 71 b)"
    form c
    # No final boundary; nothing.
    part account "$WALLET" >"$tmp/form"
    form b
    : >"$tmp/form"
    form b
    # A name twice; no name; NUL and bad UTF-8 in a text part; too many parts.
    { part account "$WALLET" && part account "$OTHER" && last; } >"$tmp/form"
    form b
    { part account "$WALLET" && printf -- '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n' && last; } >"$tmp/form"
    form b
    { part account "$WALLET" && part first_name 'a\0b' && last; } >"$tmp/form"
    form b
    { part account "$WALLET" && part first_name '\377' && last; } >"$tmp/form"
    form b
    { for i in $(seq 1000); do part "a$i" x; done && last; } >"$tmp/form"
    form b
    # A header that never ends.
    { part "$(zeros 20000 a)" x && last; } >"$tmp/form"
    form b
    unchanged
}
check "a multipart body that is broken is 400" broken_multipart

oversized_body() {
    zeros 26000000 0 >"$tmp/big"
    ask PUT /customer -H 'Content-Type: application/json' --data-binary "@$tmp/big"
    expect 400
    { printf '{"account":"%s","first_name":"' "$WALLET" && zeros 2000000 a && printf '"}'; } >"$tmp/big"
    ask PUT /customer -H 'Content-Type: application/json' --data-binary "@$tmp/big"
    expect 400
    unchanged
}
check "a body over its size is 400, not 413" oversized_body

wrong_customer() {
    for query in '' "type=$sender" 'account=GABC' "account=$WALLET&memo=x&memo_type=id" \
        "account=$WALLET&memo=1&memo_type=colour" "account=$WALLET&type=no-such-type" "account=${WALLET%W}A"; do
        ask GET "/customer?$query"
        expect 400
    done
    # A memo without its type is an id, as the platform sends it.
    ask GET "/customer?account=$WALLET&memo=1"
    expect 200
    ask GET "/customer?id=not-an-id"
    expect 404
    put '{"first_name":"A"}'
    expect 400
    put "{\"id\":\"$NOBODY\",\"account\":\"$WALLET\",\"first_name\":\"A\"}"
    expect 404
    unchanged
}
check "a customer request that names nobody, or a wrong somebody, is 4xx" wrong_customer

bad_values() {
    while read -r field value; do
        put "{\"account\":\"$WALLET\",\"memo\":\"77\",\"memo_type\":\"id\",\"type\":\"$sender\",\"last_name\":\"Good\",\"$field\":\"$value\"}"
        expect 400
        [[ $body == *"$field"* ]] || { echo "does not name $field: $body" && return 1; }
        [[ $body != *"$value"* ]] || { echo "repeats the value: $body" && return 1; }
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
check "a bad value is a 400 that names the field, and changes not even the good ones beside it" bad_values

bad_rates() {
    while IFS= read -r query; do
        ask GET "/rate?$query"
        expect 400
    done <<CASES
type=indicative
type=perhaps&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100
sell_asset=$SELL&buy_asset=$BUY&sell_amount=100
type=indicative&sell_asset=$SELL&buy_asset=$BUY
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100&buy_amount=100
type=indicative&sell_asset=$SELL&buy_asset=iso4217%3AXXX&sell_amount=100
type=indicative&sell_asset=stellar%3AUSDC%3AGABC&buy_asset=$BUY&sell_amount=100
type=indicative&sell_asset=USDC&buy_asset=$BUY&sell_amount=100
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=0
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=-1
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=%2B1
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=NaN
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=1e400
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=0x10
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=1%202
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=1234567890123456789012345678901234567890
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=1.00000001
type=indicative&sell_asset=$SELL&buy_asset=$BUY&buy_amount=1.001
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=0.0000001
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=99999999999
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100&buy_delivery_method=PIGEON
type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100&country_code=ZZ
type=firm&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100&expire_after=tomorrow
type=firm&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100&expire_after=2099-01-01T00%3A00%3A00Z
type=firm&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100&expire_after=2001-01-01
CASES
    unchanged
}
check "a rate that cannot be quoted is a 400 with a reason" bad_rates

any_event() {
    for body in '' '{' 'not json' "$(zeros 100000 x)"; do
        ask POST /event -H 'Content-Type: application/json' --data-binary "$body"
        expect 200
    done
    zeros 30000000 0 >"$tmp/big"
    ask POST /event -H 'Content-Type: application/json' --data-binary "@$tmp/big"
    expect 200
    unchanged
}
check "event takes anything from the platform" any_event

client_close
