#!/usr/bin/env bats
# Whom a request to /customer is about, and as what.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

load customer

@test "somebody new by account is asked for everything, and has no id" {
    request GET "/customer?account=$WALLET&memo=1&memo_type=id&type=sep31-sender"
    is NEEDS_INFO
    [ -z "$(member id)" ]
    [ "$(names fields)" = "first_name last_name email_address birth_date address_country_code" ]
    [ "$(member fields.birth_date.type)" = date ]
    [ "$(member fields.photo_id_front.type)" = binary ]
    [ "$(member fields.city.optional)" = true ]
    [ -z "$(member provided_fields)" ]
}

@test "a PUT by account makes a customer, and the account finds it again" {
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"memo_type\":\"id\",\"type\":\"sep31-sender\",\"first_name\":\"Ana\""
    is NEEDS_INFO
    id=$(member id)
    [ "$(names fields)" = "last_name email_address birth_date address_country_code" ]
    [ "$(member provided_fields.first_name.status)" = ACCEPTED ]
    said=$body
    request GET "/customer?account=$WALLET&memo=1&memo_type=id&type=sep31-sender"
    [ "$body" = "$said" ]
    request GET "/customer?id=$id&type=sep31-sender"
    [ "$body" = "$said" ]
    # Another memo, another kind of memo, no memo: somebody else.
    for query in "memo=2&memo_type=id" "memo=1&memo_type=text" "type=sep31-sender"; do
        request GET "/customer?account=$WALLET&$query"
        is NEEDS_INFO
        [ -z "$(member id)" ]
    done
}

@test "a hash memo is one customer, in hex of either case or in base64" {
    base64=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAas=
    hex=01010101010101010101010101010101010101010101010101010101010101ab
    put "\"account\":\"$WALLET\",\"memo\":\"$hex\",\"memo_type\":\"hash\",\"first_name\":\"Ana\""
    expect 200
    id=$(member id)
    for memo in "$hex" "${hex^^}" "${base64%=}%3D"; do
        for who in '' "id=$id&"; do
            request GET "/customer?${who}account=$WALLET&memo=$memo&memo_type=hash"
            expect 200
            [ "$(member id)" = "$id" ]
        done
    done
    put "\"account\":\"$WALLET\",\"memo\":\"$base64\",\"memo_type\":\"hash\",\"last_name\":\"Souza\""
    [ "$(member id)" = "$id" ]
    [ "$(sql 'select memo from windlass.customer')" = "$base64" ]
    # The same letters as a text are another memo.
    request GET "/customer?account=$WALLET&memo=abcd&memo_type=text"
    [ -z "$(member id)" ]
}

@test "memos of all kinds are kept as they came; a memo without type is an id" {
    for memo in '"memo":"hello","memo_type":"text"' \
        '"memo":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","memo_type":"hash"' \
        '"memo":"18446744073709551615","memo_type":"id"' '"memo":"4242"' '"memo":""'; do
        put "\"account\":\"$WALLET\",$memo"
        expect 200
    done
    [ "$(sql "select string_agg(memo_type || ':' || memo, ' ' order by memo) from windlass.customer")" = \
        ": id:18446744073709551615 id:4242 hash:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= text:hello" ]
}

@test "an M-address is its G-address with an id memo; a C-address is itself" {
    put "\"account\":\"$MUXED\",\"first_name\":\"Ana\""
    expect 200
    id=$(member id)
    for who in "account=$WALLET&memo=7953358041&memo_type=id" "account=$MUXED" \
        "account=$MUXED&memo=7953358041&memo_type=id" "id=$id&account=$MUXED" "id=$id&account=$WALLET"; do
        request GET "/customer?$who"
        expect 200
        [ "$(member id)" = "$id" ]
    done
    request GET "/customer?account=$MUXED&memo=1&memo_type=id"
    expect 400
    request GET "/customer?account=$MUXED&memo=7953358041&memo_type=text"
    expect 400
    put "\"account\":\"$CONTRACT\",\"first_name\":\"Cy\""
    expect 200
    [ "$(sql "select account from windlass.customer where account like 'C%'")" = "$CONTRACT" ]
}

@test "an id that is unknown, foreign or malformed is the same 404, whoever asks" {
    sender '"memo":"5"'
    request GET "/customer?id=$NOBODY"
    expect 404
    said=$body
    for who in "id=$NOBODY&account=$WALLET" "id=$id&account=$OTHER" "id=$id&account=$WALLET&memo=6" \
        "id=$id&account=$WALLET&memo=5&memo_type=text" "id=$id&memo=6" "id=x" "id=.." \
        "id=$id%20"; do
        request GET "/customer?$who"
        expect 404
        [ "$body" = "$said" ]
    done
    before=$(rows)
    put "\"id\":\"$id\",\"account\":\"$OTHER\",\"first_name\":\"Evil\""
    expect 404
    [ "$body" = "$said" ]
    put "\"id\":\"$NOBODY\",\"account\":\"$WALLET\",\"first_name\":\"Evil\""
    expect 404
    [ "$(rows)" = "$before" ]
    # The account's own, whatever memo the customer has; and without account.
    for who in "id=$id" "id=$id&account=$WALLET" "id=$id&account=$WALLET&memo=5" "id=$id&memo=5&memo_type=id"; do
        request GET "/customer?$who"
        expect 200
    done
}

@test "what is not there takes as long to refuse as what is another's" {
    sender '"memo":"5"'
    # Much to read, for whoever reads it first and refuses it then.
    sql "update windlass.customer set fields = (select jsonb_object_agg('field_' || chr(97 + n / 26) ||
            chr(97 + n % 26), '{\"state\": \"given\", \"checks\": [\"iban\"]}'::jsonb)
            from generate_series(0, 400) n)"
    payment "$NOBODY" '' '' ''
    # A transaction is one look-up more, for everybody who names one.
    run python3 "$root/tests/program/same_time.py" "$DIR/run/customer.sock" 1.15 \
        "/customer?id=$NOBODY&account=$OTHER" "/customer?id=$id&account=$OTHER" \
        "/customer?id=$id&account=$WALLET&memo=6&memo_type=id"
    echo "$output"
    [ "$status" = 0 ]
    run python3 "$root/tests/program/same_time.py" "$DIR/run/customer.sock" 1.15 \
        "/customer?id=$id&account=$WALLET&transaction_id=$TX" \
        "/customer?id=${NOBODY/d/e}&account=$WALLET&transaction_id=$TX"
    echo "$output"
    [ "$status" = 0 ]
}

@test "an id with the address and memo of an M-address is held to both" {
    sender '"memo":"7953358041"'
    for who in "$MUXED" "$WALLET" "$MUXED&memo=7953358041&memo_type=id"; do
        request GET "/customer?id=$id&account=$who"
        is ACCEPTED
    done
    sql "update windlass.customer set memo = '1'"
    request GET "/customer?id=$id&account=$MUXED"
    expect 404
}

@test "an account without memo owns what was made under it, memo or not" {
    sender
    request GET "/customer?id=$id&account=$WALLET&memo=9&memo_type=id"
    expect 200
}

@test "who names nobody, or a wrong somebody, is told so" {
    for query in '' '?type=sep31-sender' '?memo=1&memo_type=id' '?lang=en' "?account=${MUXED%2}3" \
        "?account=${CONTRACT%O}P" "?account=S${WALLET#G}" "?account=${WALLET,,}" '?account=GABC' "?account=${WALLET%W}A" '?account=' \
        "?account=$WALLET&memo=x" "?account=$WALLET&memo=18446744073709551616" "?account=$WALLET&memo=007" \
        "?account=$WALLET&memo=1&memo_type=colour" "?account=$WALLET&memo_type=id" \
        "?account=$WALLET&memo=AQE=&memo_type=hash" "?account=$WALLET&memo=12345678901234567890123456789&memo_type=text"; do
        request GET "/customer$query"
        expect 400
    done
    put '"first_name":"Ana"'
    expect 400
    [ "$(sql 'select count(*) from windlass.customer')" = 0 ]
}

@test "an unknown type is a 400 that lists the known ones" {
    request GET "/customer?account=$WALLET&type=no-such-type"
    expect 400
    [[ $body == *"sep31-sender, sep31-receiver"* ]]
    put "\"account\":\"$WALLET\",\"type\":\"no-such-type\",\"first_name\":\"A\""
    expect 400
    [ "$(sql 'select count(*) from windlass.customer')" = 0 ]
}

@test "the recorded sender and receiver are accepted, each as what they are" {
    sender
    request GET "/customer?id=$id&type=sep31-receiver"
    is NEEDS_INFO
    put "\"account\":\"$WALLET\",\"memo\":\"2\",\"type\":\"sep31-receiver\",$RECEIVER"
    is ACCEPTED
    [ -z "$(names fields)" ]
}

@test "without a type it is about the types the customer was put under, or else all" {
    sender
    request GET "/customer?id=$id"
    is ACCEPTED
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-receiver\""
    is NEEDS_INFO
    request GET "/customer?id=$id"
    is NEEDS_INFO
    [ "$(names fields)" = "bank_account_number bank_number" ]
    request GET "/customer?id=$id&type=sep31-sender"
    is ACCEPTED
    request GET "/customer?account=$OTHER"
    is NEEDS_INFO
    [ "$(names fields)" = "first_name last_name email_address birth_date address_country_code bank_account_number bank_number" ]
}

@test "descriptions come in the language asked for, where we have it" {
    for case in 'lang=pt:Nome' 'lang=pt-BR:Nome' 'lang=en:First or given name' 'lang=xx:First or given name' 'x=y:First or given name'; do
        request GET "/customer?account=$WALLET&type=sep31-sender&${case%%:*}"
        is NEEDS_INFO
        [ "$(member fields.first_name.description)" = "${case#*:}" ]
    done
}

@test "a file of keys that cannot be read stops the program at once, in one line" {
    printf '1 zz\n' >"$DIR/no-keys"
    chmod 600 "$DIR/no-keys"
    for option in '' -n; do
        # shellcheck disable=SC2086
        WINDLASS_RUN_DIR=$DIR/run2 WINDLASS_KEK_FILE=$DIR/no-keys run timeout 5 "$BUILD/customer" $option
        [ "$status" = 1 ]
        [[ $output == ts=*" prog=customer event=keys file=$DIR/no-keys line=1 fault="* ]]
        [ "$(wc -l <<<"$output")" = 1 ]
        [ ! -e "$DIR/run2" ]
    done
}

@test "SIGHUP with such a file is refused, and the workers stay" {
    cp -p "$DIR/kek" "$DIR/kek.good"
    before=$(workers_of customer)
    printf '1 zz\n' >"$DIR/kek"
    kill -HUP "$(pid_of customer)"
    eventually grep -q 'event=keys .*line=1 fault=' "$DIR/customer.log"
    sleep 0.3
    [ "$(workers_of customer)" = "$before" ]
    request GET "/customer?account=$WALLET"
    is NEEDS_INFO
    cp -p "$DIR/kek.good" "$DIR/kek"
    kill -HUP "$(pid_of customer)"
    eventually grep -q event=rolled "$DIR/customer.log"
}

# Last, because the workers need a second to see the book again.
@test "without customer types in the book nobody is accepted: 503, and nothing is stored" {
    before=$(rows)
    sql "delete from windlass.book_document where kind = 'types';
        update windlass.book_version set version = version + 1"
    sleep 1.1
    request GET "/customer?account=$WALLET"
    expect 503
    put "\"account\":\"$WALLET\",$SENDER"
    expect 503
    [ "$(rows)" = "$before" ]
    "$BUILD/operator/windlass" load types "$root/config/types.json"
    sleep 1.1
    request GET "/customer?account=$WALLET"
    is NEEDS_INFO
}

@test "whoever is asked about, and in whatever turn: their own fields" {
    local -a fields=(last_name address city tax_id email_address mobile_number birth_date id_type id_number id_country_code first_name address_country_code)
    local -A value=([email_address]=ana@example.com [mobile_number]=+5511999990000 [birth_date]=1990-05-17
        [id_type]=passport [id_country_code]=BRA [address_country_code]=BRA [tax_id]=39053344705)
    local -a ids=()
    local i
    for i in "${!fields[@]}"; do
        put "\"account\":\"$WALLET\",\"memo\":\"$((i + 1))\",\"${fields[i]}\":\"${value[${fields[i]}]:-Ana}\""
        expect 200
        ids+=("$(member id)")
    done
    for i in {0..11} {0..11} {11..0} 3 3 4 3 11 0; do
        request GET "/customer?id=${ids[i]}"
        expect 200
        [ "$(member id)" = "${ids[i]}" ]
        [ "$(names provided_fields)" = "${fields[i]}" ]
    done
}
