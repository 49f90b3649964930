#!/usr/bin/env bats
# One payment crosses, from the first KYC request to completed, with every
# platform and every way to prove who calls.

# shellcheck disable=SC2154 # STATE and paths come from helpers
load helpers

SECRET_IN=myPlatformToAnchorSecret1234567890
SECRET_OUT=myAnchorToPlatformSecret1234567890

teardown() {
    stack_down
}

# walk [NAME=VALUE...]: a stack with these settings, and a payment through it.
walk() {
    local setting
    for setting in "$@"; do
        export "${setting?}"
    done
    stack_up
    "$stack" run "$STATE" python3 "$tests/walk.py" --story "$STATE/story.md" --timeout 60
    grep -q '"status": "completed"' "$STATE/story.md"
    # The judge is the bank: one payout, of this payment.
    [ "$(curl -s "$BANK/_sim/books" | python3 -c '
import json, sys
print(len(json.load(sys.stdin)["executed"]))')" = 1 ]
    # What was given to the bank is what the quote said, and nothing is left held.
    [ "$(sql "select count(*) from windlass.hold")" = 0 ]
    sql "select * from windlass.pool_verify()"
}

@test "platform 4.3, without authentication" {
    walk WINDLASS_SIM_BEHAVE=4.3
}

@test "platform 4.3, tokens both ways, callbacks over TLS and below a prefix" {
    free_ports
    walk WINDLASS_PATH_PREFIX=/anchor "WINDLASS_SIM_CALLBACK_URL=https://localhost:$WINDLASS_TLS_PORT/anchor" \
        CALLBACK_API_AUTH_TYPE=jwt SECRET_CALLBACK_API_AUTH_SECRET=$SECRET_IN \
        PLATFORM_API_AUTH_TYPE=jwt SECRET_PLATFORM_API_AUTH_SECRET=$SECRET_OUT
}

@test "platform 3.1, API keys both ways" {
    walk WINDLASS_SIM_BEHAVE=3.1 \
        CALLBACK_API_AUTH_TYPE=api_key SECRET_CALLBACK_API_AUTH_SECRET=$SECRET_IN \
        PLATFORM_API_AUTH_TYPE=api_key SECRET_PLATFORM_API_AUTH_SECRET=$SECRET_OUT
}

@test "platform 3.1 with custody, which makes the memos" {
    walk WINDLASS_SIM_BEHAVE=3.1 WINDLASS_SIM_OPTIONS=--custody WINDLASS_DEPOSIT_INFO=platform
}
