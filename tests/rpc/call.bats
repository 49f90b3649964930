#!/usr/bin/env bats
# The script: who it says it is, what it refuses to send, what it says of failures.
# shellcheck disable=SC2154,SC2030,SC2031,SC2016 # variables of bats and of platform.bash

bats_require_minimum_version 1.5.0
load platform

KEY=a-key-of-sixteen-bytes-or-more
SECRET=a-secret-of-thirty-two-bytes-or-more

setup() {
    DIR=''
}

teardown() {
    platform_down
}

# An unpaid payment that may become an error.
give_up() {
    put pending_sender 0
    rpc -s "transaction_id=$id" -s message=m "$root/rpc/transaction-error.json"
}

calls() {
    curl -sS "$PLATFORM/_sim/books?kind=rpc" | member calls
}

# One clear line, exit status 2, and nothing was sent.
is_misused() { # WORDS
    echo "exit $status: $output / $stderr"
    [ "$status" = 2 ]
    [ -z "$output" ]
    [ "$(wc -l <<<"$stderr")" = 1 ]
    [[ $stderr == "call-json-rpc.sh: "*"$1"* ]]
}

@test "an API key, from the environment, a file, and a file of settings" {
    platform_up --auth api_key --platform-secret $KEY
    export PLATFORM_API_AUTH_TYPE=api_key
    SECRET_PLATFORM_API_AUTH_SECRET=$KEY give_up
    succeeds_quietly
    printf '%s\n' $KEY >"$DIR/key"
    chmod 600 "$DIR/key"
    SECRET_PLATFORM_API_AUTH_SECRET_FILE=$DIR/key give_up
    succeeds_quietly
    # The second line is the key that is on its way in or out.
    printf '%s\nanother-key-of-sixteen-bytes\n' $KEY >"$DIR/key"
    SECRET_PLATFORM_API_AUTH_SECRET_FILE=$DIR/key give_up
    succeeds_quietly
    unset PLATFORM_API_AUTH_TYPE PLATFORM_API_BASE_URL
    printf '# the platform\n\nPLATFORM_API_BASE_URL = "%s"\nPLATFORM_API_AUTH_TYPE=api_key\nSECRET_PLATFORM_API_AUTH_SECRET=%s\n' \
        "$PLATFORM/" "'$KEY'" >"$DIR/settings"
    chmod 600 "$DIR/settings"
    WINDLASS_CONFIG=$DIR/settings give_up
    succeeds_quietly
    # The environment wins.
    WINDLASS_CONFIG=$DIR/settings SECRET_PLATFORM_API_AUTH_SECRET=a-key-that-is-another give_up
    [ "$status" = 1 ]
    [[ $stderr == *"HTTP 403, forbidden"* ]]
}

succeeds_quietly() {
    echo "exit $status: $output / $stderr"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [ "$(member 0.result.status <<<"$output")" = error ]
}

@test "a JWT" {
    platform_up --auth jwt --platform-secret $SECRET
    export PLATFORM_API_AUTH_TYPE=jwt
    SECRET_PLATFORM_API_AUTH_SECRET=$SECRET give_up
    succeeds_quietly
    SECRET_PLATFORM_API_AUTH_SECRET=${SECRET}x give_up
    [ "$status" = 1 ]
    [[ $stderr == *"HTTP 403"* ]]
    # A key is bytes, whatever they are.
    platform_down
    platform_up --auth jwt --platform-secret 'ein »langes« Geheimnis, "\ zitiert"'
    SECRET_PLATFORM_API_AUTH_SECRET='ein »langes« Geheimnis, "\ zitiert"' give_up
    succeeds_quietly
}

@test "without credentials" {
    platform_up
    give_up
    succeeds_quietly
    # A platform that wants some says so.
    platform_down
    platform_up --auth jwt --platform-secret $SECRET
    give_up
    [ "$status" = 1 ]
    [[ $stderr == *"HTTP 403"* ]]
}

@test "no secret stands on a command line" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    for tool in curl python3; do
        cat >"$BATS_TEST_TMPDIR/bin/$tool" <<SH
#!/bin/sh
printf '%s\n' "$tool \$*" >>"$BATS_TEST_TMPDIR/seen"
exec "$(command -v $tool)" "\$@"
SH
        chmod +x "$BATS_TEST_TMPDIR/bin/$tool"
    done
    platform_up --auth api_key --platform-secret $KEY
    PATH=$BATS_TEST_TMPDIR/bin:$PATH PLATFORM_API_AUTH_TYPE=api_key \
        SECRET_PLATFORM_API_AUTH_SECRET=$KEY give_up
    succeeds_quietly
    grep -q -- '--config -$' "$BATS_TEST_TMPDIR/seen"
    grep -q '^python3 .*access.py' "$BATS_TEST_TMPDIR/seen"
    run ! grep -q $KEY "$BATS_TEST_TMPDIR/seen"
}

@test "a wrong call is one line, and nothing is sent" {
    platform_up
    error=$root/rpc/transaction-error.json
    rpc
    is_misused "one FILE is needed"
    rpc "$error" "$error"
    is_misused "one FILE is needed"
    rpc --fast "$error"
    is_misused "no option --fast"
    rpc -x "$error"
    is_misused "no option -x"
    rpc /nowhere.json
    is_misused "/nowhere.json: No such file"
    rpc "$DIR"
    is_misused "Is a directory"
    rpc "$error"
    is_misused "nothing is given for transaction_id, message"
    rpc -s transaction_id=x -s message= "$error"
    is_misused "nothing is given for message"
    rpc -s transaction_id=x -s 'message=  ' "$error"
    is_misused "nothing is given for message"
    rpc -s transaction_id=x -s message=m -s memo=1 "$error"
    is_misused "has no placeholder memo"
    # A placeholder in another spelling is none that could be sent as it is.
    printf '[{"method": "x", "params": {"a": "${transactionId}", "b": "${id-2} ${}"}}]' >"$DIR/t.json"
    rpc "$DIR/t.json"
    is_misused "nothing is given for transactionId, id-2, "
    rpc -s transaction_id "$error"
    is_misused "-s needs NAME=VALUE"
    rpc "$error" -s
    is_misused "-s needs NAME=VALUE"
    rpc -s =x "$error"
    is_misused "-s needs NAME=VALUE"
    rpc -s message=m -s message=n "$error"
    is_misused "message is given twice"
    rpc -s transaction_id=x -s message=$'a\nb' "$error"
    is_misused "no line of UTF-8"
    rpc -s transaction_id=x -s message=$'\xff' "$error"
    is_misused "no line of UTF-8"
    for document in '' '{' '{"method": "x"}' '[]' '[7]' '[{"params": {}}]' '[{"method": 1}]' '[] x' \
        '[{"method": "x", "params": NaN}]'; do
        printf '%s' "$document" >"$DIR/t.json"
        rpc "$DIR/t.json"
        is_misused "$DIR/t.json"
    done
    [ "$(calls)" = '{}' ]
}

@test "help is no misuse" {
    rpc --help
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output == usage:* ]]
    rpc -h
    [ "$status" = 0 ]
}

@test "a setting that is missing or wrong is one line" {
    platform_up
    PLATFORM_API_BASE_URL='' give_up
    is_misused "PLATFORM_API_BASE_URL: is not set"
    for url in ftp://127.0.0.1 127.0.0.1:8085 http:// 'http://127.0.0.1/a b' http://127.0.0.1:99999 \
        http://user:word@127.0.0.1 'http://127.0.0.1/?x' http://example.org; do
        PLATFORM_API_BASE_URL=$url give_up
        is_misused PLATFORM_API_BASE_URL
    done
    PLATFORM_API_AUTH_TYPE=basic give_up
    is_misused "must be one of: none api_key jwt"
    PLATFORM_API_AUTH_TYPE=jwt give_up
    is_misused "is not set, and PLATFORM_API_AUTH_TYPE is jwt"
    PLATFORM_API_AUTH_TYPE=jwt SECRET_PLATFORM_API_AUTH_SECRET=$KEY give_up
    is_misused "at least 32 bytes"
    PLATFORM_API_AUTH_TYPE=api_key SECRET_PLATFORM_API_AUTH_SECRET=short give_up
    is_misused "at least 16 bytes"
    [[ $stderr != *short* ]]
    PLATFORM_API_AUTH_TYPE=api_key SECRET_PLATFORM_API_AUTH_SECRET=$KEY$'\r'x give_up
    is_misused "must be one line"
    PLATFORM_API_AUTH_TYPE=api_key SECRET_PLATFORM_API_AUTH_SECRET=$KEY \
        SECRET_PLATFORM_API_AUTH_SECRET_FILE=/x give_up
    is_misused "not both"
    PLATFORM_API_AUTH_TYPE=api_key SECRET_PLATFORM_API_AUTH_SECRET_FILE=/nowhere give_up
    is_misused "/nowhere: No such file"
    echo $KEY >"$DIR/key"
    chmod 644 "$DIR/key"
    PLATFORM_API_AUTH_TYPE=api_key SECRET_PLATFORM_API_AUTH_SECRET_FILE=$DIR/key give_up
    is_misused "everybody may read it"
    printf 'PLATFORM_API_AUTH_TYPE=api_key\nSECRET_PLATFORM_API_AUTH_SECRET=%s\n' $KEY >"$DIR/settings"
    chmod 644 "$DIR/settings"
    WINDLASS_CONFIG=$DIR/settings give_up
    is_misused "everybody may read it"
    echo 'no setting' >"$DIR/settings"
    WINDLASS_CONFIG=$DIR/settings give_up
    is_misused "line 1"
    [ "$(calls)" = '{}' ]
}

@test "a platform that cannot be reached is one line and exit status 1" {
    for url in http://127.0.0.1:$((PORT + 9)) https://127.0.0.1:$((PORT + 9)); do
        PLATFORM_API_BASE_URL=$url rpc -s transaction_id=x "$root/rpc/transaction-recovery.json"
        echo "exit $status: $output / $stderr"
        [ "$status" = 1 ]
        [ -z "$output" ]
        [[ $stderr == "call-json-rpc.sh: the platform cannot be reached ("* ]]
        [ "$(wc -l <<<"$stderr")" = 1 ]
    done
}

@test "an answer that is lost leaves a doubt, and it says so" {
    platform_up
    door faults '[{"on": "notify_transaction_error", "kind": "reset_after", "nth": 1}]' >/dev/null
    give_up
    echo "exit $status: $output / $stderr"
    [ "$status" = 1 ]
    [[ $stderr == *"it may have done it; read the transaction first"* ]]
    [ "$(curl -sS "$PLATFORM/transactions/$id" | member status)" = error ]
    # HTML of something in between is no answer either.
    door faults '[{"on": "notify_transaction_error", "kind": "html"}]' >/dev/null
    give_up
    echo "exit $status: $output / $stderr"
    [ "$status" = 1 ]
    [[ $stderr == "call-json-rpc.sh: "* ]]
    [ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "a certificate that nobody vouches for is exit status 2" {
    command -v openssl >/dev/null || skip "no openssl"
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/wlr-XXXXXX")
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout "$DIR/key" -out "$DIR/cert" 2>/dev/null
    begin platform python3 -c '
import http.server, ssl, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = b"[{\"jsonrpc\": \"2.0\", \"result\": {}, \"id\": 1}]"
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200); self.send_header("Content-Length", str(len(body)))
        self.end_headers(); self.wfile.write(body)
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(sys.argv[2], sys.argv[3])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()' "$PORT" "$DIR/cert" "$DIR/key"
    await platform "$PORT"
    export PLATFORM_API_BASE_URL=https://127.0.0.1:$PORT
    rpc -s transaction_id=x "$root/rpc/transaction-recovery.json"
    is_misused "certificates: "
    CURL_CA_BUNDLE=$DIR/cert rpc -s transaction_id=x "$root/rpc/transaction-recovery.json"
    echo "$stderr"
    [ "$status" = 0 ]
}

@test "an array: ids by themselves unless given, and one refusal is a failure" {
    platform_up
    put pending_sender 0
    one='"jsonrpc": "2.0", "method": "notify_transaction_expired", "params": {"transaction_id": "${a}", "message": "to ${a}: 1.50"}'
    echo "[{$one}, {\"id\": \"mine\", $one}]" >"$DIR/t.json"
    rpc "$DIR/t.json" "-sa=$id"
    echo "exit $status: $output / $stderr"
    [ "$status" = 1 ]
    [ "$(member 0.id <<<"$output")" = 1 ]
    [ "$(member 0.result.message <<<"$output")" = "to $id: 1.50" ]
    [ "$(member 1.id <<<"$output")" = mine ]
    [ "$(member 1.error.code <<<"$output")" = -32600 ]
    [ "$stderr" = "call-json-rpc.sh: notify_transaction_expired (id \"mine\"): $(member 1.error.message <<<"$output") (-32600)" ]
    # Too many are refused in one element.
    python3 -c 'import json; print(json.dumps([{"jsonrpc": "2.0", "method": "x", "params": {}}] * 41))' >"$DIR/t.json"
    rpc - <"$DIR/t.json"
    echo "exit $status: $output / $stderr"
    [ "$status" = 1 ]
    [[ $stderr == *"41 calls and 1 answers: "* ]]
}

@test "what a 3.x platform answers to an array that broke leaves a doubt" {
    platform_up --behave 3.1
    create
    call request-onchain-funds destination_account="$VAULT" memo=no-number
    echo "exit $status: $output / $stderr"
    [ "$status" = 1 ]
    [[ $stderr == *"HTTP 500"*"some of it may have been done"* ]]
    [[ $output == *'"error"'* ]]
}
