#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# Peers that a web server never is: slow, silent, gone, or sending anything.
# One worker only, so that whoever holds it is found out.

load ../lib.sh

setup_file() {
    folder_up
    program_up trial WINDLASS_TRIAL_WORKERS=1 WINDLASS_REQUEST_LIMIT_MS=6000
}

teardown_file() {
    program_down trial
    folder_down
}

# A script with the raw client at hand; SOCKET is the program's.
peer() {
    SOCKET=$DIR/run/trial.sock PYTHONPATH=$root/tests/program python3 -c "
import os, time
from fcgi import *
SOCKET = os.environ['SOCKET']
def seconds(f):
    began = time.monotonic()
    f()
    return time.monotonic() - began
def is_served():
    return ask(SOCKET, 'GET', '/pid')[0] == 200
$1"
}

@test "half of the parameters hold the worker for 3 s, not longer" {
    peer "
c = Connection(SOCKET)
c.send(begin() + params('GET', '/pid')[:40])
assert seconds(is_served) < 5.5
assert c.is_closed()"
}

@test "a connection without a word holds it for 3 s, not longer" {
    peer "
c = Connection(SOCKET)
assert seconds(is_served) < 5.5
assert c.is_closed()"
}

@test "half of a body is dropped without an answer" {
    peer "
head = begin() + params('PUT', '/values', b'x' * 50, 'application/json')
c = Connection(SOCKET)
c.send(head + record(STDIN, b'x' * 10))
assert seconds(is_served) < 5.5
assert c.is_closed()
# A clean end, but too early; too late; and an abort.
for rest in (stream(STDIN, b'x' * 10), stream(STDIN, b'x' * 51), record(STDIN, b'x' * 10) + record(ABORT)):
    with Connection(SOCKET) as c:
        c.send(head + rest)
        assert c.is_closed(), rest
assert is_served()"
    grep -q 'method=PUT path=/values status=0 ' "$DIR/trial.log"
}

@test "a whole body in many small records is read" {
    peer "
body = b'{\"a\":\"' + b'v' * 500 + b'\"}'
with Connection(SOCKET) as c:
    c.send(begin() + params('PUT', '/values', body, 'application/json'))
    for i in range(len(body)):
        c.send(record(STDIN, body[i:i + 1]))
    c.send(record(STDIN))
    assert c.answer()[2] == b'{\"a\":500}'"
}

@test "a peer that is gone before the answer does no harm" {
    peer "
for _ in range(20):
    with Connection(SOCKET) as c:
        c.send(whole('GET', '/values?a=' + 'b' * 2000))
assert is_served()"
}

@test "a kept connection serves again, and an idle one ends by itself" {
    peer "
with Connection(SOCKET) as c:
    for _ in range(3):
        c.send(whole('GET', '/pid', keep=True))
        assert c.answer()[0] == 200
    assert seconds(lambda: c.is_closed()) < 5.5"
}

@test "what is left of an unread body is not taken for the next request" {
    peer "
hidden = whole('GET', '/slow?ms=1')
with Connection(SOCKET) as c:
    c.send(whole('PUT', '/nowhere', hidden * 50, 'application/json', keep=True))
    assert c.answer()[0] == 404
    assert c.is_closed()
assert is_served()"
}

@test "records that are none end the connection, not the worker" {
    before=$(workers_of trial)
    peer "
import random
dice = random.Random(7)
good = whole('PUT', '/values', b'{\"a\":\"b\"}', 'application/json')
for n in range(150):
    bad = bytearray(good)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(bad))
        # Lengths of names and values stay small: a peer that asks for
        # gigabytes is the subject of another test.
        bad[at] = dice.randrange(128)
    with Connection(SOCKET, timeout=8) as c:
        try:
            c.send(bytes(bad))
            c.socket.shutdown(socket.SHUT_WR)
            while c.socket.recv(4096):
                pass
        except OSError:
            pass
assert is_served()"
    [ "$(workers_of trial)" = "$before" ]
}

@test "a peer that drips is ended with its worker after the limit" {
    before=$(workers_of trial)
    peer "
c = Connection(SOCKET)
data = whole('GET', '/pid')
began = time.monotonic()
try:
    for i in range(len(data)):
        c.send(data[i:i + 1])
        time.sleep(0.5)
        if time.monotonic() - began > 20:
            break
except OSError:
    pass
assert 5 < time.monotonic() - began < 9, time.monotonic() - began
assert is_served()"
    [ "$(workers_of trial)" != "$before" ]
    grep -q 'event=worker_overdue' "$DIR/trial.log"
}

@test "a length of gigabytes may cost the worker, not the service" {
    peer "
with Connection(SOCKET) as c:
    try:
        c.send(begin() + record(PARAMS, b'\xff\xff\xff\xff\xff\xff\xff\xf0abc') + record(PARAMS))
        c.is_closed()
    except OSError:
        pass
for _ in range(40):
    try:
        if is_served():
            break
    except (OSError, Closed):
        time.sleep(0.1)
else:
    raise SystemExit('nobody serves any more')"
    # libfcgi has its own words for it; they are expected here.
    grep -v '^ts=' "$DIR/trial.log" >&2 || true
    grep '^ts=' "$DIR/trial.log" >"$DIR/trial.kept" && mv "$DIR/trial.kept" "$DIR/trial.log"
}
