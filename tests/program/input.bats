#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# Every malformed request is a 4xx with {"error": ...}, whatever the endpoint.

load ../lib.sh

setup_file() {
    folder_up
    program_up trial WINDLASS_TRIAL_WORKERS=2
    workers_of trial >"$DIR/workers"
}

teardown_file() {
    # No request killed a worker.
    workers_of trial | diff "$DIR/workers" - || return 1
    program_down trial
    folder_down
}

setup() {
    PROGRAM=trial
}

@test "what is well-formed is taken" {
    request GET '/values?account=G%3A1&memo='
    [ "$status $body" = '200 {"account":3,"memo":0}' ]
    request PUT /values '{"id":"abc","type":null}' 'application/json; charset=utf-8'
    [ "$status $body" = '200 {"id":3}' ]
    request PUT /values "$(printf -- '--b\r\nContent-Disposition: form-data; name="id"\r\nContent-Length: 3\r\n\r\nabc\r\n--b--')" \
        'multipart/form-data; boundary=b'
    [ "$status $body" = '200 {"id":3}' ]
    request GET /values '' application/json
    [ "$status $body" = '200 {}' ]
    request DELETE /things/a%20b '' application/json
    [ "$status$body" = 204 ]
    [[ $headers != *Content-* ]]
}

@test "an unknown path is 404, a wrong method 405 with Allow" {
    for path in / /value /values/ /values/a /things /things/ /things/a/b //values /things/a%2Fb; do
        request GET "$path"
        expect 404
    done
    for method in POST PATCH DELETE HEAD OPTIONS FOO get; do
        request "$method" /values
        expect 405
        [[ $headers == *'Allow: GET, PUT'* ]]
    done
    request GET /things/a
    expect 405
    [[ $headers == *'Allow: DELETE'* ]]
}

@test "a target that cannot be read is 400" {
    for target in values '*' '' /values%00 /values%ff '/values?a' '/values?=b' '/values?a=b&' \
        '/values?a=b&a=c' '/values?a=%' '/values?a=%zz' '/values?a=%00' '/values?a=%ff' \
        '/values?a=%ed%a0%80' '/values?a b=c' "/values?a=$(head -c 9000 /dev/zero | tr '\0' a)"; do
        request GET "$target"
        expect 400
    done
}

@test "a body that is not an object of texts is 400" {
    while IFS= read -r json; do
        request PUT /values "$json"
        expect 400
    done <<'CASES'
{
[]
null
{}x
{"a":1}
{"a":true}
{"a":["b"]}
{"a":{"b":"c"}}
{"a":"b","a":"c"}
{"a":"\u0000"}
{"a":"\ud800"}
{'a':'b'}
{"a b":"c"}
CASES
    request PUT /values '' application/json
    expect 400
    request PUT /values "$(printf '{"a":"\377"}')"
    expect 400
    request PUT '/values?a=b' '{}'
    expect 400
    request GET /values '{}'
    expect 400
}

@test "a body of another type, charset or form is 400" {
    for type in text/plain '' application/jsonx 'application/json; charset=latin1' \
        multipart/form-data 'multipart/form-data; boundary=' 'multipart/form-data; boundary=c' \
        "multipart/form-data; boundary=$(head -c 71 /dev/zero | tr '\0' b)"; do
        request PUT /values '--b--' "$type"
        expect 400
    done
    request PUT /values "$(printf -- '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nv')" \
        'multipart/form-data; boundary=b'
    expect 400
}

@test "a length that is none, or too large, is 400 before a byte is read" {
    for length in -1 1x ' 1' 0x10 99999999999999; do
        request PUT /values '{}' application/json "CONTENT_LENGTH=$length"
        expect 400
    done
    request PUT /values '{}' application/json CONTENT_LENGTH=1048577
    expect 400
    [[ $body == *'1 MiB'* ]]
    request PUT /values '{}' 'multipart/form-data; boundary=b' CONTENT_LENGTH=25165825
    expect 400
    [[ $body == *'24 MiB'* ]]
}

@test "an error names the field and repeats no value" {
    request PUT /values '{"first_name":4711}'
    expect 400
    [[ $body == *first_name* && $body != *4711* ]]
    request GET '/values?birth_date=1&birth_date=4711'
    expect 400
    [[ $body == *birth_date* && $body != *4711* ]]
    request PUT /values '{"<script>":4711}'
    expect 400
    [[ $body != *script* ]]
}

@test "our own fault is 503 and shows nothing of what was half written" {
    request GET /fault
    expect 503
    [[ $body != *half* ]]
    request GET /silent
    [ "$status$body" = 200 ]
}

@test "one log line a request: method, path without the query, status, time, size, id" {
    request GET '/values?account=GSECRET&memo=1' '' '' REQUEST_ID=0a1b2c
    eventually grep -q request_id=0a1b2c "$DIR/trial.log"
    line=$(grep request_id=0a1b2c "$DIR/trial.log")
    [[ $line =~ ^ts=[^\ ]+\ level=info\ prog=trial\ event=request\ method=GET\ path=/values\ status=200\ ms=[0-9]+\ bytes=[0-9]+\ request_id=0a1b2c$ ]]
    [ "$(grep -c GSECRET "$DIR/trial.log")" = 0 ]
    # A request id that is none is not ours to repeat.
    request GET /values '' '' 'REQUEST_ID=x event=forged'
    # Nor do line ends reach the log.
    request GET '/%0aevent=forged' '' '' REQUEST_ID=4d5e6f
    expect 404
    eventually grep -q request_id=4d5e6f "$DIR/trial.log"
    [ "$(grep -c 'x event=forged' "$DIR/trial.log")" = 0 ]
    [ "$(grep -c '^event=forged' "$DIR/trial.log")" = 0 ]
}
