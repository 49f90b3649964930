#!/usr/bin/env bats
# What a PUT may give, and what becomes of the customer by it.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

load customer

@test "a PUT merges, the same twice changes nothing more, an empty string clears" {
    sender
    before=$(rows)
    sender
    [ "$(rows)" = "$before" ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"city\":\"São Paulo\""
    is ACCEPTED
    [ "$(sql 'select version from windlass.customer')" = 2 ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"email_address\":\"\",\"additional_name\":\"\""
    is NEEDS_INFO
    [ "$(names fields)" = email_address ]
    [ -z "$(member provided_fields.email_address)" ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\""
    is NEEDS_INFO
    [ "$(sql 'select version from windlass.customer')" = 3 ]
    put "\"account\":\"$OTHER\""
    is NEEDS_INFO
    [ -n "$(member id)" ]
}

@test "a date may come as a date-time and is kept as a date" {
    sender '"memo":"1","id_expiration_date":"2999-01-02T03:04:05Z"'
    [ "$(sql "select fields #>> '{id_expiration_date,valid_until}' from windlass.customer")" = 2999-01-02 ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"id_expiration_date\":\"2999-01-02\""
    is ACCEPTED
    [ "$(sql 'select version from windlass.customer')" = 1 ]
}

@test "an expired paper makes the customer NEEDS_INFO, and says so" {
    sender '"memo":"1","id_expiration_date":"2999-01-02"'
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"id_expiration_date\":\"2001-01-02\""
    is NEEDS_INFO
    [ "$(names fields)" = id_expiration_date ]
    [ "$(member provided_fields.id_expiration_date.status)" = REJECTED ]
    [ "$(member provided_fields.id_expiration_date.error)" = 'has expired' ]
}

@test "a bad value is a 400 that names the field, and changes not even the good ones beside it" {
    before=$(rows)
    while read -r field value; do
        put "\"account\":\"$WALLET\",\"last_name\":\"Good\",\"$field\":\"$value\""
        expect 400
        [[ $body == *"$field"* && $body != *"$value"* ]] || {
            echo "$field $value: $body"
            return 1
        }
    done <<'CASES'
birth_date 2001-02-30
birth_date yesterday
email_address nobody-at-home
mobile_number 12ab34
address_country_code QQQ
sex perhaps
bank_account_type piggybank
photo_id_front somebase64text
mobile_number_verification 123456
CASES
    put "\"account\":\"$WALLET\",\"last_name\":\"$(head -c 2000 /dev/zero | tr '\0' x)\""
    expect 400
    [ "$(rows)" = "$before" ]
}

checks() { # FIELD
    sql "select fields #> '{$1,checks}', fields #> '{$1,rule}' from windlass.customer"
}

@test "what a value passes is stored beside it, in clear, at every PUT" {
    put "\"account\":\"$WALLET\",\"bank_account_number\":\"GB29NWBK60161331926819\",\"tax_id\":\"52998224725\",\"city\":\"X\""
    expect 200
    id=$(member id)
    [ "$(checks bank_account_number)" = '["iban"]|1' ]
    [ "$(checks tax_id)" = '["cpf", "pix"]|1' ]
    [ "$(checks city)" = '|1' ]
    put "\"account\":\"$WALLET\",\"bank_account_number\":\"GB28NWBK60161331926819\""
    expect 200
    [ "$(checks bank_account_number)" = '|1' ]
    [ "$(checks tax_id)" = '["cpf", "pix"]|1' ]
    [ "$(sql 'select version from windlass.customer')" = 2 ]
    # What an older version of the rules had tried is tried again; then it stands.
    sql "update windlass.customer set fields = fields #- '{tax_id,checks}' #- '{tax_id,rule}'"
    for _ in 1 2; do
        put "\"account\":\"$WALLET\""
        expect 200
        [ "$(checks tax_id)" = '["cpf", "pix"]|1' ]
        [ "$(sql 'select version from windlass.customer')" = 3 ]
    done
}

day() { # of DATE, as the database sees it
    sql "select ($1)::date"
}

@test "days that cannot be are a 400 that names the field" {
    today=$(day 'windlass.now()')
    tomorrow=$(day "windlass.now() + interval '1 day'")
    before=$(rows)
    while read -r field values; do
        put "\"account\":\"$WALLET\",\"city\":\"Lisboa\",$values"
        expect 400
        [[ $body == *"\"$field is "* ]] || { echo "$field: $body" && return 1; }
    done <<CASES
birth_date "birth_date":"$tomorrow"
birth_date "birth_date":"1899-12-31"
id_issue_date "id_issue_date":"$tomorrow"
id_issue_date "id_issue_date":"1899-12-31"
id_expiration_date "id_expiration_date":"1899-12-31"
id_expiration_date "id_issue_date":"2020-01-02","id_expiration_date":"2020-01-01"
id_issue_date "birth_date":"1990-05-17","id_issue_date":"1990-05-16"
CASES
    [ "$(rows)" = "$before" ]
    put "\"account\":\"$WALLET\",\"birth_date\":\"1900-01-01\",\"id_issue_date\":\"$today\",\"id_expiration_date\":\"$today\""
    expect 200
    put "\"account\":\"$WALLET\",\"birth_date\":\"$today\""
    expect 200
}

@test "a day is held against those given before, as long as these are good" {
    sender '"id_issue_date":"2020-01-02","id_expiration_date":"2999-01-02"'
    before=$(rows)
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"id_expiration_date\":\"2020-01-01\""
    expect 400
    [[ $body == *'"id_expiration_date is before id_issue_date"'* ]]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"birth_date\":\"2020-01-03\""
    expect 400
    [[ $body == *'"birth_date is after id_issue_date"'* ]]
    [ "$(rows)" = "$before" ]
    # New papers come in any order once the old ones have expired.
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"id_expiration_date\":\"2020-01-03\""
    expect 200
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"id_issue_date\":\"2021-01-01\""
    expect 200
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"id_expiration_date\":\"2031-01-01\""
    expect 200
}

@test "a request that two readers could read differently is a 400 and changes nothing" {
    before=$(rows)
    while IFS= read -r json; do
        request PUT /customer "$json"
        expect 400
    done <<CASES
{
[]
"text"
{"account":"$WALLET","account":"$OTHER"}
{"account":"$WALLET","first_name":"A","first_name":"B"}
{"account":"$WALLET","first_name":1}
{"account":"$WALLET","first_name":{"a":"b"}}
{"account":"$WALLET","first_name":"a\\u0000b"}
{"account":"$WALLET","first_name":"a"} x
CASES
    request PUT "/customer?account=$WALLET" '{"first_name":"A"}'
    expect 400
    request GET "/customer?account=$WALLET&account=$OTHER"
    expect 400
    form "account=$WALLET" "account=$OTHER"
    expect 400
    [ "$(rows)" = "$before" ]
}

@test "members that we do not know are ignored" {
    put "\"account\":\"$WALLET\",\"shoe_size\":\"42\",\"organization_name\":\"x\""
    expect 200
    [ "$(sql "select fields from windlass.customer")" = '{}' ]
}

@test "an id without account gives what is missing or rejected, and changes nothing else" {
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"type\":\"sep31-sender\",\"first_name\":\"Ana\",\"last_name\":\"Souza\""
    id=$(member id)
    put "\"id\":\"$id\",\"city\":\"Lisboa\",\"first_name\":\"Ana\""
    expect 200
    before=$(rows)
    put "\"id\":\"$id\",\"email_address\":\"a@example.org\",\"first_name\":\"Eva\""
    expect 400
    [[ $body == *first_name* ]]
    put "\"id\":\"$id\",\"first_name\":\"\""
    expect 400
    [ "$(rows)" = "$before" ]
    sql "update windlass.customer set fields = jsonb_set(fields, '{first_name}', '{\"state\":\"rejected\",\"error\":\"illegible\"}')"
    request GET "/customer?id=$id&type=sep31-sender"
    is NEEDS_INFO
    [ "$(member provided_fields.first_name.error)" = "cannot be read" ]
    put "\"id\":\"$id\",\"first_name\":\"Eva\",\"type\":\"sep31-sender\""
    expect 200
    [ "$(member provided_fields.first_name.status)" = ACCEPTED ]
}

@test "without id and memo a PUT cannot make an accepted customer somebody else" {
    sender
    before=$(rows)
    for change in '"first_name":"Eva"' '"birth_date":"1991-05-17"' '"last_name":""'; do
        put "\"account\":\"$WALLET\",$change"
        expect 400
        [[ $body == *another* ]]
    done
    [ "$(rows)" = "$before" ]
    # What is not the person may change; what was not there may come.
    put "\"account\":\"$WALLET\",\"city\":\"Lisboa\",\"additional_name\":\"Maria\",\"first_name\":\"Ana\""
    is ACCEPTED
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"first_name\":\"José\""
    is ACCEPTED
}

@test "equal PUTs at once make one customer, and each is answered" {
    for round in 1 2 3; do
        ROUND=$round python3 - "$root/tests/program" "$DIR/run/customer.sock" "$WALLET" <<'RACE'
import concurrent.futures, json, os, sys
sys.path.insert(0, sys.argv[1])
import fcgi
body = json.dumps({'account': sys.argv[3], 'memo': os.environ['ROUND'], 'memo_type': 'id',
                   'type': 'sep31-sender', 'first_name': 'Ana'}).encode()
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    answers = list(pool.map(lambda _: fcgi.ask(sys.argv[2], 'PUT', '/customer', body,
                                               'application/json'), range(8)))
assert {status for status, _, _ in answers} == {200}, answers
assert len({json.loads(text)['id'] for _, _, text in answers}) == 1, answers
RACE
    done
    [ "$(sql 'select count(*), max(version) from windlass.customer')" = '3|1' ]
}

@test "different PUTs to one customer at once lose no field" {
    sender '"memo":"1"'
    python3 - "$root/tests/program" "$DIR/run/customer.sock" "$WALLET" "$id" <<'RACE'
import concurrent.futures, json, sys
sys.path.insert(0, sys.argv[1])
import fcgi
names = ['tax_id_name', 'occupation', 'employer_name', 'referral_id']
def put(name):
    body = json.dumps({'id': sys.argv[4], 'account': sys.argv[3], name: '2166'}).encode()
    return fcgi.ask(sys.argv[2], 'PUT', '/customer', body, 'application/json')
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    answers = list(pool.map(put, names))
assert {status for status, _, _ in answers} == {200}, answers
RACE
    [ "$(sql "select version, fields ?& array['tax_id_name','occupation','employer_name','referral_id'] from windlass.customer")" = '5|t' ]
}

