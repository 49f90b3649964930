#!/usr/bin/env bats
# shellcheck shell=bash disable=SC2154,SC2034,SC2030,SC2031 # variables of the helpers; each test has its own
# Files of a customer: their kind found, cleaned, stored sealed, read back by
# whoever holds the keys; sent again they change nothing.

load customer.bash

sample() { # NAME KIND [BYTES]: its path in `file`
    file=$BATS_TEST_TMPDIR/$1
    shift
    python3 "$root/tests/documents/samples.py" "$@" >"$file"
}

read_back() { # ID NAME: into the file `out`
    out=$BATS_TEST_TMPDIR/out
    said=$("$BUILD/tests/program/document" read "$1" "$2" "$out")
}

clean() { # FILE: into the file `cleaned`
    cleaned=$BATS_TEST_TMPDIR/cleaned
    "$BUILD/tests/program/document" clean "$1" "$cleaned" >"$BATS_TEST_TMPDIR/kind"
}

documents() {
    sql "select string_agg(name || ' ' || bytes || ' ' || kind, ' ' order by name), (select count(*) from windlass.document_chunk) from windlass.document"
}

@test "files are stored sealed in chunks, and a new one takes the old one's place" {
    sample front jpeg 200000
    front=$file
    form "account=$WALLET" type=sep31-sender first_name=Ana "photo_id_front@$front"
    is NEEDS_INFO
    id=$(member id)
    [ "$(member provided_fields.photo_id_front.status)" = ACCEPTED ]
    [ "$(sql "select name, bytes, chunks, kind, octet_length(digest), (select sum(octet_length(sealed)) from windlass.document_chunk) from windlass.document")" = \
        "photo_id_front|200000|4|image/jpeg|32|$((200000 + 4 * 41))" ]
    sample small png
    form "id=$id" "account=$WALLET" "photo_id_front@$file" "photo_id_back@$front"
    expect 200
    [ "$(documents)" = "photo_id_back 200000 image/jpeg photo_id_front $(wc -c <"$file") image/png|5" ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"photo_id_back\":\"\""
    expect 200
    [ -z "$(member provided_fields.photo_id_back)" ]
    [ "$(documents)" = "photo_id_front $(wc -c <"$file") image/png|1" ]
}

@test "each of the six is taken, of each kind, and read back cleaned" {
    words=()
    while read -r name kind; do
        # shellcheck disable=SC2086 # a kind, and perhaps a length
        sample "$name" $kind
        words+=("$name@$file")
    done <<'LIST'
photo_id_front jpeg-metadata
photo_id_back png-metadata
notary_approval_of_photo_id pdf-metadata
photo_proof_residence webp-metadata
photo_proof_of_income pdf 300000
proof_of_liveness jpeg 131072
LIST
    form "account=$WALLET" type=sep31-sender first_name=Ana "${words[@]}"
    expect 200
    id=$(member id)
    [ "$(sql "select count(*) from windlass.document")" = 6 ]
    for name in photo_id_front photo_id_back notary_approval_of_photo_id photo_proof_residence \
        photo_proof_of_income proof_of_liveness; do
        read_back "$id" "$name"
        clean "$BATS_TEST_TMPDIR/$name"
        cmp "$out" "$cleaned"
        [ "$said" = "$(cat "$BATS_TEST_TMPDIR/kind") $((($(wc -c <"$cleaned") + 65535) / 65536))" ]
        [ "$(grep -c Secret5Xq "$out")" = 0 ]
    done
    run "$BUILD/tests/program/document" read "$id" selfie "$out"
    [ "$output" = 1 ] # DB_NONE
}

@test "what was moved, changed or cut in the database is not read" {
    sample front jpeg 200000
    form "account=$WALLET" first_name=Ana "photo_id_front@$file"
    id=$(member id)
    sql "update windlass.document_chunk set sealed = set_byte(sealed, 100, get_byte(sealed, 100) # 1) where n = 2"
    run read_back "$id" photo_id_front
    [ "$status" = 1 ]
    [[ $output == *'event=unreadable customer='* ]]
    # Two chunks in each other's place.
    form "id=$id" "account=$WALLET" "photo_id_front@$file"
    [ "$(sql "select version from windlass.customer")" = 1 ]
    sample front jpeg 190000
    form "id=$id" "account=$WALLET" "photo_id_front@$file"
    expect 200
    read_back "$id" photo_id_front
    sql "update windlass.document_chunk c set sealed = o.sealed from windlass.document_chunk o where o.n = 1 - c.n and c.n < 2"
    run read_back "$id" photo_id_front
    [ "$status" = 1 ]
    # The last one gone.
    sample front jpeg 180000
    form "id=$id" "account=$WALLET" "photo_id_front@$file"
    sql "update windlass.document set bytes = 131072, chunks = 2; delete from windlass.document_chunk where n = 2"
    run read_back "$id" photo_id_front
    [ "$status" = 1 ]
}

@test "a file that is sent again is neither stored nor a change" {
    sample front jpeg-metadata
    form "account=$WALLET" type=sep31-sender first_name=Ana "photo_id_front@$file"
    id=$(member id)
    before=$(rows)
    document=$(sql "select id from windlass.document")
    form "account=$WALLET" type=sep31-sender first_name=Ana "photo_id_front@$file"
    is NEEDS_INFO
    form "id=$id" "account=$WALLET" "photo_id_front@$file"
    expect 200
    # As the platform sends it: the id alone.
    form "id=$id" type=sep31-sender "photo_id_front@$file" first_name=Ana
    expect 200
    [ "$(member id)" = "$id" ]
    [ "$(rows)" = "$before" ]
    [ "$(sql "select id from windlass.document")" = "$document" ]
    # Nor is what differs in nothing that is kept.
    printf '\0' >>"$file"
    form "id=$id" type=sep31-sender "photo_id_front@$file"
    expect 200
    [ "$(rows)" = "$before" ]
    # Another file is another file.
    sample front jpeg 5000
    form "id=$id" type=sep31-sender "photo_id_front@$file"
    expect 400
    [[ $body == *photo_id_front* ]]
    [ "$(rows)" = "$before" ]
    form "id=$id" "account=$WALLET" "photo_id_front@$file"
    expect 200
    [ "$(sql "select version from windlass.customer")" = 2 ]
    [ "$(sql "select id from windlass.document")" != "$document" ]
}

@test "with the id alone a file that is missing is given, once and again" {
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"first_name\":\"Ana\""
    id=$(member id)
    sample front png-metadata
    form "id=$id" "photo_id_front@$file"
    expect 200
    before=$(rows)
    form "id=$id" "photo_id_front@$file"
    expect 200
    [ "$(rows)" = "$before" ]
    # Beside it something new: only that is a change.
    form "id=$id" "photo_id_front@$file" "photo_id_back@$file"
    expect 200
    [ "$(sql "select version, (select count(*) from windlass.document), (select count(distinct digest) from windlass.document) from windlass.customer")" = '3|2|2' ]
}

@test "many who send the same files at once: one customer, each file once" {
    sample front jpeg 3000000
    front=$file
    sample back pdf-metadata
    # Each stores its pieces before one of them is first.
    PYTHONPATH=$root/tests/program python3 - "$DIR/run/customer.sock" "account=$WALLET" first_name=Ana \
        "photo_id_front@$front" "photo_id_back@$file" <<'RACE'
import concurrent.futures, sys, threading
import fcgi, form
body = form.body_of(sys.argv[2:])
ready = threading.Barrier(4)
def put(n):
    ready.wait()
    return fcgi.ask(sys.argv[1], 'PUT', '/customer', body, f'multipart/form-data; boundary={form.BOUNDARY}')
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    answers = list(pool.map(put, range(4)))
assert {status for status, _, _ in answers} == {200}, answers
RACE
    [ "$(sql "select count(*), max(version) from windlass.customer")" = '1|1' ]
    [ "$(documents)" = "photo_id_back $(wc -c <"$file") application/pdf photo_id_front 3000000 image/jpeg|47" ]
    read_back "$(sql "select id from windlass.customer")" photo_id_front
    cmp "$out" "$front"
}

@test "a refused form leaves no chunk" {
    sample file jpeg 100000
    good=$file
    : >"$BATS_TEST_TMPDIR/empty"
    before=$(rows)
    form "account=$WALLET" birth_date=never "photo_id_front@$good"
    expect 400
    form "account=$WALLET" "first_name@$good"
    expect 400
    form "account=$WALLET" "photo_id_front@$BATS_TEST_TMPDIR/empty"
    expect 400
    form "id=$NOBODY" "account=$WALLET" "photo_id_front@$good"
    expect 404
    [ "$(rows)" = "$before" ]
}

@test "a file of no kind that we take is a 400 that names the field and repeats nothing of it" {
    sample good jpeg
    good=$file
    before=$(rows)
    refuse() { # FIELD WHY: of the file `file`
        form "account=$WALLET" first_name=Ana "photo_id_front@$good" "$1@$file"
        expect 400
        [ "$(member error)" = "$1 $2" ]
    }
    file=$BATS_TEST_TMPDIR/bad
    printf 'MZ\220\0Canary5Xq' >"$file"
    refuse photo_id_back 'is no JPEG, PNG, WebP or PDF'
    head -c 100 "$good" >"$file"
    refuse proof_of_liveness 'is cut short'
    { cat "$good" && printf '<script>Canary5Xq</script>'; } >"$file"
    refuse photo_proof_of_income 'has another file behind its end'
    # The width of a bomb, in the frame of the JPEG.
    python3 -c 'import sys; sys.stdout.buffer.write(open(sys.argv[1], "rb").read().replace(b"\0\x0b\x08\0\x08\0\x08", b"\0\x0b\x08\xff\xff\xff\xff"))' "$good" >"$file"
    refuse notary_approval_of_photo_id 'has more than 16384 pixels on a side or 64 million in all'
    [ "$(rows)" = "$before" ]
    run grep -l Canary5Xq "$DIR"/*.log
    [ "$status" = 1 ]
}

@test "a Content-Type may say nothing, or the truth" {
    sample file png
    while IFS='|' read -r type want; do
        TYPE=$type form "account=$WALLET" "photo_id_front@$file"
        expect "$want"
        [ "$want" = 200 ] || [ "$(member error)" = 'photo_id_front is another kind of file than its Content-Type says' ]
    done <<'LIST'
application/octet-stream|200
image/png|200
IMAGE/PNG|200
image/jpeg|400
application/pdf|400
text/html|400
image/svg+xml|400
LIST
}

@test "a file has 8 MiB at most, a customer 40 MiB" {
    sample most jpeg 8388608
    most=$file
    sample over jpeg 8388609
    form "account=$WALLET" "photo_id_front@$file"
    expect 400
    for name in photo_id_front photo_id_back notary_approval_of_photo_id photo_proof_residence \
        photo_proof_of_income; do
        form "account=$WALLET" "$name@$most"
        expect 200
    done
    before=$(rows)
    form "account=$WALLET" "proof_of_liveness@$most"
    expect 400
    [[ $body == *'40 MiB'* ]]
    [ "$(rows)" = "$before" ]
    # In place of another one it fits.
    sample other pdf 8388608
    form "account=$WALLET" "photo_id_front@$file"
    expect 200
}

holds() { # does somebody hold a document?
    [ "$(sql "select count(*) > 0 from pg_locks where relation = 'windlass.document'::regclass and mode = 'RowShareLock'")" = t ]
}

drops() { # does the customer program wait to take a document away?
    [ "$(sql "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'document_drop'")" = 1 ]
}

@test "a file that is cleared goes with the row that says so, not after it" {
    sample front jpeg 5000
    form "account=$WALLET" first_name=Ana "photo_id_front@$file"
    expect 200
    id=$(member id)
    # Somebody holds the document, so that taking it away has to wait.
    mkfifo "$BATS_TEST_TMPDIR/hold"
    psql -X -q -A -t -d "host=$DIR/pg-socket dbname=windlass user=owner" <"$BATS_TEST_TMPDIR/hold" >/dev/null 3>&- &
    exec 4>"$BATS_TEST_TMPDIR/hold"
    echo 'begin; select from windlass.document for update;' >&4
    eventually holds
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"photo_id_front\":\"\"" >"$BATS_TEST_TMPDIR/said" 4>&- &
    waiting=$!
    eventually drops
    # Whoever looks now sees the file and the field, or neither.
    [ "$(sql "select version, fields ? 'photo_id_front', (select count(*) from windlass.document) from windlass.customer")" = '1|t|1' ]
    exec 4>&-
    wait "$waiting"
    [ "$(sql "select version, fields ? 'photo_id_front', (select count(*) from windlass.document) from windlass.customer")" = '2|f|0' ]
}
