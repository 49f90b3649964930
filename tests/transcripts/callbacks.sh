#!/bin/sh
# callbacks.sh - every recorded callback against a whole stack behind nginx,
# once per mode of authentication, since a stack has one mode only.
#
#   tests/transcripts/callbacks.sh [none|api_key|jwt ...]
#
# Prints "N passed, N failed" for each mode.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
stack=$here/../stack.sh
[ $# -gt 0 ] || set -- none api_key jwt

# shellcheck source=tests/ports.sh
. "$here/../ports.sh"
free_ports
export SECRET_CALLBACK_API_AUTH_SECRET=myPlatformToAnchorSecret1234567890

state=
finish() {
    [ -n "$state" ] || return 0
    "$stack" stop "$state"
    rm -rf "$state"
    state=
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

failed=0
for auth in "$@"; do
    # A short path: unix sockets may have 107 bytes.
    state=$(mktemp -d "${TMPDIR:-/tmp}/wl-XXXXXX")
    chmod 0755 "$state"
    CALLBACK_API_AUTH_TYPE=$auth "$stack" start "$state"
    # Twice: what the first round stored must not change what the second is told.
    for round in 1 2; do
        echo "mode $auth, round $round"
        python3 "$here/replay_callbacks.py" --auth "$auth" \
            --url "http://127.0.0.1:$WINDLASS_PORT" || failed=1
    done
    finish
done
exit $failed
