#!/usr/bin/env bats
# Customers and payments, erasure, and that nothing is in clear.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

load customer

@test "a transaction adds what its corridor needs, once it has been seen" {
    put "\"account\":\"$WALLET\",\"memo\":\"2\",\"type\":\"sep31-receiver\",\"first_name\":\"Ana\",\"last_name\":\"Souza\",\"bank_account_number\":\"1\",\"bank_number\":\"260\""
    is ACCEPTED
    id=$(member id)
    request GET "/customer?id=$id&transaction_id=$TX&type=sep31-receiver"
    is ACCEPTED
    payment "$NOBODY" "$id" PIX BRL
    request GET "/customer?id=$id&transaction_id=$TX&type=sep31-receiver"
    is NEEDS_INFO
    [ "$(names fields)" = "tax_id bank_branch_number" ]
    # What one type takes gladly and another one needs, is needed.
    sql "update windlass.customer set types = '{sep31-sender,sep31-receiver}'"
    request GET "/customer?id=$id&transaction_id=$TX"
    is NEEDS_INFO
    [[ " $(names fields) " == *" tax_id "* ]]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"transaction_id\":\"$TX\",\"type\":\"sep31-receiver\",\"tax_id\":\"1\",\"bank_branch_number\":\"1\""
    is ACCEPTED
    request GET "/customer?id=$id&type=sep31-receiver"
    is ACCEPTED
}

@test "a transaction that the id is no party of is 404; one without id names nobody" {
    sender
    payment "$NOBODY" "$NOBODY" PIX BRL
    request GET "/customer?id=$id&transaction_id=$TX"
    expect 404
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"transaction_id\":\"$TX\",\"city\":\"x\""
    expect 404
    request GET "/customer?transaction_id=$TX&type=sep31-sender&account=$WALLET"
    is NEEDS_INFO
    [ -z "$(member id)" ]
    put "\"account\":\"$WALLET\",\"transaction_id\":\"$TX\",\"city\":\"x\""
    expect 400
    [[ $body == *transaction* ]]
}

@test "in a payment the receiver's type goes with the receiver, any other with the sender" {
    sender
    ana=$id
    put "\"account\":\"$WALLET\",\"memo\":\"2\",\"type\":\"sep31-receiver\",\"first_name\":\"Eva\""
    eva=$(member id)
    request GET "/customer?id=$NOBODY&account=$WALLET"
    said=$body
    payment "$ana" "$eva" PIX BRL
    before=$(rows)
    while IFS="|" read -r id type code; do
        request GET "/customer?id=$id&transaction_id=$TX${type:+&type=$type}"
        expect "$code"
        [ "$code" != 404 ] || [ "$body" = "$said" ]
        [ "$code" != 404 ] || {
            put "\"id\":\"$id\",\"account\":\"$WALLET\",\"transaction_id\":\"$TX\",\"type\":\"$type\",\"tax_id\":\"1\""
            expect 404
            [ "$body" = "$said" ]
        }
    done <<EOT
$ana|sep31-sender|200
$eva|sep31-receiver|200
$ana||200
$eva||200
$ana|sep31-receiver|404
$eva|sep31-sender|404
EOT
    [ "$(rows)" = "$before" ]
    # Who sends to himself is both.
    sql "update windlass.payment set receiver = '$ana' where tx_id = '$TX'"
    request GET "/customer?id=$ana&transaction_id=$TX&type=sep31-receiver"
    expect 200
}

@test "a status that moves is brought to the watcher's notice, once per payment and type" {
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"type\":\"sep31-sender\",\"first_name\":\"Ana\""
    id=$(member id)
    payment "$id" "$NOBODY" PIX BRL
    woken=$(sql 'select n from windlass.wake')
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"city\":\"Lisboa\""
    expect 200
    [ "$(sql 'select count(*) from windlass.customer_notice')" = 0 ]
    [ "$(sql 'select n from windlass.wake')" = "$woken" ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",$SENDER"
    is ACCEPTED
    [ "$(sql 'select tx_id, customer, type, version, state from windlass.customer_notice')" = "$TX|$id|sep31-sender|3|open" ]
    [ "$(sql 'select n from windlass.wake')" -gt "$woken" ]
    sql "update windlass.customer_notice set state = 'done', next_at = 'infinity', tries = 3"
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"email_address\":\"\""
    [ "$(sql "select type, version, state, tries, next_at < 'infinity' from windlass.customer_notice")" = "sep31-sender|4|open|0|t" ]
}

@test "a payment that was paid out takes no notice" {
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"type\":\"sep31-sender\",\"first_name\":\"Ana\""
    id=$(member id)
    payment "$id" "$id" PIX BRL closed
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",$SENDER"
    is ACCEPTED
    [ "$(sql 'select count(*) from windlass.customer_notice')" = 0 ]
}

@test "an erased customer is unknown at once, and DELETE can be repeated" {
    python3 "$root/tests/documents/samples.py" jpeg 100000 >"$BATS_TEST_TMPDIR/file"
    form "account=$WALLET" memo=1 memo_type=id type=sep31-sender first_name=Ana "photo_id_front@$BATS_TEST_TMPDIR/file"
    id=$(member id)
    for _ in 1 2; do
        request DELETE "/customer/$id"
        expect 204
        [ -z "$body" ]
    done
    for query in "id=$id" "id=$id&account=$WALLET"; do
        request GET "/customer?$query"
        expect 404
    done
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"first_name\":\"Ana\""
    expect 404
    request GET "/customer?account=$WALLET&memo=1&memo_type=id"
    is NEEDS_INFO
    [ -z "$(member id)" ]
    [ "$(sql "select (select count(*) from windlass.customer) + (select count(*) from windlass.document) + (select count(*) from windlass.document_chunk)")" = 0 ]
    request DELETE "/customer/$NOBODY"
    expect 404
    request DELETE /customer/x
    expect 404
    # The same account and memo may begin again, as somebody new.
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"first_name\":\"Ana\""
    expect 200
    [ "$(member id)" != "$id" ]
}

@test "no value is in clear in the database's files, its WAL or the program's log" {
    canary=Canary5Xq
    {
        head -c -2 <(python3 "$root/tests/documents/samples.py" jpeg)
        printf 'PhotoCanary7Zw%.0s' {1..9000}
        printf '\377\331'
    } >"$BATS_TEST_TMPDIR/photo"
    form "account=$WALLET" memo=1 memo_type=id type=sep31-sender "first_name=$canary" "last_name=$canary" \
        "tax_id=$canary" "address=$canary" "photo_id_front@$BATS_TEST_TMPDIR/photo"
    expect 200
    [[ $body != *$canary* ]]
    id=$(member id)
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"address\":\"$canary 2\",\"birth_date\":\"$canary\""
    expect 400
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"address\":\"$canary 2\""
    expect 200
    sql checkpoint
    for word in "$canary" PhotoCanary7Zw; do
        # That grep would find it: the account is there.
        grep -rqa "$WALLET" "$DIR/pg"
        hex=$(printf %s "$word" | od -An -tx1 | tr -d ' \n')
        found=$(grep -rla -e "$word" -e "$hex" "$DIR/pg" "$DIR"/*.log "$DIR/run" 2>&1 || true)
        [ -z "$found" ]
    done
}

@test "without the right key nothing is read: a PUT is 503, a GET needs none" {
    sender '"memo":"1"'
    program_down customer
    printf '1 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" >"$DIR/other"
    chmod 600 "$DIR/other"
    program_up customer WINDLASS_KEK_FILE="$DIR/other"
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"city\":\"x\""
    expect 503
    request GET "/customer?id=$id&type=sep31-sender"
    is ACCEPTED
    program_down customer
    program_up customer WINDLASS_CUSTOMER_WORKERS=4
    request GET "/customer?id=$id&type=sep31-sender"
    is ACCEPTED
}

@test "the program's role sees no table" {
    run psql -X -q -A -t -d "host=$DIR/pg-socket dbname=windlass user=windlass_customer" \
        -c 'select * from windlass.customer'
    [ "$status" != 0 ]
    [[ $output == *'permission denied'* ]]
}

@test "a request whose sender hung up while it waited for a worker is not carried out" {
    before=$(rows)
    python3 - "$root/tests/program" "$DIR/run/customer.sock" "$WALLET" <<'PY'
import json, sys, time
sys.path.insert(0, sys.argv[1])
from fcgi import Connection, whole
body = json.dumps({'account': sys.argv[3], 'first_name': 'Ana'}).encode()
# Each silent one keeps a worker for 3 s.
silent = [Connection(sys.argv[2]) for _ in range(4)]
time.sleep(0.5)
with Connection(sys.argv[2]) as waiting:
    waiting.send(whole('PUT', '/customer', body, 'application/json'))
time.sleep(3.5)
PY
    [ "$(rows)" = "$before" ]
    eventually grep -q 'method=PUT path=/customer status=0' "$DIR/customer.log"
    put "\"account\":\"$WALLET\",\"first_name\":\"Ana\""
    expect 200
}

# Each wait alone would end in time; all of them together have to.
@test "a slow database is a 503 within 8 s, and serves again when it is fast" {
    sql "alter function windlass.book_version() rename to book_version_fast;
        alter function windlass.customer_payment(text, text) rename to customer_payment_fast;
        create function windlass.book_version(
            out version bigint, out loaded_us bigint, out now_us bigint)
            language sql volatile security definer as
            'select pg_sleep(4); select * from windlass.book_version_fast()';
        create function windlass.customer_payment(named_tx text, as_type text)
            returns table (parties text[], method text, currency text)
            language sql volatile security definer as
            'select pg_sleep(4.5); select * from windlass.customer_payment_fast(named_tx, as_type)';
        grant execute on function windlass.book_version() to windlass_customer"
    sleep 1.1
    began=$(date +%s%3N)
    request GET "/customer?account=$WALLET&transaction_id=$TX"
    took=$(($(date +%s%3N) - began))
    sql "drop function windlass.book_version();
        drop function windlass.customer_payment(text, text);
        alter function windlass.book_version_fast() rename to book_version;
        alter function windlass.customer_payment_fast(text, text) rename to customer_payment"
    expect 503
    echo "it took $took ms"
    [ "$took" -lt 8000 ]
    [ "$took" -gt 5000 ]
    request GET "/customer?account=$WALLET&transaction_id=$TX"
    is NEEDS_INFO
}
