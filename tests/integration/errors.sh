#!/usr/bin/env bash
# errors.sh - what is refused whatever is asked for: by path, by method, by
# credentials, by certificate; and that every error looks alike.

# shellcheck disable=SC2317 # the checks are called by name
# shellcheck source-path=SCRIPTDIR
# shellcheck source=client.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/client.bash"
client_open "$0" "$@"

unknown_path() {
    for path in / /customers /customer/ /customer/a/b /rates /rate/x /fee /event/ /healthz //rate \
        /customer/..%2frate /.windlass/taken; do
        ask GET "$path"
        expect 404
    done
    ask GET '/customer%00'
    [ "$status" = 400 ] || expect 404
    unchanged
}
check "an unknown path is 404" unknown_path

wrong_method() {
    for case in 'POST /customer' 'PATCH /customer' 'PUT /rate' 'POST /rate' \
        'DELETE /rate' 'DELETE /customer' 'GET /event' 'PUT /event' 'POST /health' 'OPTIONS /rate'; do
        # shellcheck disable=SC2086 # method and path
        ask $case -H 'Content-Length: 0'
        expect 405
    done
    unchanged
}
check "a method that a path does not take is 405" wrong_method

nobody() {
    ask GET "/customer?id=$NOBODY"
    expect 404
    ask DELETE "/customer/$NOBODY"
    expect 404
    unchanged
}
check "a customer who is not there is 404" nobody

no_repetition() {
    # ask() fails on a redirect, on 408 and on Retry-After; this looks at both
    # kinds of error, nginx's and an endpoint's.
    ask GET '/customer?id=%'
    expect 400
    [[ ${headers,,} != *$'\n'location:* ]]
    ask GET /nowhere
    expect 404
    [[ ${headers,,} != *$'\n'location:* && ${headers,,} != *nginx/* ]]
}
check "nothing tells the caller to send it again or elsewhere, nor who we are" no_repetition

healthy() {
    ask_as_is GET /health
    [[ $status = 200 || $status = 500 ]]
    [[ $body == *'"number_of_checks":'* ]]
}
check "health answers without credentials" healthy

# Each of the callbacks, asked without a good proof.
refuses() { # [curl options]
    ask_as_is GET "/customer?account=$WALLET" "$@"
    expect 401
    ask_as_is PUT /customer -H 'Content-Type: application/json' \
        --data-binary "{\"account\":\"$WALLET\",\"memo\":\"78\",\"memo_type\":\"id\",\"first_name\":\"A\"}" "$@"
    expect 401
    ask_as_is DELETE "/customer/$NOBODY" "$@"
    expect 401
    ask_as_is GET "/rate?type=indicative&sell_asset=$SELL&buy_asset=$BUY&sell_amount=100" "$@"
    expect 401
    ask_as_is POST /event -H 'Content-Type: application/json' --data-binary '{}' "$@"
    expect 401
}

takes() { # [curl options]
    ask_as_is GET "/customer?account=$WALLET" "$@"
    expect 200
}

no_credentials() {
    refuses
    unchanged
}

wrong_key() {
    for key in '' wrong "${secret%?}" "${secret}1" "${secret^^}0"; do
        printf 'X-Api-Key: %s\n' "$key" >"$tmp/proof"
        ask_as_is GET "/customer?account=$WALLET" -H "@$tmp/proof"
        expect 401
    done
    printf 'Authorization: Bearer %s\n' "$secret" >"$tmp/proof"
    refuses -H "@$tmp/proof"
    # In the URL it would be in every log.
    ask_as_is GET "/customer?account=$WALLET&api_key=wrong"
    expect 401
    printf 'X-Api-Key: %s\n' "$secret" >"$tmp/proof"
    takes -H "@$tmp/proof"
    printf 'x-api-key: %s\n' "$secret" >"$tmp/proof"
    takes -H "@$tmp/proof"
    unchanged
}

bearer() { # TOKEN
    printf 'Authorization: Bearer %s\n' "$1" >"$tmp/proof"
}

wrong_token() {
    local good
    good=$(token "$secret")
    # Another secret; ended; for too long; no signature; not to be trusted.
    for proof in "$(token "${secret}1")" "$(token "$secret" -10)" "$(token "$secret" 99999999)" \
        "${good%.*}." "${good%.*}" "$good.$good" "${good%?????}AAAAA" '' wrong \
        "$(token "$secret" 30 '{"alg":"none"}')" "$(token "$secret" 30 '{"alg":"HS512"}')"; do
        bearer "$proof"
        ask_as_is GET "/customer?account=$WALLET" -H "@$tmp/proof"
        expect 401
    done
    bearer "$(token "${secret}1")"
    refuses -H "@$tmp/proof"
    # The secret itself proves nothing here.
    printf 'X-Api-Key: %s\n' "$secret" >"$tmp/proof"
    refuses -H "@$tmp/proof"
    bearer "$good"
    takes -H "@$tmp/proof"
    unchanged
}

case $auth in
none)
    skip "without credentials it is 401" "no authentication"
    skip "with wrong credentials it is 401, with the right ones 200" "no authentication"
    ;;
api_key)
    check "without credentials it is 401" no_credentials
    check "with wrong credentials it is 401, with the right ones 200" wrong_key
    ;;
jwt)
    check "without credentials it is 401" no_credentials
    check "with wrong credentials it is 401, with the right ones 200" wrong_token
    ;;
esac

old_tls() {
    local code
    for version in 1.0 1.1; do
        code=0
        client_curl -o /dev/null --ciphers DEFAULT@SECLEVEL=0 "--tlsv$version" --tls-max "$version" "$url/health" \
            2>"$tmp/said" || code=$?
        [ "$code" = 35 ] || { echo "TLS $version: curl says $code: $(cat "$tmp/said")" && return 1; }
    done
    for version in 1.2 1.3; do
        ask GET "/customer?account=$WALLET" "--tlsv$version" --tls-max "$version"
        expect 200
    done
}

case $url in
https://*) check "TLS 1.2 and 1.3 are spoken, nothing older" old_tls ;;
*) skip "TLS 1.2 and 1.3 are spoken, nothing older" "no TLS" ;;
esac

client_close
