#!/usr/bin/env bash
# rates.sh - rates that are given: they add up as the platform checks it, and a
# firm one can be held to.  A firm rate holds liquidity until it ends.

# shellcheck disable=SC2317 # the checks are called by name
# shellcheck source-path=SCRIPTDIR
# shellcheck source=client.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/client.bash"
client_open "$0" "$@"

asked="sell_asset=$SELL&buy_asset=$BUY"

# The platform's own rule, on the lines "SIDE AMOUNT ANSWER" of $tmp/rates:
# sell = price x buy + fee, or price x (buy + fee) with a fee in the bought asset,
# to less than a unit in the last place; the parts of the fee are its total; the
# amount that was given comes back as it was.
add_up() {
    python3 - "$tmp/rates" "$sell" <<'PY'
import json, sys
from decimal import Decimal, getcontext
getcontext().prec = 60
unit = Decimal(1).scaleb(-7 if sys.argv[2].startswith('stellar:') else -2)
lines = open(sys.argv[1], encoding='utf-8').read().splitlines()
assert lines, 'no rates'
for line in lines:
    side, amount, text = line.split(' ', 2)
    rate = json.loads(text)['rate']
    sell, buy, price = (Decimal(rate[n]) for n in ('sell_amount', 'buy_amount', 'price'))
    fee = rate['fee']
    total = Decimal(fee['total'])
    if fee['asset'] == sys.argv[2]:
        error = abs(sell - price * buy - total)
    else:
        error = abs(sell - price * (buy + total))
    assert error < unit, (line, error)
    parts = fee.get('details', [])
    assert sum(Decimal(p['amount']) for p in parts) == total, line
    assert total > 0 or not parts, line
    assert Decimal(rate[side]) == Decimal(amount), line
    assert min(sell, buy, price) > 0, line
PY
}

rate() { # SIDE AMOUNT [more of the query]: one rate, kept for add_up
    ask GET "/rate?$asked&$1=$2${3-}"
    expect 200
    printf '%s %s %s\n' "$1" "$2" "$body" >>"$tmp/rates"
}

indicative() {
    : >"$tmp/rates"
    for amount in 100 100.0000001 3.14 5000 1234.5678901; do
        rate sell_amount "$amount" '&type=indicative'
        [[ $body != *'"id"'* && $body != *'"expires_at"'* ]]
    done
    for amount in 20 99.99 10000 20.5; do
        rate buy_amount "$amount" '&type=indicative'
    done
    add_up
    unchanged
}
check "indicative rates add up, promise nothing and store nothing" indicative

same_asset() {
    : >"$tmp/rates"
    asked="sell_asset=$SELL&buy_asset=$SELL" rate sell_amount 100 '&type=indicative'
    add_up
}
check "an asset can be asked for in itself" same_asset

firm() {
    local now until
    : >"$tmp/rates"
    rate sell_amount 100 '&type=firm'
    add_up
    member id >"$tmp/first"
    [[ $(cat "$tmp/first") =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]]
    until=$(member expires_at)
    [[ $until =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?Z$ ]]
    until=$(date -u -d "$until" +%s)
    printf -v now '%(%s)T' -1
    [ $((until - now)) -ge 50 ]
    # Asked again it is another promise.
    rate sell_amount 100 '&type=firm'
    [ "$(member id)" != "$(cat "$tmp/first")" ]
}
check "a firm rate has an id of its own and a time until which it holds" firm

lasting() {
    local after
    after=$(date -u -d '+400 seconds' +%Y-%m-%dT%H:%M:%SZ)
    rate sell_amount 100 "&type=firm&expire_after=${after//:/%3A}"
    [[ $(member expires_at) > ${after%Z} ]]
}
check "a firm rate lasts as long as is asked for" lasting

client_close
