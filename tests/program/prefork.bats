#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # lib.sh sets them and reads them
# The life of a parent and its workers.

load ../lib.sh

setup() {
    folder_up
    PROGRAM=trial
}

teardown() {
    touch "$DIR/enough"
    sleep 0.1
    folder_down
}

# Keeps asking in the background; each answer that is not 200 is a line.
load_begin() { # TARGET
    cat >"$DIR/load.py" <<'PY'
import os, sys, threading, time
from fcgi import *
bad, good, pids = [], 0, set()
def run():
    global good
    end = time.monotonic() + 60  # should the test fail and nobody stop it
    while not os.path.exists(sys.argv[3]) and time.monotonic() < end:
        try:
            status, _, body = ask(sys.argv[1], 'GET', sys.argv[2])
            if status != 200:
                bad.append(status)
            good += 1
            pids.add(body)
        except (OSError, Closed) as fault:
            bad.append(type(fault).__name__)
threads = [threading.Thread(target=run) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(good, len(pids), *bad)
PY
    PYTHONPATH=$root/tests/program python3 "$DIR/load.py" "$DIR/run/trial.sock" "$1" "$DIR/enough" \
        >"$DIR/load.out" 3>&- &
    loader=$!
}

load_end() { # sets good (answers), pids (workers seen) and bad (what else came)
    touch "$DIR/enough"
    wait "$loader"
    read -r good pids bad <"$DIR/load.out"
    echo "$good answers of $pids workers, bad: $bad"
}

in_background() { # METHOD TARGET: the status into $DIR/late
    (request "$1" "$2" && echo "$status" >"$DIR/late") >/dev/null 2>&1 3>&- &
    late=$!
}

is_slow() { # a worker has the request
    grep -q event=slow "$DIR/trial.log"
}

is_deaf() {
    ! listens trial
}

@test "idle, SIGTERM ends it at once and leaves no socket, no counters, no worker" {
    program_up trial
    workers=$(workers_of trial)
    [ "$(wc -w <<<"$workers")" = 4 ]
    parent=$(pid_of trial)
    kill -TERM "$parent"
    began=$(date +%s%N)
    wait "$parent"
    [ $((($(date +%s%N) - began) / 1000000)) -lt 2000 ]
    for pid in $workers; do is_gone "$pid" || return 1; done
    [ -z "$(ls "$DIR/run")" ]
    [ -z "$(spoken trial)" ]
}

@test "busy, SIGTERM lets the request in flight finish, and takes no other" {
    program_up trial WINDLASS_TRIAL_WORKERS=2
    in_background GET '/slow?ms=2000'
    eventually is_slow
    parent=$(pid_of trial)
    kill -TERM "$parent"
    kill -TERM "$parent"
    eventually is_deaf
    wait "$late"
    [ "$(cat "$DIR/late")" = 200 ]
    wait "$parent"
    [ -z "$(spoken trial)" ]
}

@test "a request that does not finish within 5 s of SIGTERM is ended" {
    program_up trial WINDLASS_TRIAL_WORKERS=2
    in_background GET '/slow?ms=30000'
    eventually is_slow
    parent=$(pid_of trial)
    began=$(date +%s%N)
    kill -TERM "$parent"
    wait "$parent" || true
    ms=$((($(date +%s%N) - began) / 1000000))
    echo "$ms ms"
    [ $ms -ge 4500 ]
    [ $ms -lt 7000 ]
    wait "$late" || true
    [ ! -e "$DIR/late" ]
}

@test "a worker killed outright is replaced within a second" {
    program_up trial WINDLASS_TRIAL_WORKERS=2
    for _ in 1 2 3; do
        pid=$(workers_of trial | head -n 1)
        kill -KILL "$pid"
        began=$(date +%s%N)
        eventually has_workers trial 2
        [ $((($(date +%s%N) - began) / 1000000)) -lt 1500 ]
        request GET /pid
        expect 200
    done
    grep -q 'event=worker_died .*signal=9' "$DIR/trial.log"
    program_down trial
}

kill_worker() {
    kill -KILL "$(workers_of trial | head -n 1)"
}

@test "under load a killed worker costs its own request only" {
    program_up trial WINDLASS_TRIAL_WORKERS=4
    load_begin /pid
    for _ in 1 2 3 4 5; do
        sleep 0.4
        # Of four one may have died just now, and be no more when its turn comes.
        eventually kill_worker
    done
    load_end
    [ "$good" -gt 100 ]
    [ "$(wc -w <<<"$bad")" -le 5 ]
    program_down trial
}

@test "a worker busy for longer than the limit is ended, the others serve on" {
    program_up trial WINDLASS_TRIAL_WORKERS=2 WINDLASS_REQUEST_LIMIT_MS=700
    in_background GET '/slow?ms=20000'
    eventually is_slow
    request GET /pid
    expect 200
    began=$(date +%s%N)
    wait "$late" || true
    [ $((($(date +%s%N) - began) / 1000000)) -lt 2500 ]
    [ ! -e "$DIR/late" ]
    eventually has_workers trial 2
    grep -q 'event=worker_overdue' "$DIR/trial.log"
    # One that is slow but within the limit is left alone.
    request GET '/slow?ms=400'
    expect 200
    program_down trial
}

@test "workers leave after their number of requests, and none is lost" {
    program_up trial WINDLASS_TRIAL_WORKERS=2 WINDLASS_WORKER_REQUESTS=20
    load_begin /pid
    sleep 4
    load_end
    [ -z "$bad" ]
    [ "$pids" -ge 5 ]
    [ "$pids" -ge $((good / 20)) ]
    [ "$(grep -c worker_died "$DIR/trial.log")" = 0 ]
    program_down trial
}

@test "SIGHUP under load: all workers are new, no request is lost" {
    program_up trial WINDLASS_TRIAL_WORKERS=3
    before=$(workers_of trial)
    load_begin '/slow?ms=20'
    for _ in 1 2 3; do
        sleep 0.7
        kill -HUP "$(pid_of trial)"
    done
    eventually has_rolled 3
    sleep 0.5
    load_end
    [ -z "$bad" ]
    eventually has_workers trial 3
    for pid in $before; do is_gone "$pid" || return 1; done
    program_down trial
}

has_rolled() { # TIMES
    [ "$(grep -c event=rolled "$DIR/trial.log")" -ge "$1" ]
}

@test "a worker that is never idle leaves when told, all the same" {
    program_up trial WINDLASS_TRIAL_WORKERS=1
    before=$(workers_of trial)
    # Four clients for one worker, and on a stopped one's socket they queue.
    load_begin '/slow?ms=30'
    sleep 0.5
    kill -TERM "$before"
    eventually is_gone "$before"
    load_end
    [ -z "$bad" ]
    # Nor does a kept connection with one request after the other hold it.
    before=$(workers_of trial)
    SOCKET=$DIR/run/trial.sock PYTHONPATH=$root/tests/program python3 - "$before" <<'PY'
import os, signal, sys, time
from fcgi import *
with Connection(os.environ['SOCKET']) as c:
    c.send(whole('GET', '/pid', keep=True) * 2)
    assert c.answer()[0] == 200
    os.kill(int(sys.argv[1]), signal.SIGTERM)
    answers = 1
    try:
        while answers < 400:
            c.send(whole('GET', '/slow?ms=10', keep=True))
            assert c.answer()[0] == 200
            answers += 1
    except (Closed, OSError):
        pass
    assert answers < 10, answers
PY
    program_down trial
}

@test "on SIGHUP the old workers stay until the new ones are ready" {
    program_up trial WINDLASS_TRIAL_WORKERS=2 TRIAL_START_MS=4000
    request GET /pid
    old=$(workers_of trial)
    kill -HUP "$(pid_of trial)"
    eventually has_workers trial 4
    request GET /pid
    expect 200
    for pid in $old; do kill -0 "$pid" || return 1; done
    eventually has_rolled 1
    eventually has_workers trial 2
    for pid in $old; do is_gone "$pid" || return 1; done
    program_down trial
}

@test "workers that cannot start are tried again, slower and slower" {
    settings
    env WINDLASS_TRIAL_WORKERS=1 TRIAL_BROKEN=1 "$(program_of trial)" 2>"$DIR/trial.log" 3>&- &
    parent=$!
    echo $parent >"$DIR/trial.pid"
    sleep 4
    kill -0 $parent
    deaths=$(grep -c event=worker_died "$DIR/trial.log")
    echo "$deaths deaths"
    [ "$deaths" -ge 3 ]
    [ "$deaths" -le 12 ]
    kill $parent
    wait $parent
}

@test "a parent killed outright leaves no worker behind, and can be started again" {
    program_up trial
    workers=$(workers_of trial)
    kill -KILL "$(pid_of trial)"
    wait "$(pid_of trial)" 2>/dev/null || true
    for pid in $workers; do eventually is_gone "$pid"; done
    [ -S "$DIR/run/trial.sock" ]
    # The socket is stale now: replaced.
    program_up trial
    request GET /pid
    expect 200
    program_down trial
}

@test "a second program on the same socket is refused in one line, the first serves on" {
    program_up trial
    settings
    run "$(program_of trial)"
    [ "$status" = 1 ]
    [ "${#lines[@]}" = 1 ]
    [[ $output == "trial: another trial runs in $DIR/run" ]]
    request GET /pid
    expect 200
    program_down trial
}

@test "a live socket of somebody else is refused, and what is no socket too" {
    settings
    mkdir "$DIR/run"
    python3 -c "
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
time.sleep(30)" "$DIR/run/trial.sock" 3>&- &
    other=$!
    eventually listens trial
    run "$(program_of trial)"
    [ "$status" = 1 ]
    [ "$output" = "trial: $DIR/run/trial.sock: another program listens on this socket" ]
    kill $other
    rm "$DIR/run/trial.sock"
    echo keep >"$DIR/run/trial.sock"
    run "$(program_of trial)"
    [ "$status" = 1 ]
    [ "$output" = "trial: $DIR/run/trial.sock: is there and is no socket" ]
    [ "$(cat "$DIR/run/trial.sock")" = keep ]
}

@test "two programs on one inherited socket share it; either can go" {
    settings
    cat >"$DIR/share.py" <<'PY'
import os, socket, subprocess, sys, time
path, program, folder = sys.argv[1:]
os.makedirs(f'{folder}/run', exist_ok=True)
s = socket.socket(socket.AF_UNIX)
s.bind(path)
s.listen(64)
def start(n):
    env = dict(os.environ, WINDLASS_RUN_DIR=f'{folder}/run{n}', WINDLASS_TRIAL_WORKERS='2')
    return subprocess.Popen([program], stdin=s, stderr=open(f'{folder}/trial.log', 'a'), env=env)
sys.path.insert(0, os.environ['TOOLS'])
from fcgi import *
a, b = start(1), start(2)
def pids(n):
    return {ask(path, 'GET', '/pid')[2] for _ in range(n)}
time.sleep(1)
assert pids(40)
a.terminate()
assert a.wait(10) == 0
assert len(pids(40)) <= 2
b.terminate()
assert b.wait(10) == 0
assert os.path.exists(path), 'the socket is not theirs to remove'
PY
    TOOLS=$root/tests/program python3 "$DIR/share.py" "$DIR/run/trial.sock" "$(program_of trial)" "$DIR" 3>&-
}

@test "systemd's LISTEN_FDS is taken" {
    settings
    cat >"$DIR/activate.py" <<'PY'
import os, socket, sys
path, program = sys.argv[1:]
s = socket.socket(socket.AF_UNIX)
s.bind(path)
s.listen(64)
os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
null = os.open('/dev/null', os.O_RDONLY)
os.dup2(null, 0)
os.execv(program, [program])
PY
    mkdir "$DIR/run"
    python3 "$DIR/activate.py" "$DIR/run/trial.sock" "$(program_of trial)" 2>"$DIR/trial.log" >"$DIR/trial.out" 3>&- &
    echo $! >"$DIR/trial.pid"
    eventually listens trial
    request GET /pid
    expect 200
    grep -q socket=given "$DIR/trial.log"
    program_down trial
    [ -S "$DIR/run/trial.sock" ]
}

@test "the folder is 0750, the socket 0660 and of the group that was named" {
    group=$(id -gn)
    [ "$(id -u)" != 0 ] || group=nogroup
    program_up trial "WINDLASS_SOCKET_GROUP=$group"
    [ "$(stat -c '%a %G' "$DIR/run")" = "750 $group" ]
    [ "$(stat -c '%a %G' "$DIR/run/trial.sock")" = "660 $group" ]
    [ "$(stat -c %a "$DIR/run/trial.stats")" = 640 ]
    program_down trial
    settings
    WINDLASS_SOCKET_GROUP=no-such-group run "$(program_of trial)"
    [ "$status" = 1 ]
    [ "$output" = "trial: WINDLASS_SOCKET_GROUP: no such group" ]
    chmod 0777 "$DIR/run"
    run "$(program_of trial)"
    [ "$status" = 1 ]
    [ "$output" = "trial: $DIR/run: everybody may write there" ]
}

@test "a worker dumps no core and makes no file for others" {
    program_up trial
    for pid in $(pid_of trial) $(workers_of trial); do
        grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits"
        grep -qE '^Umask:\s+0027' "/proc/$pid/status"
        grep -qE '^NoNewPrivs:\s+1' "/proc/$pid/status"
    done
    program_down trial
}
