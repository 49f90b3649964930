#!/usr/bin/env bats
# The operator's command: customer list, customer show.
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # variables of bats and of customer.bash

bats_require_minimum_version 1.5.0
load customer

windlass() {
    "$BUILD/operator/windlass" "$@"
}

shown() { # PATH of the JSON that customer show prints; lines
    windlass customer show "$id" --format json | python3 -c '
import json, sys
v = json.load(sys.stdin)
for word in sys.argv[1].split("."):
    v = v[int(word)] if word.isdigit() else v[word] if isinstance(v, dict) else [one[word] for one in v]
print(*v, sep="\n") if isinstance(v, list) else print(v)' "$1"
}

audits() {
    sql "select count(*) from windlass.audit where what = 'customer_values'"
}

VALUES='Ana|Souza|Paulista|5511999990000|ana@example.com|1990-05-17|39053344705|AB123456'

@test "customer show tells status, names, states and dates, and no value" {
    sender '"id_expiration_date":"2099-01-31"'
    before=$(audits)
    for format in text json csv; do
        run --separate-stderr windlass customer show "$id" --format $format
        echo "$output / $stderr"
        [ "$status" = 0 ]
        [ -z "$stderr" ]
        [[ $output == *sep31-sender*ACCEPTED*last_name*given* ]]
        [[ $output == *id_expiration_date*2099-01-31* ]] # the one value in clear
        run ! grep -qE "$VALUES" <<<"$output"
    done
    [ "$(shown types.status)" = ACCEPTED ]
    [ "$(shown customer.account)" = "$WALLET" ]
    [ "$(shown fields.name | sort | head -n 3 | paste -sd,)" = address,address_country_code,birth_date ]
    [ "$(shown fields.is_good | sort -u)" = True ]
    [ "$(shown fields.is_proven | sort -u)" = "$(printf 'False\nNone')" ]
    [[ $(windlass customer show "$id") =~ tax_id\ +text\ +given\ +true\ +-\ +-\ +-\ +cpf ]]
    sql "update windlass.customer set fields = jsonb_set(fields, '{email_address,proven}', 'true') where id = '$id'"
    [[ $(windlass customer show "$id") =~ email_address\ +text\ +given\ +true\ +-\ +-\ +true ]]
    run grep -x photo_id_front <(shown needs.name)
    [ "$status" = 0 ]
    [ "$(audits)" = "$before" ]
}

@test "what is rejected or has expired shows, and so does what is needed" {
    sender '"id_expiration_date":"2099-01-31"'
    sql "update windlass.customer set fields = jsonb_set(jsonb_set(fields, '{tax_id}',
        '{\"state\": \"rejected\", \"error\": \"unreadable\"}'), '{birth_date}',
        '{\"state\": \"rejected\"}') where id = '$id'"
    [ "$(shown types.status)" = NEEDS_INFO ]
    run windlass customer show "$id"
    [[ $output =~ tax_id\ +text\ +rejected\ +false\ +unreadable ]]
    [[ $output =~ sep31-sender\ +birth_date\ +false ]]
}

@test "--values shows them to whoever has the key, and the audit trail says who looked" {
    sender
    before=$(audits)
    run --separate-stderr windlass customer show "$id" --values
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output =~ last_name\ +text\ +given\ +true\ +-\ +-\ +-\ +-\ +Souza ]]
    [ "$(audits)" = $((before + 1)) ]
    [ "$(sql "select actor || ' ' || subject || ' ' || (detail->>'who') from windlass.audit
        where what = 'customer_values' order by n desc limit 1")" = "windlass_operator $id $(id -un)" ]
    # No value went into the trail.
    run ! grep -qE "$VALUES" <(sql "select detail from windlass.audit")
    # Without the key, with another, or with none that can be read: nothing is shown.
    WINDLASS_KEK_FILE='' run --separate-stderr windlass customer show --values "$id"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [[ $stderr == *"WINDLASS_KEK_FILE is not set"* ]]
    WINDLASS_KEK_FILE=/nowhere run --separate-stderr windlass customer show --values "$id"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [[ $stderr == *"no such file"* ]]
    (
        umask 077
        printf '1 %s\n' "$(printf 'ab%.0s' {1..32})" >"$DIR/other-kek"
    )
    WINDLASS_KEK_FILE=$DIR/other-kek run --separate-stderr windlass customer show --values "$id"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [[ $stderr == *"do not open with the keys"* ]]
    # Whoever asked is known, whether it opened or not.
    [ "$(audits)" = $((before + 2)) ]
}

@test "--masked shows little of each value, and the audit trail says who looked" {
    sender
    before=$(audits)
    run --separate-stderr windlass customer show "$id" --masked
    echo "$output"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output =~ last_name\ +text\ +given\ +true\ +-\ +-\ +-\ +-\ +S\*\*\* ]]
    [[ $output =~ birth_date\ .*\ 1990-\*\*-\*\* ]]
    run ! grep -qE "$VALUES" <<<"$output"
    [ "$(audits)" = $((before + 1)) ]
    run --separate-stderr windlass customer show "$id" --masked --values
    [ "$status" = 2 ]
    [ -z "$output" ]
    WINDLASS_KEK_FILE='' run --separate-stderr windlass customer show --masked "$id"
    [ "$status" = 1 ]
    [ -z "$output" ]
}

@test "documents show by name, kind and size" {
    python3 "$root/tests/documents/samples.py" png >"$BATS_TEST_TMPDIR/front.png"
    sender
    form "id=$id" "account=$WALLET" type=sep31-sender "photo_id_front@$BATS_TEST_TMPDIR/front.png"
    echo "$status $body"
    [ "$(shown documents.name)" = photo_id_front ]
    [ "$(shown documents.kind)" = image/png ]
    [ "$(shown documents.bytes)" = "$(wc -c <"$BATS_TEST_TMPDIR/front.png")" ]
    run windlass customer show "$id" --values --format csv
    [ "$status" = 0 ]
    [[ $output == *",kind,file"* ]]
}

@test "one never seen, no id at all, and an erased one are 1 and a line" {
    for other in $NOBODY x '' "$WALLET"; do
        run --separate-stderr windlass customer show -- "$other"
        [ "$status" = 1 ]
        [ -z "$output" ]
        [[ $stderr == "windlass: there is no customer"* ]]
    done
    sender
    request DELETE "/customer/$id"
    run --separate-stderr windlass customer show "$id"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [[ $stderr == *"$id was erased at 2"* ]]
}

@test "customer list picks by account, status and type" {
    sender
    whole=$id
    put "\"account\":\"$WALLET\",\"memo\":\"7\",\"type\":\"sep31-receiver\",\"first_name\":\"Eva\""
    half=$(member id)
    put "\"account\":\"$OTHER\",\"first_name\":\"Eva\""
    other=$(member id)
    ids() {
        windlass customer list --format csv "$@" | sed 1d | cut -d, -f1 | sort | paste -sd' '
    }
    sorted() {
        printf '%s\n' "$@" | sort | paste -sd' '
    }
    [ "$(ids)" = "$(sorted "$whole" "$half" "$other")" ]
    [ "$(ids --account "$WALLET")" = "$(sorted "$whole" "$half")" ]
    [ "$(ids --account "$CONTRACT")" = "" ]
    [ "$(ids --status ACCEPTED)" = "$whole" ]
    [ "$(ids --status NEEDS_INFO)" = "$(sorted "$half" "$other")" ]
    [ "$(ids --status NEEDS_INFO --type sep31-receiver)" = "$(sorted "$half" "$other")" ]
    [ "$(ids --status REJECTED)" = "" ]
    [ "$(windlass customer list --limit 2 --format csv | wc -l)" = 3 ]
    put "\"account\":\"$MUXED\",\"first_name\":\"Eva\""
    [ "$(ids --account "$MUXED")" = "$(member id)" ]
    run --separate-stderr windlass customer list --type sep99
    [ "$status" = 2 ]
    [[ $stderr == *"--type sep99: must be one of sep31-sender, sep31-receiver" ]]
    run windlass customer list --status REJECTED
    [ "$status" = 0 ]
    [ "$output" = "there are no such customers" ]
    run windlass customer list --status REJECTED --format json
    [ "$output" = "[]" ]
}

@test "customer list looks through more than a page" {
    sender
    sql "insert into windlass.customer (id, account, memo_type, memo, version, wrapped_key, sealed, fields, types)
        select gen_random_uuid(), account, 'id', n::text, version, wrapped_key, sealed, '{}', types
        from windlass.customer, generate_series(1, 1100) n"
    [ "$(windlass customer list --format csv --status ACCEPTED | sed 1d | cut -d, -f1)" = "$id" ]
    [ "$(windlass customer list --format csv --limit 1000 | sed 1d | cut -d, -f1 | sort -u | wc -l)" = 1000 ]
}

@test "the command's role reaches customers by its functions only" {
    for statement in "select sealed from windlass.customer" "select * from windlass.document_chunk" \
        "select * from windlass.customer_find(null, null, null, null, null, null)" \
        "select windlass.customer_delete('$NOBODY')" "insert into windlass.audit default values"; do
        run psql -X -q -d "host=$DIR/pg-socket dbname=windlass user=windlass_operator" -c "$statement"
        [ "$status" != 0 ]
        [[ $output == *"permission denied"* ]]
    done
}
