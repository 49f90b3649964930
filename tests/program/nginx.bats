#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# nginx/: what reaches an endpoint and how, and what nginx answers by itself.

load ../lib.sh

PORT=${WINDLASS_PORT:-21310}

setup_file() {
    cluster_up
    # As root nginx gives up its rights, so it is let in by a group.
    group=$(id -gn)
    [ "$(id -u)" != 0 ] || group=nogroup
    export group
    program_up event WINDLASS_EVENT_WORKERS=2 "WINDLASS_SOCKET_GROUP=$group"
    program_up status WINDLASS_STATUS_WORKERS=2 "WINDLASS_SOCKET_GROUP=$group"
    # The trial endpoint stands for customer, as two hosts with the same one
    # worker: whoever is asked twice answers twice.
    program_up trial WINDLASS_TRIAL_WORKERS=2 "WINDLASS_SOCKET_GROUP=$group"
    ln -s trial.sock "$DIR/run/customer.sock"
    mkdir "$DIR/log"
    "$root/nginx/fill.sh" "$DIR/nginx" "RUN_DIR=$DIR/run" "LOG_DIR=$DIR/log" "LISTEN=127.0.0.1:$PORT"
    sed -i 's/location = .customer {/location ~ ^.(values|slow)$ {/' "$DIR/nginx/locations.conf"
    sed -i '/customer.sock/{p;s/customer/trial/;}' "$DIR/nginx/upstreams.conf"
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
    for name in event status trial; do program_down $name; done
    cluster_down
}

ask() { # METHOD TARGET [curl options]
    local got method=$1 target=$2
    shift 2
    got=$(curl -sS --path-as-is --max-time 20 -X "$method" -D "$DIR/head" -o "$DIR/body" \
        -w '%{http_code} %{content_type}' "$@" "http://127.0.0.1:$PORT$target") || return 1
    status=${got%% *}
    type=${got#* }
    headers=$(cat "$DIR/head")
    body=$(tr -d '\0' <"$DIR/body")
    [[ $type == application/json* || $status = 204 ]] || {
        echo "$status of type $type: $body"
        return 1
    }
    # Whatever makes the platform's client send a request again is never there.
    [[ $status != 3* && $status != 408 && $headers != *[Rr]etry-[Aa]fter* ]]
    [[ $headers != *'nginx/'* ]]
}

raw() { # TEXT with escapes: sets status and body
    local got
    got=$(printf %b "$1" | python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.sendall(sys.stdin.buffer.read())
got = b""
while b"\r\n\r\n" not in got or b"}" not in got:
    more = s.recv(4096)
    if not more:
        break
    got += more
sys.stdout.buffer.write(got)' "$PORT")
    status=$(head -n 1 <<<"$got" | cut -d' ' -f2)
    body=$(tr -d '\r' <<<"$got" | sed '1,/^$/d')
}

@test "requests reach their endpoint, with their id on both logs" {
    ask GET '/values?account=GSECRET'
    [ "$status $body" = '200 {"account":7}' ]
    ask PUT /values -H 'Content-Type: application/json; charset=utf-8' -d '{"id":"abc"}'
    [ "$status $body" = '200 {"id":3}' ]
    id=$(sed -n 's/.*request_id=\([0-9a-f]*\) method=PUT path="\/values" status=200 .*/\1/p' "$DIR/log/nginx-access.log")
    [ ${#id} = 32 ]
    grep -q "path=/values status=200 .*request_id=$id" "$DIR/trial.log"
    [ "$(grep -c GSECRET "$DIR/log/nginx-access.log")" = 0 ]
    ask POST /event -d '{}'
    [ "$status $body" = '200 {}' ]
    ask GET /health
    [[ $body == *'"number_of_checks":'* ]]
}

@test "a chunked body comes whole" {
    ask PUT /values -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' -d '{"id":"abc"}'
    [ "$status $body" = '200 {"id":3}' ]
}

@test "a body of 24 MiB comes whole and never touches the disk" {
    python3 - "$DIR/form" <<'PY'
import sys
with open(sys.argv[1], 'wb') as f:
    for n in range(3):
        f.write(b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="f"\r\n\r\n' % n)
        f.write(b'x' * (8388608 - 200))
        f.write(b'\r\n')
    f.write(b'--b--')
PY
    ask PUT /values -H 'Content-Type: multipart/form-data; boundary=b' --data-binary "@$DIR/form"
    [ "$status" = 200 ]
    [ "$body" = '{"f0":8388408,"f1":8388408,"f2":8388408}' ]
    [ -z "$(find "$DIR/nginx" -type f -path '*/body/*' -o -type f -path '*/fastcgi/*')" ]
    [ "$(grep -c 'buffered to a temporary file' "$DIR/log/nginx-error.log")" = 0 ]
}

@test "a body over 24 MiB is 400, for an event 200" {
    head -c 26000000 /dev/zero >"$DIR/big"
    for more in 'X-A: b' 'Transfer-Encoding: chunked'; do
        ask PUT /values -H 'Content-Type: application/json' -H "$more" --data-binary "@$DIR/big"
        expect 400
        ask POST /event -H "$more" --data-binary "@$DIR/big"
        [ "$status $body" = '200 {}' ]
    done
}

@test "large bodies are few at a time, wherever they are sent; an event is taken still" {
    python3 - "$PORT" <<'PY'
import select, socket, sys
def send(method, path):
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 15)
    s.sendall(f'{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
              'Content-Length: 2000000\r\n\r\n{'.encode())
    return s
def answer(s):
    return int(s.recv(65536).split()[1])
def chunked(method, path):
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 15)
    s.sendall(f'{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
              '100000\r\n{'.encode())
    return s
# nginx's workers take them in any order: it holds 16 and answers the other 8.
sent = [send('PUT', path) for path in ('/values', '/rate', '/customer/x', '/health') * 6]
refused = []
while len(refused) < 8:
    answered = select.select([s for s in sent if s not in refused], [], [], 4)[0]
    assert answered, f'{len(refused)} were refused'
    refused += answered
got = [answer(s) for s in refused]
assert got == [429] * 8, got
got = [answer(send('PUT', path)) for path in ('/values', '/rate', '/customer/x', '/health')]
assert got == [429] * 4, got
got = [answer(chunked(method, '/values')) for method in ('PUT', 'GET', 'DELETE')]
assert got == [429] * 3, got
assert answer(send('POST', '/event')) == 200
PY
}

@test "what nginx itself refuses looks like all our errors" {
    ask GET /
    expect 404
    ask GET /nowhere
    expect 404
    ask GET //health
    expect 404
    ask GET /values/
    expect 404
    ask GET /.windlass/taken
    expect 404
    ask GET '/health%00'
    expect 400
    ask GET "/values?id=$(head -c 9000 /dev/zero | tr '\0' a)"
    expect 400
    ask GET /health -H "X-Long: $(head -c 9000 /dev/zero | tr '\0' a)"
    expect 400
    ask TRACE /values
    expect 405
    raw 'GARBAGE\r\n\r\n'
    expect 400
    raw 'GET /health HTTP/9.9\r\nHost: x\r\n\r\n'
    expect 400
    raw 'GET /health HTTP/1.1\r\n\r\n'
    expect 400
    raw 'PUT /values HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    expect 400
    raw 'PUT /values HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n'
    expect 400
    raw 'PUT /values HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n'
    expect 400
}

@test "tricks with the path end at the endpoint they came to" {
    for path in /customer/../values /customer/%2e%2e/values /customer/..%2fvalues /customer/.; do
        ask GET "$path"
        expect 404
    done
    ask GET '/%76alues?a=b'
    [ "$status $body" = '200 {"a":1}' ]
}

@test "forwarded headers and the names of parameters mean nothing" {
    ask GET /values -H 'X-Forwarded-For: 10.0.0.1' -H 'X-Forwarded-Host: evil' -H 'X-Original-URL: /open' \
        -H 'Request-Id: forged' -H 'REQUEST_URI: /open'
    [ "$status $body" = '200 {}' ]
    [ "$(grep -cE 'forged|10\.0\.0\.1|evil' "$DIR/trial.log")" = 0 ]
}

@test "an endpoint that is away, or drops a request, is 503 and is not asked twice" {
    ask GET /rate
    expect 503
    (ask GET '/slow?ms=4000' && echo "$status" >"$DIR/late") 3>&- &
    sleep 0.5
    began=$(date +%s%N)
    workers_of trial | xargs kill -KILL
    wait $!
    [ "$(cat "$DIR/late")" = 503 ]
    [ $((($(date +%s%N) - began) / 1000000)) -lt 2000 ]
    eventually has_workers trial 2
}

@test "an endpoint that does not answer within 8 s is 503" {
    began=$(date +%s%3N)
    ask GET '/slow?ms=9000'
    expect 503
    [ $(($(date +%s%3N) - began)) -lt 8500 ]
}

@test "slow clients are closed, others do not notice" {
    python3 - "$PORT" <<'PY'
import socket, sys, time
def connect():
    return socket.create_connection(('127.0.0.1', int(sys.argv[1])), 15)
slow = []
for n in range(50):
    s = connect()
    s.sendall(b'GET /health HTTP/1.1\r\nHost: x\r\nX: ' if n % 2 else
              b'PUT /values HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{')
    slow.append(s)
began = time.monotonic()
while time.monotonic() - began < 3:
    t = time.monotonic()
    s = connect()
    s.sendall(b'GET /values?a=b HTTP/1.0\r\n\r\n')
    assert b'200 OK' in s.recv(4096)
    assert time.monotonic() - t < 1
    time.sleep(0.1)
for s in slow:
    try:
        assert s.recv(4096) == b''
    except ConnectionResetError:
        pass
assert time.monotonic() - began < 10
PY
}

@test "a client that asks and does not take the answers is closed" {
    python3 - "$PORT" <<'PY'
import select, socket, sys, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
s.connect(('127.0.0.1', int(sys.argv[1])))
s.setblocking(False)
names = '&'.join(f'{"n" * 50}{n}=1' for n in range(60))
ask = f'GET /values?{names} HTTP/1.1\r\nHost: x\r\n\r\n'.encode()
began = time.monotonic()
sent = 0
while True:
    assert time.monotonic() - began < 25, f'{sent} bytes taken and still there'
    select.select([], [s], [], 1)
    try:
        sent += s.send(ask * 8)
    except BlockingIOError:
        pass
    except (ConnectionResetError, BrokenPipeError):
        break
assert time.monotonic() - began > 4
PY
}

@test "one client's requests are limited, others and events are not" {
    python3 - "$PORT" <<'PY'
import socket, sys
from collections import Counter
def burst(line, n):
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 15)
    f = s.makefile('rwb')
    seen = Counter()
    for _ in range(n):
        f.write(line + b' HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n')
    f.flush()
    for _ in range(n):
        status = int(f.readline().split()[1])
        size = 0
        while (head := f.readline()) != b'\r\n':
            if head.lower().startswith(b'content-length:'):
                size = int(head.split(b':')[1])
        body = f.read(size)
        assert status in (200, 429), (status, body)
        assert status == 200 or body == b'{"error":"too many requests"}', body
        seen[status] += 1
    return seen
one = burst(b'GET /values?account=GA', 1200)
assert one[429] > 100, one
assert one[200] >= 401, one
assert burst(b'GET /values?account=GB', 100)[429] == 0
assert burst(b'GET /values?client_id=GC&account=GA', 100)[429] == 0
assert burst(b'POST /event?account=GA', 600)[429] == 0
PY
}

@test "nginx takes the configuration without a word" {
    run env "PATH=$PATH:/usr/sbin" nginx -t -q -c "$DIR/nginx/windlass.conf" \
        -e "$DIR/log/nginx-error.log"
    [ "$status" = 0 ]
    [ -z "$output" ]
}
