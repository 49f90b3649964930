#!/usr/bin/env bats
# Who may call: an API key or a token, and nobody else.

# shellcheck disable=SC2154 # status, body and paths come from helpers
load helpers

setup_file() {
    export CALLBACK_API_AUTH_TYPE=api_key SECRET_CALLBACK_API_AUTH_SECRET=myPlatformToAnchorSecret1234567890
    stack_up
}

teardown_file() {
    stack_down
}

@test "without the key, with another, with a prefix of it: 401; with it: 200" {
    ask GET "/customer?account=$WALLET"
    expect 401
    for key in '' wrong myPlatformToAnchorSecret123456789 myPlatformToAnchorSecret12345678901; do
        ask GET "/customer?account=$WALLET" -H "X-Api-Key: $key"
        expect 401
    done
    ask GET "/customer?account=$WALLET" -H "X-Api-Key: $SECRET_CALLBACK_API_AUTH_SECRET"
    expect 200
    ask POST /event -H 'Content-Type: application/json' --data-binary '{}'
    expect 401
    ask DELETE /customer/d7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe
    expect 401
}

@test "health answers without credentials" {
    # Green once the watcher has read the platform.
    eventually 200 GET /health
}
