#!/usr/bin/env bats
# Codes that prove a number or an address: when one is made, and what comes back
# wrong.  The right ones need somebody who reads them: tests/watcher/hooks.py.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

load customer

setup_file() {
    customer_up types.reviewed.json
}

NUMBER=+5511999990000
# All codes but one in a million are wrong.
WRONG='"mobile_number_verification":"000000"'

sender() { # [MORE MEMBERS]
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"type\":\"sep31-sender\",\"first_name\":\"Ana\"${1:+,$1}"
}

codes() { # COLUMNS
    sql "select $1 from windlass.contact_code order by name"
}

refused() { # WORDS OF THE ERROR
    expect 400
    [[ $body == *mobile_number_verification*"$1"* && $body != *000000* ]] || {
        echo "$body"
        return 1
    }
}

@test "a number that a type wants proven gets a code, once; another number another one" {
    sender "\"mobile_number\":\"$NUMBER\""
    expect 200
    [ "$(member provided_fields.mobile_number.status)" = VERIFICATION_REQUIRED ]
    [ "$(codes "name, state, wrong, cardinality(issued), expires_at - issued[1]")" = 'mobile_number|new|0|1|00:10:00' ]
    first=$(codes id)
    sender "\"mobile_number\":\"$NUMBER\""
    [ "$(codes id)" = "$first" ]
    sender '"mobile_number":"+5511999990001"'
    [ "$(codes 'cardinality(issued)')" = 2 ]
    [ "$(codes id)" != "$first" ]
    # Neither number nor code stands there in clear.
    [ "$(codes "position('99999000'::bytea in sealed) + position('99999000'::bytea in digest)")" = 0 ]
    sender '"email_address":"ana@example.org"'
    [ "$(codes name)" = $'email_address\nmobile_number' ]
    [ "$(sql "select count(*) from windlass.audit where what = 'code_make' and detail::text ~ '\\+55|@'")" = 0 ]
}

@test "asked for again, the same number gets another code after a minute" {
    sender "\"mobile_number\":\"$NUMBER\""
    first=$(codes id)
    sql "update windlass.contact_code set issued = array[issued[1] - interval '61 seconds']"
    sender '"last_name":"Souza"'
    [ "$(codes id)" = "$first" ]
    sender "\"mobile_number\":\"$NUMBER\""
    [ "$(codes id)" != "$first" ]
}

@test "many customers with one number do not send it more codes than one would" {
    for memo in 1 2 3 4 5 6 7; do
        put "\"account\":\"$WALLET\",\"memo\":\"$memo\",\"type\":\"sep31-sender\",\"mobile_number\":\"$NUMBER\""
        expect 200
        # Nor does whoever is erased and comes back.
        [ "$memo" -gt 2 ] || request DELETE "/customer/$(member id)"
    done
    [ "$(sql 'select count(*) from windlass.contact_code')" = 3 ]
    [ "$(sql 'select cardinality(issued) from windlass.code_place')" = 5 ]
    # An address is one, however it is written.
    for mail in ana@example.org Ana@Example.ORG; do
        put "\"account\":\"$WALLET\",\"memo\":\"1$memo\",\"type\":\"sep31-sender\",\"email_address\":\"$mail\""
        expect 200
    done
    [ "$(sql 'select max(cardinality(issued)), count(*) from windlass.code_place')" = '5|2' ]
    [ "$(sql "select count(*) from windlass.code_place where position('9999'::bytea in place) > 0")" = 0 ]
}

@test "whoever does not want it proven sends nothing" {
    put "\"account\":\"$WALLET\",\"memo\":\"2\",\"type\":\"sep31-receiver\",\"mobile_number\":\"$NUMBER\""
    expect 200
    [ -z "$(codes id)" ]
    # Proven is proven.
    sender "\"mobile_number\":\"$NUMBER\""
    sql "update windlass.customer set fields = jsonb_set(fields, '{mobile_number,proven}', 'true') where memo = '1';
        delete from windlass.contact_code"
    sender "\"mobile_number\":\"$NUMBER\",$WRONG"
    expect 200
    [ -z "$(codes id)" ]
}

@test "a wrong code is named and counted, and changes nothing beside it" {
    sender "\"mobile_number\":\"$NUMBER\""
    version=$(sql 'select version from windlass.customer')
    sender "\"last_name\":\"Souza\",$WRONG"
    refused 'is not the code that was sent'
    # Also where the rest of the request is taken back.
    printf x >"$BATS_TEST_TMPDIR/empty"
    form "account=$WALLET" memo=1 type=sep31-sender mobile_number_verification=000000 \
        "photo_id_front@$BATS_TEST_TMPDIR/empty"
    expect 400
    [ "$(sql 'select version from windlass.customer')" = "$version" ]
    [ "$(codes wrong)" -ge 1 ]
    wrong=$(codes wrong)
    for ((; wrong < 4; wrong++)); do
        sender "$WRONG"
        refused 'is not the code that was sent'
    done
    first=$(codes id)
    sender "$WRONG"
    refused 'good no more; another one is on its way'
    [ "$(codes 'wrong, cardinality(issued), state')" = '0|2|new' ]
    [ "$(codes id)" != "$first" ]
    sql "update windlass.contact_code set expires_at = '2000-01-01'"
    sender "$WRONG"
    refused 'another one is on its way'
    sql "update windlass.contact_code set expires_at = '2000-01-01',
        issued = array(select now() from generate_series(1, 5))"
    sender "$WRONG"
    refused 'give mobile_number again later'
    [ "$(codes 'cardinality(issued)')" = 5 ]
}

@test "a code for nothing, of nobody, or of another kind" {
    sender "$WRONG"
    refused 'no code was sent'
    [ "$(sql 'select count(*) from windlass.customer')" = 0 ]
    sender "\"mobile_number\":\"$NUMBER\""
    id=$(member id)
    put "\"id\":\"$id\",\"account\":\"$OTHER\",$WRONG"
    expect 404
    [ "$(codes wrong)" = 0 ]
    sender '"mobile_number_verification":"12 34"'
    refused 'must be letters'
    sender '"mobile_number_verification":"000000000000000000000000000000000"'
    refused 'is too long'
    form "account=$WALLET" memo=1 type=sep31-sender "mobile_number_verification@$root/VERSION"
    refused 'must be text, not a file'
    sender '"mobile_number_verification":""'
    expect 200
    # The code is for the number that was given before.
    sender "\"mobile_number\":\"+5511999990001\",$WRONG"
    refused 'is not the code that was sent'
    [ "$(codes wrong)" = 1 ]
    [ "$(sql 'select version from windlass.customer')" = 1 ]
}

@test "who knows an id alone may give the code that is missing" {
    sender "\"mobile_number\":\"$NUMBER\""
    id=$(member id)
    put "\"id\":\"$id\",\"type\":\"sep31-sender\",$WRONG"
    refused 'is not the code that was sent'
    [ "$(codes wrong)" = 1 ]
}

@test "64 wrong codes at once are five tries each of five codes" {
    sender "\"mobile_number\":\"$NUMBER\""
    PYTHONPATH=$root/tests/program python3 - "$DIR/run/customer.sock" "{\"account\":\"$WALLET\",\"memo\":\"1\",$WRONG}" <<'RACE'
import concurrent.futures, sys
import fcgi
def put(n):
    return fcgi.ask(sys.argv[1], 'PUT', '/customer', sys.argv[2].encode(), 'application/json')
with concurrent.futures.ThreadPoolExecutor(64) as pool:
    answers = list(pool.map(put, range(64)))
assert {status for status, _, _ in answers} == {400}, answers
RACE
    tries() { # OUTCOME
        sql "select count(*) from windlass.audit where what = 'code_try' and detail ->> 'outcome' = '$1'
            and subject = (select id::text from windlass.customer)"
    }
    [ "$(codes 'cardinality(issued), state')" = '5|over' ]
    [ "$(tries wrong)" = 20 ]
    [ "$(tries spent)" = 5 ]
    [ "$(tries right)" = 0 ]
}
