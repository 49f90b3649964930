#!/usr/bin/env bats
# How a customer stands: by review and verdict, by choices, checks and proof, by
# the day; and what the wallet is told beside it.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

load customer

setup_file() {
    customer_up types.reviewed.json
}

photo() { # FILE: a grey picture
    python3 - "$1" <<'PNG'
import pathlib, struct, sys, zlib
def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
side = 64
pathlib.Path(sys.argv[1]).write_bytes(b'\x89PNG\r\n\x1a\n'
    + chunk(b'IHDR', struct.pack('>IIBBBBB', side, side, 8, 0, 0, 0, 0))
    + chunk(b'IDAT', zlib.compress((b'\0' + b'\x80' * side) * side)) + chunk(b'IEND', b''))
PNG
}

# What customer_judge() writes; how they stand for their types is not looked at here.
verdict() { # TYPE VERDICT [FIELD ERRORS]
    sql "select v.version from windlass.customer c, windlass.customer_judge(c.id, c.version, '$1',
        '$2', '', '${3:-{\}}', '{}', 'operator:ana', '[]', c.standing, '[]') v" >/dev/null
}

RECEIVER='"type":"sep31-receiver","first_name":"Ana","last_name":"Souza"'
SENDER='"type":"sep31-sender","first_name":"Ana","last_name":"Souza","birth_date":"1990-05-17","mobile_number":"+5511999990000","id_type":"passport","id_number":"AB123456","id_country_code":"BRA","id_expiration_date":"2999-01-02"'

receiver() { # [MORE MEMBERS]
    put "\"account\":\"$WALLET\",\"memo\":\"1\",$RECEIVER${1:+,$1}"
    id=$(member id)
}

marry() { # LAST NAME
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",\"last_name\":\"$1\""
}

get() { # QUERY
    request GET "/customer?id=$id&account=$WALLET&$1"
}

@test "who is complete waits for a person, who accepts or rejects" {
    receiver
    is PROCESSING
    [ "$(member message)" = 'The information is being reviewed.' ]
    [ "$(member provided_fields.first_name.status)" = PROCESSING ]
    [ -z "$(names fields)" ]
    verdict sep31-receiver accepted
    get type=sep31-receiver
    is ACCEPTED
    [ -z "$(member message)" ]
    [ "$(member provided_fields.first_name.status)" = ACCEPTED ]
    verdict sep31-receiver rejected
    get 'type=sep31-receiver&lang=pt-BR'
    is REJECTED
    [ "$(member message)" = 'As informações foram analisadas e não podem ser aceitas.' ]
    [ -z "$(member fields)" ]
    verdict sep31-receiver held
    get type=sep31-receiver
    is PROCESSING
    # As a sender they are as they were.
    get type=sep31-sender
    is NEEDS_INFO
}

@test "one field is rejected: it is asked for again, with its error in the wallet's language" {
    receiver
    verdict sep31-receiver accepted '{"last_name": "mismatch"}'
    get type=sep31-receiver
    is NEEDS_INFO
    [ "$(member message)" = 'Some of the information has to be sent again.' ]
    [ "$(names fields)" = last_name ]
    [ "$(member provided_fields.last_name.status)" = REJECTED ]
    [ "$(member provided_fields.last_name.error)" = 'does not match the other information' ]
    [ "$(member provided_fields.first_name.status)" = ACCEPTED ]
    get 'type=sep31-receiver&lang=es'
    [ "$(member provided_fields.last_name.error)" = 'no coincide con los demás datos' ]
    # The same value again mends nothing; another one does, and is reviewed.
    receiver
    is NEEDS_INFO
    marry Silva
    is PROCESSING
}

@test "a change of what was accepted goes back to review, and the audit trail says so" {
    receiver
    payment "$id" "$id" PIX BRL
    verdict sep31-receiver accepted
    receiver '"bank_account_number":"1234567"'
    is PROCESSING
    [ "$(sql 'select verdicts from windlass.customer')" = '{}' ]
    [ "$(sql "select detail ->> 'fallen' from windlass.audit where subject = '$id' order by n desc limit 1")" = '["sep31-receiver"]' ]
    [ "$(sql 'select type, version from windlass.customer_notice')" = 'sep31-receiver|3' ]
    # What the type does not ask for leaves the verdict.
    verdict sep31-receiver accepted
    receiver '"city":"Lisboa","bank_account_number":"1234567"'
    is ACCEPTED
    # A hold ends by hand only, whatever changes.
    verdict sep31-receiver held
    receiver '"bank_account_number":"7654321"'
    is PROCESSING
    [ "$(sql "select verdicts #>> '{sep31-receiver,verdict}' from windlass.customer")" = held ]
}

@test "a rejection that nobody would look at again stands; under a review a change ends it" {
    receiver
    verdict sep31-receiver rejected
    marry Silva
    is PROCESSING
    sql "update windlass.book_document set document = replace(document::text, '\"manual\"', '\"auto\"')::json where kind = 'types';
        update windlass.book_version set version = version + 1" >/dev/null
    sleep 1.2
    marry Souza
    is ACCEPTED
    verdict sep31-receiver rejected
    marry Costa
    is REJECTED
    "$BUILD/operator/windlass" load types "$root/config/types.reviewed.json" >/dev/null
    sleep 1.2
}

@test "a number that nobody has proven keeps the customer back" {
    put "\"account\":\"$WALLET\",$SENDER"
    id=$(member id)
    photo "$BATS_TEST_TMPDIR/photo.png"
    form "id=$id" "account=$WALLET" type=sep31-sender "photo_id_front@$BATS_TEST_TMPDIR/photo.png"
    is NEEDS_INFO
    [ "$(member message)" = 'A code has to confirm the mobile number or the e-mail address.' ]
    [ "$(member provided_fields.mobile_number.status)" = VERIFICATION_REQUIRED ]
    [ -z "$(names fields)" ]
    sql "update windlass.customer set fields = jsonb_set(fields, '{mobile_number,proven}', 'true')"
    get type=sep31-sender
    is PROCESSING
    # Another number is another proof; an address is welcome, but proven if given.
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"mobile_number\":\"+5511999990001\""
    is NEEDS_INFO
    [ "$(member provided_fields.mobile_number.status)" = VERIFICATION_REQUIRED ]
    sql "update windlass.customer set fields = jsonb_set(fields, '{mobile_number,proven}', 'true')"
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"email_address\":\"ana@example.org\""
    is NEEDS_INFO
    [ "$(member provided_fields.email_address.status)" = VERIFICATION_REQUIRED ]
}

@test "choices: shown; another value is a 400 that lists them; one given as something else is asked for again" {
    request GET "/customer?account=$WALLET&type=sep31-sender"
    [ "$(member fields.id_type.choices)" = '["passport", "id_card", "drivers_license", "residence_permit"]' ]
    before=$(rows)
    put "\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"id_type\":\"library_card\""
    expect 400
    [[ $body == *'id_type must be one of: passport, id_card'* && $body != *library* ]]
    [ "$(rows)" = "$before" ]
    put "\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",\"id_type\":\"library_card\""
    expect 200
    id=$(member id)
    get type=sep31-sender
    is NEEDS_INFO
    [ "$(member provided_fields.id_type.status)" = REJECTED ]
    [ "$(member provided_fields.id_type.error)" = 'is none of the choices' ]
    [[ " $(names fields) " == *' id_type '* ]]
    # Without account it may be given anew, for it is no good.
    put "\"id\":\"$id\",\"type\":\"sep31-sender\",\"id_type\":\"passport\""
    expect 200
    [ "$(sql "select fields #>> '{id_type,choice_of}' from windlass.customer")" = '["sep31-sender"]' ]
    put "\"id\":\"$id\",\"type\":\"sep31-sender\",\"id_type\":\"id_card\""
    expect 400
}

@test "a check binds in the corridor that names it" {
    receiver '"bank_account_number":"1234567","bank_number":"26000","tax_id":"39053344706","bank_branch_number":"0001"'
    is PROCESSING
    payment "$id" "$id" PIX BRL
    get "type=sep31-receiver&transaction_id=$TX"
    is NEEDS_INFO
    [ "$(names fields)" = tax_id ]
    [ "$(member provided_fields.tax_id.error)" = 'is not well formed' ]
    [ "$(member provided_fields.bank_number.status)" = PROCESSING ]
    sql "update windlass.payment set method = 'WIRE', currency = 'USD'"
    get "type=sep31-receiver&transaction_id=$TX"
    is NEEDS_INFO
    [ "$(names fields)" = bank_number ]
    # Without account what is no good may be mended, and only that.
    put "\"id\":\"$id\",\"type\":\"sep31-receiver\",\"transaction_id\":\"$TX\",\"bank_number\":\"021000021\""
    is PROCESSING
    put "\"id\":\"$id\",\"type\":\"sep31-receiver\",\"transaction_id\":\"$TX\",\"tax_id\":\"39053344705\""
    expect 400
}

@test "the day decides at every look, whatever is stored" {
    put "\"account\":\"$WALLET\",$SENDER"
    id=$(member id)
    sql "update windlass.customer set fields = jsonb_set(fields, '{id_expiration_date,valid_until}',
        to_jsonb(to_char(now() at time zone 'UTC' - interval '1 day', 'YYYY-MM-DD')))"
    get 'type=sep31-sender&lang=fr'
    is NEEDS_INFO
    [ "$(member provided_fields.id_expiration_date.error)" = 'a expiré' ]
    [[ " $(names fields) " == *' id_expiration_date '* ]]
}
