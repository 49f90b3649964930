# platform - a simulated platform of a test's own, and our script against it.
#
#   platform_up [options of platform.py]    with a business that answers as told
#   platform_down
#   create                                  a fresh payment: sets id
#   put STATUS PAID                         a payment put in that state: sets id
#   rpc [arguments]                         the script; sets status, output, stderr
#
# shellcheck shell=bash disable=SC2034,SC2154 # names for the tests, and of bats

here=$(CDPATH='' cd -- "$BATS_TEST_DIRNAME" && pwd)
root=$(dirname "$(dirname "$here")")
PORT=${RPC_TEST_PORT:-18185}
HORIZON_PORT=$((PORT + 1))
BUSINESS_PORT=$((PORT + 2))
PLATFORM=http://127.0.0.1:$PORT
VAULT=GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF
WALLET=GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW
ISSUER=GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP
USDC=stellar:USDC:$ISSUER
export PYTHONDONTWRITEBYTECODE=1
export PLATFORM_API_BASE_URL=$PLATFORM

begin() { # NAME COMMAND...
    local name=$1
    shift
    "$@" >"$DIR/$name.log" 2>&1 3>&- </dev/null &
    echo $! >"$DIR/$name.pid"
}

end() { # NAME
    local pid
    [ -f "$DIR/$1.pid" ] || return 0
    pid=$(cat "$DIR/$1.pid")
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    rm -f "$DIR/$1.pid"
}

listens() { # PORT
    (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

await() { # NAME PORT
    local i
    for ((i = 0; i < 200; i++)); do
        if listens "$2"; then return 0; fi
        sleep 0.05
    done
    cat "$DIR/$1.log"
    return 1
}

platform_up() {
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/wlr-XXXXXX")
    export DIR
    says '{"rate": {"price": "0.2", "sell_amount": "100", "buy_amount": "495",
        "fee": {"total": "1.00", "asset": "'$USDC'"}}}'
    begin business python3 "$here/business.py" --port "$BUSINESS_PORT" --answer "$DIR/answer"
    begin platform python3 "$root/tests/platform/platform.py" --port "$PORT" \
        --horizon-port "$HORIZON_PORT" --callback-url "http://127.0.0.1:$BUSINESS_PORT" \
        --state "$DIR/state" "$@"
    await business "$BUSINESS_PORT"
    await platform "$PORT"
}

platform_down() {
    [ -n "${DIR-}" ] || return 0
    end platform
    end business
    rm -rf "$DIR"
}

says() { # JSON: what the business answers from now on
    printf '%s' "$1" >"$DIR/answer"
}

door() { # PATH JSON
    curl -sS --fail-with-body --max-time 10 -H 'Content-Type: application/json' \
        --data-binary "$2" "$PLATFORM/_sim/$1"
}

member() { # NAME[.NAME...]: of the JSON on standard input; a number is an index
    python3 -c '
import json, sys
v = json.load(sys.stdin)
for name in sys.argv[1].split("."):
    v = v[int(name)] if isinstance(v, list) else v.get(name, "") if isinstance(v, dict) else ""
print(v if isinstance(v, str) else json.dumps(v))' "$1"
}

create() {
    id=$(door transactions '{"asset_code": "USDC", "asset_issuer": "'$ISSUER'", "amount": "100",
        "funding_method": "PIX", "fields": {"transaction": {}},
        "destination_asset": "iso4217:BRL", "creator": {"account": "'$WALLET'"}}' | member id)
    [ -n "$id" ]
}

put() { # STATUS PAID(0|1)
    id=put-$1-$2-$RANDOM$RANDOM
    local arrived=''
    [ "$2" = 0 ] || arrived='"transfer_received_at": "2026-01-01T00:00:01Z", '
    door record '{"id": "'"$id"'", "sep": "31", "kind": "receive", "status": "'"$1"'", '"$arrived"'
        "amount_in": {"amount": "101", "asset": "'$USDC'"}, "amount_out": {"amount": "500", "asset": "iso4217:BRL"},
        "fee_details": {"total": "1", "asset": "'$USDC'"}, "memo": "987", "memo_type": "id",
        "destination_account": "'$VAULT'", "source_account": "'$WALLET'", "started_at": "2026-01-01T00:00:00Z"}' >/dev/null
}

paid() { # HASH: the money for $id is on the ledger, and the observer does not look
    door observer '{"on": false}' >/dev/null
    door payments '{"to": "'$VAULT'", "from": "'$WALLET'", "memo": "987", "memo_type": "id",
        "amount": "101", "asset": "'$USDC'", "hash": "'"$1"'"}' >/dev/null
}

becomes() { # ID STATUS: within 10 s
    local i
    for ((i = 0; i < 100; i++)); do
        [ "$(curl -sS "$PLATFORM/transactions/$1" | member status)" != "$2" ] || return 0
        sleep 0.1
    done
    return 1
}

rpc() {
    run --separate-stderr "$root/rpc/call-json-rpc.sh" "$@"
}

# call TEMPLATE [NAME=VALUE...]: that template for the payment $id.
call() {
    local template=$1 pair
    shift
    local words=(-s "transaction_id=$id")
    for pair; do words+=(-s "$pair"); done
    rpc "${words[@]}" "$root/rpc/$template.json"
}

succeeds() { # STATUS of the record afterwards
    echo "exit $status: $output / $stderr"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [ "$(member 0.result.status <<<"$output")" = "$1" ]
    [ "$(member 0.result.id <<<"$output")" = "$id" ]
    [ "$(curl -sS "$PLATFORM/transactions/$id" | member status)" = "$1" ]
}

# The platform said no: its answer is printed, its message is told in one line,
# and the record is as it was.
is_refused() { # CODE STATUS of the record
    echo "exit $status: $output / $stderr"
    [ "$status" = 1 ]
    [ "$(member 0.error.code <<<"$output")" = "$1" ]
    [[ $stderr == "call-json-rpc.sh: "*"$(member 0.error.message <<<"$output")"* ]]
    [ "$(wc -l <<<"$stderr")" = 1 ]
    [ "$(curl -sS "$PLATFORM/transactions/$id" | member status)" = "$2" ]
}
