# ports.sh - free ports for one stack, unless the environment names them; to be
# sourced by a shell.  Two suites, or a suite and ./dev run, then do not meet.
# shellcheck shell=sh

free_ports() {
    # shellcheck disable=SC2046 # seven numbers
    set -- $(python3 -c '
import socket
held = [socket.socket() for _ in range(7)]
for one in held:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))')
    export WINDLASS_PORT="${WINDLASS_PORT:-$1}" WINDLASS_TLS_PORT="${WINDLASS_TLS_PORT:-$2}"
    export WINDLASS_SIM_PLATFORM_PORT="${WINDLASS_SIM_PLATFORM_PORT:-$3}"
    export WINDLASS_SIM_HORIZON_PORT="${WINDLASS_SIM_HORIZON_PORT:-$4}"
    export WINDLASS_SIM_BANK_PORT="${WINDLASS_SIM_BANK_PORT:-$5}"
    export WINDLASS_SIM_HOOK_PORT="${WINDLASS_SIM_HOOK_PORT:-$6}"
    export WINDLASS_SIM_TREASURY_PORT="${WINDLASS_SIM_TREASURY_PORT:-$7}"
}
