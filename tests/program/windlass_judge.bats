#!/usr/bin/env bats
# The operator's command: customer approve, reject, hold, release, erase, export,
# legal-hold, legal-release; erase-again.
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # variables of bats and of customer.bash

bats_require_minimum_version 1.5.0
load customer

INSTANT='20[0-9-]{8}T[0-9:.]{15}Z'

setup_file() {
    cluster_up
    settings
    python3 - "$root/config/types.json" >"$BATS_FILE_TMPDIR/types.json" <<'PY'
import json, sys
book = json.load(open(sys.argv[1]))
for one in book:
    if one['name'] == 'sep31-receiver':
        one['review'] = 'manual'
json.dump(book, sys.stdout)
PY
    for kind in assets types fees terms limits prices pools; do
        file=$root/config/$kind.json
        [ $kind != types ] || file=$BATS_FILE_TMPDIR/types.json
        "$BUILD/operator/windlass" load $kind "$file"
    done >"$DIR/load.log"
    (
        umask 077
        printf '1 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" >"$DIR/kek"
    )
    mkdir "$DIR/backups"
    export WINDLASS_KEK_FILE=$DIR/kek WINDLASS_ERASED_FILE=$DIR/backups/erased
    program_up customer WINDLASS_CUSTOMER_WORKERS=2
}

setup() {
    PGOPTIONS="-c client_min_messages=warning" sql "truncate windlass.customer, windlass.legal_hold cascade"
    : >"$WINDLASS_ERASED_FILE"
    TX=8bb90745-a585-49c2-aaa3-$(printf %012d "$BATS_TEST_NUMBER")
}

windlass() {
    "$BUILD/operator/windlass" "$@"
}

receiver() { # one in review, and a payment of theirs
    put "\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",$RECEIVER"
    is PROCESSING
    id=$(member id)
    payment '' "$id" PIX BRL
}

stands() { # AS SEP31-RECEIVER
    request GET "/customer?id=$id&type=sep31-receiver"
    is "$1"
}

judge() { # VERB MORE...: as receiver, because
    local verb=$1
    shift
    [ "$verb" != approve ] || [[ $* == *--version* ]] ||
        set -- --version "$(sql "select version from windlass.customer where id = '$id'")" "$@"
    run --separate-stderr windlass customer "$verb" "$id" --type sep31-receiver --reason "papers seen" "$@"
    echo "$status $output / $stderr"
}

notices() {
    sql "select count(*) from windlass.customer_notice where customer = '$id' and state = 'open'"
}

audit() { # WHAT: the last row's detail
    sql "select detail from windlass.audit where what = '$1' and subject = '$id' order by n desc limit 1"
}

@test "approved, rejected, held and released: the status follows, the payment is told" {
    receiver
    judge approve
    [ "$status" = 0 ]
    stands ACCEPTED
    [ "$(notices)" = 1 ]
    judge hold
    [ "$status" = 0 ]
    stands PROCESSING
    judge release --format json
    [ "$status" = 0 ]
    [[ $output == *'"version":'* ]]
    stands PROCESSING
    judge reject
    [ "$status" = 0 ]
    stands REJECTED
    judge release
    stands PROCESSING
    judge release
    [ "$status" = 1 ]
    [[ $stderr == *"nothing was decided"* ]]
}

@test "who decided and why is in the audit trail and in customer show" {
    receiver
    WINDLASS_OPERATOR="Ana Lima" judge approve
    [[ $(audit customer_judge) == *"\"by\": \"operator:Ana Lima as $(id -un)\""* ]]
    [[ $(audit customer_judge) == *'"reason": "papers seen"'* ]]
    run windlass customer show "$id" --format csv
    [[ $output == *",verdict,accepted"* && $output == *"operator:Ana Lima as $(id -un)"* ]]
    [[ $output =~ types,[0-9]+,at,$INSTANT ]]
    windlass customer export "$id" --tar --reason x >"$BATS_TEST_TMPDIR/tar"
    [[ $(tar -xOf "$BATS_TEST_TMPDIR/tar") =~ \"verdicts\":.*\"reason\":\"papers\ seen\",\"at\":\"$INSTANT\" ]]
    WINDLASS_OPERATOR=$'Ana\nLima' judge release
    [ "$status" = 1 ]
    [[ $stderr == *"WINDLASS_OPERATOR is no name"* ]]
}

@test "an approval belongs to the values it saw" {
    receiver
    run --separate-stderr windlass customer approve "$id" --type sep31-receiver --reason x --version 7
    [ "$status" = 1 ]
    [[ $stderr == *"has changed: version"* ]]
    # Who has other details paid than those that were looked at.
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",\"bank_account_number\":\"98\""
    judge approve --version 1
    [ "$status" = 1 ]
    [[ $stderr == *"has changed: version"* ]]
    stands PROCESSING
    judge approve --version 2
    [ "$status" = 0 ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",\"bank_account_number\":\"99\""
    is PROCESSING
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",\"bank_account_number\":\"\""
    is NEEDS_INFO
    judge approve
    [ "$status" = 1 ]
    [[ $stderr == *"has to show more"* ]]
    stands NEEDS_INFO
}

@test "customer show judges for a payment what only its corridor asks for" {
    windlass load types "$root/config/types.reviewed.json"
    put "\"account\":\"$WALLET\",\"memo\":\"8\",\"memo_type\":\"id\",\"type\":\"sep31-receiver\",\"first_name\":\"A\""
    other=$(member id)
    put "\"account\":\"$WALLET\",\"memo\":\"7\",\"memo_type\":\"id\",\"type\":\"sep31-receiver\",\"first_name\":\"A\",
        \"last_name\":\"B\",\"bank_account_number\":\"1\",\"bank_number\":\"2\",\"tax_id\":\"12345678900\",\"bank_branch_number\":\"3\""
    id=$(member id)
    payment '' "$id" PIX BRL
    run windlass customer show "$id"
    [[ $output =~ sep31-receiver\ +PROCESSING && $output != *needs* ]]
    run windlass customer show "$id" --payment "$TX"
    echo "$output"
    [[ $output =~ sep31-receiver\ +NEEDS_INFO && $output =~ sep31-receiver\ +tax_id\ +false ]]
    run windlass customer show "$other" --payment "$TX"
    [ "$status" = 1 ]
    [[ $output == *"is no party of payment $TX"* ]]
    run windlass customer show "$id" --payment "$NOBODY"
    [ "$status" = 1 ]
    [[ $output == *"there is no payment $NOBODY"* ]]
    windlass load types "$BATS_FILE_TMPDIR/types.json"
}

@test "a rejected field is asked for again, with its code" {
    receiver
    run --separate-stderr windlass customer reject "$id" --field tax_id=unreadable --field last_name=other_name --reason "a bad scan"
    echo "$output / $stderr"
    [ "$status" = 0 ]
    stands NEEDS_INFO
    [[ $(member provided_fields.tax_id) == *unreadable* ]]
    [[ $(member provided_fields.last_name) == *"other name"* ]]
    [ "$(names fields)" = "last_name tax_id" ] || [ "$(names fields)" = "tax_id last_name" ]
    [ "$(notices)" = 1 ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",\"tax_id\":\"12345678909\",\"last_name\":\"Lima\""
    is PROCESSING
}

@test "a rejection of a field by mistake is taken back" {
    receiver
    judge approve
    windlass customer reject "$id" --field tax_id=unreadable --field last_name=other_name --reason "the wrong one"
    stands NEEDS_INFO
    run --separate-stderr windlass customer release "$id" --field tax_id --reason "was another's" --format json
    echo "$output / $stderr"
    [ "$status" = 0 ]
    [[ $output == *'"version":'* ]]
    stands NEEDS_INFO
    [ "$(names fields)" = last_name ]
    [[ $(member provided_fields.tax_id) == *'PROCESSING'* && $(member provided_fields.tax_id) != *error* ]]
    told=$(sql "select max(version) from windlass.customer_notice where customer = '$id'")
    run --separate-stderr windlass customer release "$id" --field last_name --field first_name --reason x
    [ "$status" = 1 ]
    [[ $stderr == *"first_name of customer $id is not rejected"* ]]
    stands NEEDS_INFO
    windlass customer release "$id" --field last_name --reason "was another's"
    # Nothing is asked for, and whoever accepted the customer is asked again.
    stands PROCESSING
    [ "$(sql "select max(version) from windlass.customer_notice where customer = '$id'")" -gt "$told" ]
    [[ $(audit customer_judge) == *'"taken_back": ["last_name"]'* && $(audit customer_judge) != *errors* ]]
    [ "$(sql "select (fields->'tax_id') - '{checks,rule}'::text[] from windlass.customer where id = '$id'")" = '{"state": "given"}' ]
    judge approve
    stands ACCEPTED
}

@test "what expired is given anew, whatever is taken back" {
    receiver
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"id_expiration_date\":\"2099-01-31\""
    windlass customer reject "$id" --field id_expiration_date=expired --reason x
    sql "update windlass.customer set fields = jsonb_set(fields, '{id_expiration_date,valid_until}', '\"2026-01-31\"') where id = '$id'"
    run --separate-stderr windlass customer release "$id" --field id_expiration_date --reason x
    [ "$status" = 1 ]
    [[ $stderr == *"was good until 2026-01-31: it has to be given anew"* ]]
}

@test "called wrongly it is 2, about nobody it is 1, and nothing changes" {
    receiver
    before=$(rows)
    for words in "approve $id --type sep31-receiver" "approve $id --reason x --version 1" \
        "approve $id --type sep31-receiver --reason x" "hold $id --reason x" \
        "reject $id --reason x" "reject $id --field tax_id --reason x" "reject $id --field tax_id=Bad! --reason x" \
        "reject $id --field shoe_size=large --reason x" \
        "release $id --reason x" "release $id --field tax_id=x --reason x" "release $id --field shoe_size --reason x" "approve $id --type sep99 --reason x --version 1" \
        "approve $id --type sep31-receiver --reason x --version 0" "export $id --reason x" "export $id --to a --tar --reason x" \
        "export $id --tar" "erase $id" "legal-hold $id" "legal-release $id"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr windlass customer $words
        echo "$words: $status $stderr"
        [ "$status" = 2 ]
        [ -z "$output" ]
    done
    for who in $NOBODY x; do
        for words in "approve $who --type sep31-receiver --version 1" "export $who --tar" "erase $who" "legal-hold $who"; do
            # shellcheck disable=SC2086 # words
            run --separate-stderr windlass customer $words --reason x
            echo "$words: $status $stderr"
            [ "$status" = 1 ]
            [ -z "$output" ]
            [[ $stderr == *"there is no customer $who"* ]]
        done
    done
    run --separate-stderr windlass customer hold "$id" --type receiver --reason x
    [[ $stderr == *"--type receiver: must be one of sep31-sender, sep31-receiver" ]]
    run --separate-stderr windlass customer reject "$id" --field proof_of_liveness=x --reason x
    [ "$status" = 1 ]
    [[ $stderr == *"has no proof_of_liveness"* ]]
    run --separate-stderr windlass customer erase "$id" --reason "$(printf 'x%.0s' {1..201})"
    [ "$status" = 2 ]
    [ "$(rows)" = "$before" ]
    [ ! -s "$WINDLASS_ERASED_FILE" ]
}

@test "erase does what DELETE does, and says who and why" {
    receiver
    run windlass customer erase "$id" --reason "asked by letter"
    [ "$status" = 0 ]
    [[ $output == *erased* ]]
    request GET "/customer?id=$id"
    expect 404
    [[ $(cat "$WINDLASS_ERASED_FILE") == "$id "*" erased" ]]
    [ "$(audit operator_erase)" = "{\"who\": \"$(id -un)\", \"reason\": \"asked by letter\"}" ]
    [ "$(sql "select next_at < 'infinity' from windlass.payment where tx_id = '$TX'")" = t ]
    run --separate-stderr windlass customer erase "$id" --reason again
    [ "$status" = 1 ]
    [[ $stderr == *"was erased before"* ]]
    WINDLASS_ERASED_FILE='' WINDLASS_DEV=0 run --separate-stderr windlass customer erase "$id" --reason x
    [ "$status" = 1 ]
    [[ $stderr == *"WINDLASS_ERASED_FILE: is not set"* ]]
}

photo() {
    python3 - "$1" <<'PY'
import struct, sys, zlib
def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
rows = b''.join(b'\0' + bytes((x * y) % 251 for x in range(3 * 200)) for y in range(400))
open(sys.argv[1], 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 200, 400, 8, 2, 0, 0, 0))
    + chunk(b'IDAT', zlib.compress(rows, 0)) + chunk(b'IEND', b''))
PY
}

whole() { # a receiver with a photo of more than one chunk
    receiver
    photo "$BATS_TEST_TMPDIR/front.png"
    form "id=$id" "account=$WALLET" type=sep31-receiver "photo_id_front@$BATS_TEST_TMPDIR/front.png"
    expect 200
}

@test "export: a folder that only its owner may enter, or a tar; values only when asked for" {
    whole
    out=$BATS_TEST_TMPDIR/out
    run --separate-stderr windlass customer export "$id" --to "$out" --values --reason "asked by letter"
    echo "$output / $stderr"
    [ "$status" = 0 ]
    [ -z "$output" ]
    [ "$(stat -c %a "$out")" = 700 ]
    [ "$(stat -c %a "$out"/* | sort -u)" = 600 ]
    cmp "$out/photo_id_front.png" "$BATS_TEST_TMPDIR/front.png"
    [ "$(python3 -c 'import json,sys; v = json.load(open(sys.argv[1])); print(v["id"], v["values"]["last_name"], v["fields"]["last_name"]["state"], v["documents"][0]["file"])' \
        "$out/customer.json")" = "$id Souza given photo_id_front.png" ]
    [ "$(audit customer_export)" = "{\"who\": \"$(id -un)\", \"reason\": \"asked by letter\", \"values\": true}" ]
    # Not over what is there.
    run --separate-stderr windlass customer export "$id" --to "$out" --values --reason x
    [ "$status" = 1 ]
    [[ $stderr == *"cannot be made: File exists"* ]]
    windlass customer export "$id" --tar --values --reason x >"$BATS_TEST_TMPDIR/all.tar"
    mkdir "$BATS_TEST_TMPDIR/untarred"
    tar -C "$BATS_TEST_TMPDIR/untarred" -xf "$BATS_TEST_TMPDIR/all.tar"
    diff -r "$out" "$BATS_TEST_TMPDIR/untarred"
    # Without the flag: names and states.
    windlass customer export "$id" --tar --reason x >"$BATS_TEST_TMPDIR/bare.tar"
    [ "$(tar -tf "$BATS_TEST_TMPDIR/bare.tar")" = customer.json ]
    run ! grep -aqE "Souza|39053344705|1990-05-17" "$BATS_TEST_TMPDIR/bare.tar"
    grep -aq '"last_name"' "$BATS_TEST_TMPDIR/bare.tar"
    WINDLASS_KEK_FILE='' run --separate-stderr windlass customer export "$id" --to "$BATS_TEST_TMPDIR/none" --values --reason x
    [ "$status" = 1 ]
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "a legal hold: unknown to everybody, kept for an operator, gone when it is lifted" {
    whole
    run windlass customer legal-hold "$id" --reason "court order 7"
    [ "$status" = 0 ]
    [[ $output == *held* ]]
    run --separate-stderr windlass customer legal-hold "$id" --reason x
    [ "$status" = 1 ]
    [[ $stderr == *already* ]]
    run windlass customer show "$id"
    [[ $output == *"court order 7"* ]]
    stands PROCESSING # it changes nothing else
    for _ in 1 2; do
        request DELETE "/customer/$id"
        expect 204
    done
    stands_404() {
        request GET "/customer?id=$id"
        expect 404
    }
    stands_404
    [[ $(cat "$WINDLASS_ERASED_FILE") == "$id "*" held" ]]
    for call in "documents_of('$id')" "document_chunk_get((select id from windlass.document_kept), 0)"; do
        [ "$(psql -X -q -A -t -d "host=$DIR/pg-socket dbname=windlass user=owner" -c "select count(*) from windlass.$call")" = 0 ]
    done
    run --separate-stderr windlass customer show "$id" --values
    [ "$status" = 1 ]
    [[ $stderr == *"a legal hold keeps what is sealed"* ]]
    out=$BATS_TEST_TMPDIR/out
    windlass customer export "$id" --to "$out" --values --reason "for the court"
    cmp "$out/photo_id_front.png" "$BATS_TEST_TMPDIR/front.png"
    grep -q '"Souza"' "$out/customer.json"
    grep -q '"erased_at"' "$out/customer.json"
    # Its key is turned with all others.
    (
        umask 077
        cat "$DIR/kek"
        printf '2 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')"
    ) >"$DIR/kek2"
    chmod 600 "$DIR/kek2"
    cp "$DIR/kek2" "$DIR/kek"
    windlass keys rotate
    windlass customer export "$id" --tar --values --reason "for the court" | tar -xO customer.json | grep -q '"Souza"'
    run windlass customer legal-release "$id" --reason "over"
    [ "$status" = 0 ]
    [[ $output == *erased* ]]
    [[ $(tail -n 1 "$WINDLASS_ERASED_FILE") == "$id "*" lifted" ]]
    run --separate-stderr windlass customer export "$id" --tar --values --reason x
    [ "$status" = 1 ]
    [ -z "$output" ]
    [ "$(sql "select (select count(*) from windlass.customer_kept) + (select count(*) from windlass.document_kept) + (select count(*) from windlass.document_chunk_kept)")" = 0 ]
    stands_404
    request DELETE "/customer/$id"
    expect 204
}

@test "under a legal hold what a customer takes back is kept for an operator" {
    whole
    windlass customer legal-hold "$id" --reason "court order 7"
    request PUT /customer "{\"id\": \"$id\", \"account\": \"$WALLET\", \"last_name\": \"\", \"photo_id_front\": \"\"}"
    expect 200
    out=$BATS_TEST_TMPDIR/out
    windlass customer export "$id" --to "$out" --values --reason "for the court"
    python3 - "$out/customer.json" <<'EOT'
import json, sys
seen = json.load(open(sys.argv[1]))
was, = seen['before']['changes']
assert 'last_name' not in seen['values'], seen
assert was['values']['last_name'] == 'Souza' and was['until'], seen
assert seen['documents'] == [], seen
gone, = seen['before']['documents']
assert gone['name'] == 'photo_id_front' and gone['until'], seen
EOT
    cmp "$out"/photo_id_front.before-*.png "$BATS_TEST_TMPDIR/front.png"
    request DELETE "/customer/$id"
    expect 204
    rm -r "$out"
    windlass customer export "$id" --to "$out" --values --reason "for the court"
    grep -q '"Souza"' "$out/customer.json"
    cmp "$out"/photo_id_front.before-*.png "$BATS_TEST_TMPDIR/front.png"
    windlass customer legal-release "$id" --reason "over"
    [ "$(sql "select (select count(*) from windlass.customer_before) + (select count(*) from windlass.document_chunk_kept)")" = 0 ]
}

@test "a legal hold of the living is lifted without a trace" {
    receiver
    windlass customer legal-hold "$id" --reason "court order 7"
    run windlass customer legal-release "$id" --reason "a mistake"
    [ "$status" = 0 ]
    [[ $output == *lifted* ]]
    stands PROCESSING
    [ ! -s "$WINDLASS_ERASED_FILE" ]
    run --separate-stderr windlass customer legal-release "$id" --reason "a mistake"
    [ "$status" = 1 ]
    [[ $stderr == *"under no legal hold"* ]]
}

@test "erase-again erases whom a file of another host names" {
    receiver
    file=$BATS_TEST_TMPDIR/other
    printf '%s\n' "$NOBODY 2026-01-02T03:04:05.678901Z erased" "$id 2026-01-02T03:04:06Z held" >"$file"
    run windlass erase-again "$file" --format json
    [ "$status" = 0 ]
    [ "$(tr -d ' \n' <<<"$output")" = '{"lines":2,"erased":2}' ]
    request GET "/customer?id=$id"
    expect 404
    [ "$(sql 'select id from windlass.customer_kept')" = "$id" ]
    echo "$NOBODY 2026-01-" >>"$file"
    run --separate-stderr windlass erase-again "$file"
    [ "$status" = 1 ]
    [[ $stderr == *"of $file, 1 lines are none"*"ID TIME erased, held or lifted"* && $output =~ erased\ +0 ]]
    run --separate-stderr windlass erase-again /nowhere
    [ "$status" = 1 ]
}
