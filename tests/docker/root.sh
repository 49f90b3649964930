#!/bin/sh
# root.sh - builds the image in bare Debian roots and moves payments through it,
# without docker: the Dockerfile's steps one by one, then the services of the
# compose files (simulated platform and bank) in their order.
#
#   tests/docker/root.sh [FOLDER]        make docker-root
#   tests/docker/root.sh --programs ARCH [FOLDER]
#                                        the first stage only, for amd64 or arm64
#
# Needs root, debootstrap, PostgreSQL, python3-yaml and Debian's archive; 1 GB in
# FOLDER (/var/tmp/windlass-docker-root), which is left there.  BASE names a tar
# of a bare Debian 12 to begin with, PG_BIN the folder of another PostgreSQL's
# programs (the compose file has 14).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here/../.."
export PYTHONDONTWRITEBYTECODE=1

fail() {
    printf 'root.sh: %s\n' "$*" >&2
    exit 2
}

arch=
case ${1-} in
--programs)
    arch=${2:?architecture}
    shift 2
    ;;
-*) fail "unknown option $1" ;;
esac
folder=${1:-/var/tmp/windlass-docker-root}

[ "$(id -u)" = 0 ] || fail "needs root: it makes file systems and namespaces"
[ -n "${BASE-}" ] || command -v debootstrap >/dev/null || fail "debootstrap is not installed"
python3 -c 'import yaml' 2>/dev/null || fail "python3-yaml is not installed"
PG_BIN=${PG_BIN:-$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)}
[ -n "$arch" ] || [ -x "$PG_BIN/initdb" ] || fail "PostgreSQL is not installed"
mkdir -p "$folder"

if [ -n "$arch" ]; then
    exec python3 -m tests.docker.root programs "$folder" "$arch"
fi
python3 -m tests.docker.root build "$folder"
unshare --mount --net --pid --fork --kill-child --mount-proc \
    python3 -m tests.docker.root run "$folder" "$PG_BIN"
