#!/usr/bin/env bats
# shellcheck disable=SC2154 # lib.sh sets them
# What the watcher can be told, and what it says when it may not start.

load ../lib.sh

setup() {
    folder_up
    settings
    watcher=$BUILD/watcher/watcher
    export WINDLASS_KEK_FILE=$DIR/kek PLATFORM_API_BASE_URL=http://127.0.0.1:8085 \
        WINDLASS_HORIZON_URL=http://127.0.0.1:8086
    (umask 077 && printf '1 %064d\n' 1 >"$DIR/kek")
}

teardown() {
    folder_down
}

@test "-V, -h and wrong words" {
    run "$watcher" -V
    [ "$status $output" = "0 watcher $(cat "$root/VERSION")" ]
    run "$watcher" -h
    [ "$status" = 0 ]
    # Every setting of the manual page, and no other.
    diff <(grep -oE '^  (SECRET_)?(WINDLASS|PLATFORM)_[A-Z_]+' <<<"$output" | tr -d ' ' | sort) \
        <(grep -E '^\.It Ev' "$root/watcher/watcher.8" | grep -oE '[A-Z]+_[A-Z_]+' | sort)
    for words in -x --twice once; do
        run "$watcher" $words
        [ "$status" = 2 ]
    done
}

@test "-n prints what is in force, never a secret, and what is not set as that" {
    SECRET_WINDLASS_PAYOUT_RAIL_KEY=hunter22hunter22 WINDLASS_PAYOUT_WINDOW_MS=86400000 run "$watcher" -n
    [ "$status" = 0 ]
    grep -qx WINDLASS_PAYOUT_WINDOW_MS=86400000 <<<"$output"
    grep -qx WINDLASS_PAYOUT_QUARANTINE_MS= <<<"$output"
    [ "$(grep -c hunter22 <<<"$output")" = 0 ]
}

@test "a hook needs a secret, and a secret its shape" {
    good=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    WINDLASS_HOOK_SECRET=$good WINDLASS_REVIEW_HOOK_URL=https://review.example run "$watcher" -n
    [ "$status" = 0 ]
    [ "$(grep -c MfKQ <<<"$output")" = 0 ]
    WINDLASS_CODE_HOOK_URL=https://code.example run "$watcher" -n
    [ "$status $output" = "1 WINDLASS_HOOK_SECRET: is needed where there is a hook" ]
    for wrong in whsec_short hunter2hunter2hunter2hunter2 "${good}!"; do
        WINDLASS_HOOK_SECRET=$good WINDLASS_HOOK_SECRET_NEXT=$wrong run "$watcher" -n
        [ "$status ${#lines[@]}" = "1 1" ]
        [[ $output == WINDLASS_HOOK_SECRET_NEXT:* && $output != *"$wrong"* ]]
    done
    WINDLASS_HOOK_SECRET=$good WINDLASS_CODE_HOOK_URL=http://code.example run "$watcher" -n
    [ "$status" = 1 ]
    [[ $output == WINDLASS_CODE_HOOK_URL:* ]]
}

@test "wrong settings are all named at once, and nothing starts" {
    export PLATFORM_API_BASE_URL=ftp://host WINDLASS_PAYOUT_WINDOW_MS=0 WINDLASS_HORIZON_URL='' \
        WINDLASS_DATABASE_URL='host port' PLATFORM_API_AUTH_TYPE=jwt SECRET_PLATFORM_API_AUTH_SECRET=short
    for option in '' -n; do
        # shellcheck disable=SC2086
        run "$watcher" $option
        [ "$status" = 1 ]
        for name in PLATFORM_API_BASE_URL WINDLASS_PAYOUT_WINDOW_MS WINDLASS_HORIZON_URL WINDLASS_DATABASE_URL \
            SECRET_PLATFORM_API_AUTH_SECRET; do
            grep -q "^$name: " <<<"$output" || { echo "no $name in $output"; return 1; }
        done
        [ "${#lines[@]}" = 5 ]
    done
}
