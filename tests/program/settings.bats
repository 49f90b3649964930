#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# What a program can be told, who may call it, and what it says when it may not
# start.

load ../lib.sh

setup() {
    folder_up
    settings
    PROGRAM=trial
    trial=$(program_of trial)
}

teardown() {
    folder_down
}

KEY=myPlatformToAnchorSecret1234567890

@test "-V, -h and wrong words" {
    run "$trial" -V
    [ "$status" = 0 ]
    [ "$output" = "trial $(cat "$root/VERSION")" ]
    run "$trial" -h
    [ "$status" = 0 ]
    for name in WINDLASS_DATABASE_URL WINDLASS_RUN_DIR WINDLASS_TRIAL_WORKERS WINDLASS_DB_PREPARE WINDLASS_DEV \
        WINDLASS_LOG_LEVEL WINDLASS_WORKER_REQUESTS WINDLASS_REQUEST_LIMIT_MS WINDLASS_SOCKET_GROUP \
        CALLBACK_API_AUTH_TYPE SECRET_CALLBACK_API_AUTH_SECRET SECRET_CALLBACK_API_AUTH_SECRET_NEXT \
        CALLBACK_API_AUTH_JWT_EXPIRATION_MILLISECONDS TRIAL_START_MS; do
        grep -q "$name" <<<"$output" || { echo "no $name"; return 1; }
    done
    run "$trial" -x
    [ "$status $output" = "2 trial: unknown option -x; see -h" ]
    run "$trial" serve
    [ "$status $output" = "2 trial: takes no arguments; see -h" ]
}

@test "-n prints what is in force, never a secret, and starts nothing" {
    export CALLBACK_API_AUTH_TYPE=api_key SECRET_CALLBACK_API_AUTH_SECRET=$KEY
    export WINDLASS_DATABASE_URL="host=/nowhere password=hunter22hunter22" WINDLASS_TRIAL_WORKERS=7
    run "$trial" -n
    [ "$status" = 0 ]
    grep -qx WINDLASS_TRIAL_WORKERS=7 <<<"$output"
    grep -qx CALLBACK_API_AUTH_TYPE=api_key <<<"$output"
    grep -qx WINDLASS_REQUEST_LIMIT_MS=15000 <<<"$output"
    [ "$(grep -cE "$KEY|hunter22" <<<"$output")" = 0 ]
    [ ! -e "$DIR/run" ]
}

@test "wrong settings are all named at once, and nothing starts" {
    export WINDLASS_TRIAL_WORKERS=0 WINDLASS_LOG_LEVEL=loud WINDLASS_DB_PREPARE=maybe WINDLASS_REQUEST_LIMIT_MS=1 \
        WINDLASS_DATABASE_URL='' CALLBACK_API_AUTH_JWT_EXPIRATION_MILLISECONDS=never \
        CALLBACK_API_AUTH_TYPE=jwt SECRET_CALLBACK_API_AUTH_SECRET=short
    for option in '' -n; do
        # shellcheck disable=SC2086
        run "$trial" $option
        [ "$status" = 1 ]
        for name in WINDLASS_TRIAL_WORKERS WINDLASS_LOG_LEVEL WINDLASS_DB_PREPARE WINDLASS_REQUEST_LIMIT_MS \
            WINDLASS_DATABASE_URL CALLBACK_API_AUTH_JWT_EXPIRATION_MILLISECONDS \
            SECRET_CALLBACK_API_AUTH_SECRET; do
            grep -q "^$name: " <<<"$output" || { echo "no $name in $output"; return 1; }
        done
        [ "${#lines[@]}" = 7 ]
    done
    [ ! -e "$DIR/run" ]
}

@test "no authentication starts only with WINDLASS_DEV=1" {
    WINDLASS_DEV=0 run "$trial"
    [ "$status" = 1 ]
    [[ $output == CALLBACK_API_AUTH* ]]
    [ "${#lines[@]}" = 1 ]
    CALLBACK_API_AUTH_TYPE=jwt SECRET_CALLBACK_API_AUTH_SECRET=tooshort run "$trial"
    [ "$status" = 1 ]
    [[ $output != *tooshort* ]]
    CALLBACK_API_AUTH_TYPE=api_key run "$trial"
    [ "$status" = 1 ]
}

@test "a path too long for a socket, and a folder that cannot be, are one line" {
    WINDLASS_RUN_DIR=$DIR/$(head -c 100 /dev/zero | tr '\0' a) run "$trial"
    [ "$status" = 1 ]
    [ "${#lines[@]}" = 1 ]
    [[ $output == *'107 bytes'* ]]
    WINDLASS_RUN_DIR=$DIR/a/b run "$trial"
    [ "$status" = 1 ]
    [ "$output" = "trial: $DIR/a/b: No such file or directory" ]
}

@test "a connection string that cannot be read stops the program, and is not repeated" {
    while IFS= read -r url; do
        for option in '' -n; do
            # shellcheck disable=SC2086
            WINDLASS_DATABASE_URL=$url run timeout 5 "$trial" $option
            [ "$status" = 1 ]
            [[ $output == 'WINDLASS_DATABASE_URL: is no connection string'* ]]
            [[ $output != *hush* ]]
        done
        WINDLASS_DATABASE_URL=$url run timeout 5 "$BUILD/operator/windlass" pool show
        [ "$status" = 1 ]
        [[ $output != *hush* ]]
    done <<'CASES'
postgresql://u:%hush@h/windlass
postgresql://u:p@hush@h/windlass
postgresql://u:hush/p@h/windlass
host=/nowhere password=p hush
host=/nowhere hush=p
CASES
}

@test "a secret to come is as good as the first one, and two are the most" {
    export CALLBACK_API_AUTH_TYPE=api_key SECRET_CALLBACK_API_AUTH_SECRET=$KEY
    SECRET_CALLBACK_API_AUTH_SECRET_NEXT=short run "$trial" -n
    [ "$status" = 1 ]
    [[ $output == 'SECRET_CALLBACK_API_AUTH_SECRET_NEXT: needs at least 16 bytes'* ]]
    SECRET_CALLBACK_API_AUTH_SECRET_NEXT="$KEY"1$'\n'"$KEY"2 run "$trial" -n
    [ "$status" = 1 ]
    [[ $output == 'SECRET_CALLBACK_API_AUTH_SECRET_NEXT: is one secret too many'* ]]
}

@test "a database that is away is one line, and the program waits for it" {
    program_up trial "WINDLASS_DATABASE_URL=host=$DIR/nowhere"
    [ "$(grep -c 'level=warn prog=trial event=start .*the database is away' "$DIR/trial.log")" = 1 ]
    request GET /pid
    expect 200
    program_down trial
}

@test "with an API key: the key, or the next one, and nothing else" {
    program_up trial CALLBACK_API_AUTH_TYPE=api_key "SECRET_CALLBACK_API_AUTH_SECRET=$KEY" \
        SECRET_CALLBACK_API_AUTH_SECRET_NEXT=theNextSecretOfThePlatform12345
    request GET /pid
    expect 401
    for key in '' x "${KEY%0}" "${KEY}0" " $KEY" "Bearer $KEY"; do
        request GET /pid '' '' "HTTP_X_API_KEY=$key"
        expect 401
        request GET /pid '' '' "HTTP_AUTHORIZATION=$key"
        expect 401
    done
    request GET /pid '' '' "HTTP_X_API_KEY=$KEY"
    expect 200
    request GET /pid '' '' HTTP_X_API_KEY=theNextSecretOfThePlatform12345
    expect 200
    request GET /pid '' '' "HTTP_X_API_KEY=$KEY" HTTP_X_API_KEY=x
    expect 400
    # The body of a stranger is not looked at, what is open stays open, and a
    # path is unknown to everybody.
    request PUT /values '{'
    expect 401
    request GET /open
    expect 200
    request GET /nowhere
    expect 404
    [ "$(grep -c "$KEY" "$DIR/trial.log")" = 0 ]
    program_down trial
}

token() { # SECRET IAT EXP [ALG]
    python3 -c "
import base64, hashlib, hmac, json, sys
def b64(b): return base64.urlsafe_b64encode(b).rstrip(b'=').decode()
secret, iat, exp, alg = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
head = b64(json.dumps({'alg': alg}).encode()) + '.' + b64(json.dumps({'iat': iat, 'exp': exp}).encode())
print(head + '.' + b64(hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest()))" "$1" "$2" "$3" "${4-HS256}"
}

@test "with a JWT: a fresh HS256 token of our secret, and nothing else" {
    program_up trial CALLBACK_API_AUTH_TYPE=jwt "SECRET_CALLBACK_API_AUTH_SECRET=$KEY"
    now=$(date +%s)
    bearer() {
        request GET /pid '' '' "HTTP_AUTHORIZATION=Bearer $1"
    }
    bearer "$(token "$KEY" "$now" $((now + 30)))"
    expect 200
    bearer "$(token anotherSecretOfThirtyTwoBytesOrMore "$now" $((now + 30)))"
    expect 401
    bearer "$(token "$KEY" $((now - 100)) $((now - 70)))"
    expect 401
    bearer "$(token "$KEY" "$now" $((now + 3000)))"
    expect 401
    bearer "$(token "$KEY" "$now" $((now + 30)) none)"
    expect 401
    request GET /pid '' '' "HTTP_X_API_KEY=$KEY"
    expect 401
    request GET /pid
    expect 401
    program_down trial
}

@test "a secret may stand in a file" {
    printf '%s\n' "$KEY" >"$DIR/key"
    chmod 0600 "$DIR/key"
    program_up trial CALLBACK_API_AUTH_TYPE=api_key "SECRET_CALLBACK_API_AUTH_SECRET_FILE=$DIR/key"
    request GET /pid '' '' "HTTP_X_API_KEY=$KEY"
    expect 200
    program_down trial
}
