#!/usr/bin/env bats
# The scripts of this folder against every kind of server: at the root and below
# a prefix, plain and over TLS, with each of the three authentications.

# shellcheck disable=SC2154 # STATE and paths come from helpers
load helpers

teardown() {
    stack_down
}

# A stack with these settings, which its watcher has seen to be healthy; nothing
# but the scripts may change a row then.
serve() { # [NAME=VALUE...]
    local setting
    for setting in "$@"; do
        export "${setting?}"
    done
    stack_up
    eventually 200 GET /health
    "$stack" down "$STATE" watcher
    plain=http://127.0.0.1:$WINDLASS_PORT${WINDLASS_PATH_PREFIX-}
    tls=https://127.0.0.1:$WINDLASS_TLS_PORT${WINDLASS_PATH_PREFIX-}
}

# Every script: it says nothing but TAP, and every check of it is good.
suite() { # URL [options]
    local script out code=0 bad=0
    for script in errors bad_input customers rates; do
        out=$("$here/$script.sh" "$@" --database "host=$STATE/pg-socket dbname=windlass user=owner" 2>&1) || code=$?
        if [ "$code" != 0 ] || grep -vE '^(ok|1\.\.)' <<<"$out" || [ "$(grep -c '^ok' <<<"$out")" -lt 4 ]; then
            echo "$script.sh $*: exit $code"
            printf '%s\n' "$out" | grep -v '^ok'
            bad=1 code=0
        fi
    done
    return $bad
}

# A CA, and a certificate of its for the platform.
client_certificate() {
    local dir=$BATS_TEST_TMPDIR
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca \
        -keyout "$dir/ca.key" -out "$dir/ca.pem"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=platform \
        -keyout "$dir/platform.key" -out "$dir/platform.csr"
    openssl x509 -req -in "$dir/platform.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial \
        -days 2 -out "$dir/platform.pem"
    shown=(--cert "$dir/platform.pem" --key "$dir/platform.key")
}

SECRET=myPlatformToAnchorSecret1234567890

@test "at the root, without authentication, plain and over TLS" {
    serve CALLBACK_API_AUTH_TYPE=none
    suite "$plain"
    suite "$tls" --cacert "$STATE/tls/cert.pem"
    # The whole suite knows who proves nothing from who is not asked.
    run env CALLBACK_API_AUTH_TYPE=api_key SECRET_CALLBACK_API_AUTH_SECRET=$SECRET "$here/errors.sh" "$plain"
    [ "$status" = 1 ]
    [[ $output == *'not ok 6 - without credentials it is 401'* ]]
}

@test "below /anchor/, with an API key, plain and over TLS, with a certificate and without" {
    client_certificate
    serve WINDLASS_PATH_PREFIX=/anchor CALLBACK_API_AUTH_TYPE=api_key SECRET_CALLBACK_API_AUTH_SECRET=$SECRET \
        WINDLASS_TLS_CLIENT_CA="$BATS_TEST_TMPDIR/ca.pem"
    suite "$plain"
    suite "$tls" --cacert "$STATE/tls/cert.pem"
    suite "$tls" --cacert "$STATE/tls/cert.pem" "${shown[@]}"
    grep -q 'client="CN=platform"' "$STATE/log/customer.log"
    # Nothing is above it.
    run "$here/errors.sh" "${plain%/anchor}"
    [ "$status" = 1 ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' "${plain%/anchor}/health")" = 404 ]
}

@test "with tokens, over TLS where everybody has to show a certificate" {
    client_certificate
    serve CALLBACK_API_AUTH_TYPE=jwt SECRET_CALLBACK_API_AUTH_SECRET=$SECRET \
        WINDLASS_TLS_CLIENT_CA="$BATS_TEST_TMPDIR/ca.pem" WINDLASS_TLS_CLIENT_VERIFY=on
    suite "$plain"
    CURL_CA_BUNDLE=$STATE/tls/cert.pem suite "$tls" "${shown[@]}"
    [ "$(curl -s --cacert "$STATE/tls/cert.pem" -o /dev/null -w '%{http_code}' "$tls/health")" = 401 ]
}

@test "the scripts: wrong words and certificates are one line and exit 2, an absent server exit 1" {
    serve
    while IFS='|' read -r code words said; do
        # shellcheck disable=SC2086 # words
        run "$here/rates.sh" $words
        [ "$status" = "$code" ] || { echo "$words: $status" && return 1; }
        [ "${#lines[@]}" = 1 ]
        [[ $output == "rates.sh: "*"$said"* ]] || { echo "$words: $output" && return 1; }
    done <<CASES
2||no URL
2|ftp://host|http:// or https://
2|$plain $plain|one URL
2|$plain --colour red|unknown option --colour
2|$plain --cacert|needs a value
2|$plain --wait soon|--wait
2|$tls --cacert /nowhere.pem|no such file
2|$tls|certificate
2|$tls --cacert $STATE/tls/key.pem|certificate
2|$tls --cacert $STATE/tls/cert.pem --cert $STATE/tls/cert.pem --key $STATE/settings|certificate
1|http://127.0.0.1:1|cannot be reached
CASES
    CALLBACK_API_AUTH_TYPE=api_key run "$here/rates.sh" "$plain"
    [ "$status" = 2 ]
    [[ $output == *'SECRET_CALLBACK_API_AUTH_SECRET: is not set'* ]]
    CALLBACK_API_AUTH_TYPE=colour run "$here/rates.sh" "$plain"
    [ "$status" = 2 ]
    run "$here/rates.sh" --help
    [ "$status" = 0 ]
    # The secret may stand in a file.
    (umask 077 && printf '%s\n' $SECRET >"$BATS_TEST_TMPDIR/secret")
    CALLBACK_API_AUTH_TYPE=jwt SECRET_CALLBACK_API_AUTH_SECRET_FILE=$BATS_TEST_TMPDIR/secret \
        "$here/rates.sh" "$plain"
}
