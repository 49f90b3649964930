#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# nginx/ over TLS and below a prefix: who gets in, and as whom.

load ../lib.sh

PORT=$((${WINDLASS_PORT:-21310} + 20))
TLS_PORT=$((PORT + 1))

# made NAME [openssl x509 options]: a key and a certificate of our test CA.
made() {
    local name=$1
    shift
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Test/CN=$name" \
        -keyout "$DIR/$name.key" -out "$DIR/$name.csr" 2>/dev/null
    openssl x509 -req -in "$DIR/$name.csr" -CA "$DIR/ca.pem" -CAkey "$DIR/ca.key" -CAcreateserial \
        -out "$DIR/$name.pem" "$@" 2>/dev/null
}

fill() { # [NAME=VALUE...]
    "$root/nginx/fill.sh" "$DIR/nginx" "RUN_DIR=$DIR/run" "LOG_DIR=$DIR/log" PREFIX=/anchor \
        "LISTEN=127.0.0.1:$PORT" "TLS_LISTEN=127.0.0.1:$TLS_PORT" \
        "CERT=$DIR/server.pem" "KEY=$DIR/server.key" "CLIENT_CA=$DIR/ca.pem" "$@" || return
    sed -i 's|location = /anchor/customer {|location ~ ^/anchor/(values\|pid)$ {|' "$DIR/nginx/locations.conf"
}

setup_file() {
    folder_up
    group=$(id -gn)
    [ "$(id -u)" != 0 ] || group=nogroup
    program_up trial WINDLASS_TRIAL_WORKERS=2 "WINDLASS_SOCKET_GROUP=$group"
    ln -s trial.sock "$DIR/run/customer.sock"
    mkdir "$DIR/log"
    for ca in ca stranger; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$ca" \
            -keyout "$DIR/$ca.key" -out "$DIR/$ca.pem" 2>/dev/null
    done
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' >"$DIR/names"
    made server -days 2 -extfile "$DIR/names"
    made platform -days 2
    made late -days -1
    fill
    PATH=$PATH:/usr/sbin nginx -c "$DIR/nginx/windlass.conf" -e "$DIR/log/nginx-error.log" \
        -g 'daemon off;' >"$DIR/nginx.out" 2>&1 3>&- &
    echo $! >"$DIR/nginx.pid"
    eventually curl -s -o /dev/null "http://127.0.0.1:$PORT/"
}

teardown_file() {
    kill "$(cat "$DIR/nginx.pid")"
    eventually is_gone "$(cat "$DIR/nginx.pid")"
    rm "$DIR/nginx.pid"
    [ ! -s "$DIR/nginx.out" ] || cat "$DIR/nginx.out"
    program_down trial
    folder_down
}

# With the files as they are now: until the last old worker is gone, some
# connections are still taken as before.
reload() {
    local old pid
    old=$(pgrep -P "$(cat "$DIR/nginx.pid")")
    kill -HUP "$(cat "$DIR/nginx.pid")"
    for pid in $old; do eventually is_gone "$pid"; done
}

ask() { # TARGET [curl options]: over TLS
    local got target=$1
    shift
    got=$(curl -sS --path-as-is --max-time 20 --cacert "$DIR/ca.pem" -o "$DIR/body" -w '%{http_code}' "$@" \
        "https://127.0.0.1:$TLS_PORT$target") || return 1
    status=$got
    body=$(cat "$DIR/body")
}

as() { # NAME: curl options of a client's certificate
    printf -- '--cert %s --key %s' "$DIR/$1.pem" "$DIR/$1.key"
}


@test "the paths below the prefix are ours, and nothing else is" {
    for base in "http://127.0.0.1:$PORT" "https://127.0.0.1:$TLS_PORT"; do
        [ "$(curl -s --cacert "$DIR/ca.pem" "$base/anchor/values?account=GA")" = '{"account":2}' ]
        for path in /values /anchor /anchor/ /anchor/anchor/values /anchorvalues /anchor//values //anchor/values \
            /other/values /anchor/.windlass/taken /.windlass/taken /anchor/values/ /anchor/customer/%2e%2e/values; do
            got=$(curl -s --path-as-is --cacert "$DIR/ca.pem" -w ' %{http_code}' "$base$path")
            [[ $got == '{"error":"'*'"} 404' ]] || { echo "$path: $got"; return 1; }
        done
        # The prefix in other letters is a path of nobody.
        [[ $(curl -s --cacert "$DIR/ca.pem" -o /dev/null -w '%{http_code}' "$base/%61nchor/values") = 404 ]]
    done
}

@test "TLS 1.2 and 1.3, and nothing older" {
    for version in 1.2 1.3; do
        ask /anchor/values "--tlsv$version" --tls-max $version
        expect 200
    done
    for version in 1.0 1.1; do
        run curl -sS --cacert "$DIR/ca.pem" --ciphers DEFAULT@SECLEVEL=0 "--tlsv$version" --tls-max $version \
            "https://127.0.0.1:$TLS_PORT/anchor/values"
        [ "$status" = 35 ]
    done
    # No cipher without forward secrecy.
    run curl -sS --cacert "$DIR/ca.pem" --tls-max 1.2 --ciphers AES128-GCM-SHA256:AES256-SHA \
        "https://127.0.0.1:$TLS_PORT/anchor/values"
    [ "$status" = 35 ]
}

@test "a session is taken up again, by any of nginx's workers" {
    python3 - "$TLS_PORT" "$DIR/ca.pem" <<'PY'
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    context.minimum_version = context.maximum_version = version
    session, reused = None, []
    for _ in range(6):
        with socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10) as s, \
                context.wrap_socket(s, server_hostname='localhost', session=session) as t:
            t.sendall(b'GET /anchor/values HTTP/1.0\r\n\r\n')
            while t.recv(4096):
                pass
            reused.append(t.session_reused)
            session = t.session
    assert reused == [False] + [True] * 5, (version, reused)
PY
}

@test "who shows a certificate of our CA is named in the log; nobody else can be" {
    # shellcheck disable=SC2046
    ask /anchor/values $(as platform)
    expect 200
    tail -n 1 "$DIR/trial.log" | grep -q ' client="CN=platform,O=Test" '
    # No certificate, and every header that might be taken for one.
    ask /anchor/values -H 'Client-Subject: CN=forged' -H 'CLIENT_SUBJECT: CN=forged' \
        -H 'Client_Subject: CN=forged' -H 'HTTP_CLIENT_SUBJECT: CN=forged' -H 'X-SSL-Client-S-DN: CN=forged' \
        -H 'Ssl-Client-S-Dn: CN=forged' -H 'Ssl-Client-Verify: SUCCESS'
    expect 200
    curl -s -o /dev/null -H 'Client-Subject: CN=forged' "http://127.0.0.1:$PORT/anchor/values"
    [ "$(grep -c 'client=' "$DIR/trial.log")" = 1 ]
    [ "$(grep -c forged "$DIR/trial.log")" = 0 ]
}

@test "a certificate of another CA, or one that has ended, is 401 and never reaches an endpoint" {
    before=$(wc -l <"$DIR/trial.log")
    for name in stranger late; do
        # shellcheck disable=SC2046
        ask /anchor/values $(as $name)
        expect 401
        [[ $body == *'client certificate'* ]]
    done
    [ "$(wc -l <"$DIR/trial.log")" = "$before" ]
}

@test "where certificates are required, only those who show one get in" {
    fill CLIENT_VERIFY=on
    reload
    refused() { ask /anchor/values && [ "$status" = 401 ]; }
    eventually refused
    expect 401
    ask /anchor/health
    expect 401
    # shellcheck disable=SC2046
    ask /anchor/values $(as platform)
    expect 200
    fill
    reload
    let_in() { ask /anchor/values && [ "$status" = 200 ]; }
    eventually let_in
}

@test "/metrics is on the plain port alone, for this machine and whom fill.sh was told" {
    code() { # TARGET [curl options]
        curl -s --path-as-is --cacert "$DIR/ca.pem" -o /dev/null -w '%{http_code}' "$@"
    }
    from() { # ADDRESS CODE
        [ "$(code "http://127.0.0.1:$PORT/metrics" --interface "$1")" = "$2" ]
    }
    # Nobody answers behind it here: 503 is whoever was let in.
    [ "$(code "http://127.0.0.1:$PORT/metrics?a=b")" = 503 ]
    from 127.0.0.1 503
    from 127.0.0.2 404
    for url in "https://127.0.0.1:$TLS_PORT/metrics" "https://127.0.0.1:$TLS_PORT/anchor/metrics" \
        "http://127.0.0.1:$PORT/anchor/metrics" "http://127.0.0.1:$PORT//metrics" "http://127.0.0.1:$PORT/metrics/"; do
        [ "$(code "$url")" = 404 ] || { echo "$url"; return 1; }
    done
    fill INSIDE=127.0.0.2,10.0.0.0/8,fd00::/8
    # A prefix that somebody rewrites away does not lead there.
    # shellcheck disable=SC2016 # nginx's own variables
    sed -i 's|location / {|location ^~ /cb/ { rewrite ^/cb(/.*)$ $1 last; }\n&|' "$DIR/nginx/server.conf"
    reload
    eventually from 127.0.0.2 503
    from 127.0.0.1 503
    from 127.0.0.3 404
    [ "$(code "http://127.0.0.1:$PORT/cb/anchor/values")" = 404 ]
    [ "$(code "http://127.0.0.1:$PORT/cb/metrics")" = 404 ]
    fill
    reload
    eventually from 127.0.0.2 404
}

@test "plain HTTP to the port of TLS is 400 in our shape" {
    got=$(curl -s -w ' %{http_code}' "http://127.0.0.1:$TLS_PORT/anchor/values")
    [ "$got" = '{"error":"only TLS is spoken on this port"} 400' ]
}

@test "who is slow to shake hands, or to send a head over TLS, is closed" {
    python3 - "$TLS_PORT" "$DIR/ca.pem" <<'PY'
import socket, ssl, sys, time
def connect():
    return socket.create_connection(('127.0.0.1', int(sys.argv[1])), 15)
began = time.monotonic()
silent, half = connect(), connect()
half.sendall(b'\x16\x03\x01\x02\x00\x01')
context = ssl.create_default_context(cafile=sys.argv[2])
slow = context.wrap_socket(connect(), server_hostname='localhost')
slow.sendall(b'GET /anchor/values HTTP/1.1\r\nHost: x\r\nX: ')
for s in (silent, half, slow):
    try:
        assert s.recv(4096) == b''
    except (ConnectionResetError, ssl.SSLError):
        pass
assert 4 < time.monotonic() - began < 10, time.monotonic() - began
PY
}

@test "fill.sh: what cannot be right is one line and exit 2, and changes nothing" {
    before=$(cat "$DIR"/nginx/*.conf | cksum)
    : >"$DIR/empty"
    openssl pkey -in "$DIR/server.key" -aes128 -passout pass:hush -out "$DIR/locked.key"
    while IFS='|' read -r words said; do
        # shellcheck disable=SC2086 # words
        run fill $words
        [ "$status" = 2 ] || { echo "$words: $status"; return 1; }
        [ "${#lines[@]}" = 1 ]
        [[ $output == "fill.sh: "*"$said"* ]] || { echo "$words: $output"; return 1; }
    done <<CASES
CERT=$DIR/nowhere|no such file
CERT=$DIR/empty|no certificate
CERT=$DIR/server.key|no certificate
CERT=$DIR/late.pem KEY=$DIR/late.key|has ended
KEY=$DIR/platform.key|is not the key of
KEY=$DIR/server.pem|no key
KEY=$DIR/locked.key|pass phrase
KEY=|KEY: is not set
CERT=|CERT: is not set
CLIENT_CA=$DIR/empty|CLIENT_CA: $DIR/empty: is no certificate
CLIENT_CA=$DIR/late.pem|has ended
CLIENT_VERIFY=off|optional or on
INSIDE=localhost|INSIDE: must be addresses
INSIDE=all|INSIDE: must be addresses
PREFIX=anchor|PREFIX: must begin with /
PREFIX=/anchor/|PREFIX: must begin with /
PREFIX=/a//b|plain segments
PREFIX=/a%62|plain segments
LISTEN=8081;x|LISTEN: a character
LISTEN|LISTEN has no value
COLOUR=red|unknown name COLOUR
CASES
    [ "$(cat "$DIR"/nginx/*.conf | cksum)" = "$before" ]
    run "$root/nginx/fill.sh"
    [ "$status" = 2 ]
    run "$root/nginx/fill.sh" --folder
    [ "$status" = 2 ]
    run "$root/nginx/fill.sh" --help
    [ "$status" = 0 ]
}
