#!/bin/sh
# build.sh - how the image is built, for the Dockerfile, which runs nothing else,
# and for tests/docker/root.sh, which does the same in a bare Debian root.
#
#   docker/build.sh tools [ARCH]            what is needed to build for ARCH
#   docker/build.sh programs FOLDER [ARCH]  builds; FOLDER gets the image's files
#   docker/build.sh system                  what the image is made of besides: the
#                                           packages, the user, the folders
#
# Debian 12, as root, with apt's sources.  ARCH is amd64 or arm64 (default: this
# machine's); another than this machine's is built by a cross compiler.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
lists=$root/config/packages
USER_ID=10001
# Debian 12's.  Only the program is taken: the package would bring all of Perl.
PSQL=postgresql-client-15

fail() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 2
}

listed() { # LIST: its packages
    grep -v '^#' "$lists/$1"
}

apt() {
    DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -qq -y -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# --- for which machine ------------------------------------------------------

for_machine() { # [ARCH]
    here=$(dpkg --print-architecture)
    arch=${1:-$here}
    case $arch in
    amd64) triplet=x86_64-linux-gnu compiler=gcc-x86-64-linux-gnu ;;
    arm64) triplet=aarch64-linux-gnu compiler=gcc-aarch64-linux-gnu ;;
    *) fail "unknown machine $arch: amd64 or arm64" ;;
    esac
}

build_packages() {
    if [ "$arch" = "$here" ]; then
        listed build
        return
    fi
    listed build | while read -r package; do
        case $package in
        gcc) echo "$compiler" ;;
        *-dev) echo "$package:$arch" ;;
        *) echo "$package" ;;
        esac
    done
}

# --- the steps --------------------------------------------------------------

tools() { # [ARCH]
    for_machine "${1-}"
    [ "$arch" = "$here" ] || dpkg --add-architecture "$arch"
    apt update
    # shellcheck disable=SC2046 # a list of words
    apt install --no-install-recommends $(build_packages)
}

programs() { # FOLDER [ARCH]
    folder=${1:?programs needs a folder}
    for_machine "${2-}"
    set -- CC=gcc AR=ar
    strip="strip"
    if [ "$arch" != "$here" ]; then
        set -- "CC=$triplet-gcc" "AR=$triplet-ar"
        strip=$triplet-strip
        export PKG_CONFIG_LIBDIR="/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig"
    fi
    make -s -C "$root" -j "$(nproc)" "$@" all
    make -s -C "$root" "$@" DESTDIR="$folder" install
    # For people at a terminal, with a Python.
    rm -rf "$folder/usr/share/man" "$folder/usr/share/windlass/rpc"
    "$strip" "$folder"/usr/lib/windlass/* "$folder/usr/bin/windlass"
    install -m 0755 "$root/docker/entry.sh" "$folder/usr/lib/windlass/entry"

    download=$(mktemp -d)
    chmod 0777 "$download"
    (cd "$download" && apt download "$PSQL:$arch" && dpkg-deb --fsys-tarfile ./*.deb |
        tar -xf - --wildcards -O './usr/lib/postgresql/*/bin/psql' >psql)
    install -m 0755 "$download/psql" "$folder/usr/lib/windlass/psql"
    rm -rf "$download"
}

system() {
    apt update
    # shellcheck disable=SC2046
    apt install --no-install-recommends $(listed image)
    groupadd --gid $USER_ID windlass
    useradd --uid $USER_ID --gid windlass --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin windlass
    # Volumes take owner and mode from these.
    install -d -o windlass -g windlass -m 0700 /var/lib/windlass/keys /var/lib/windlass/watcher \
        /var/lib/windlass/erased
    install -d -o windlass -g windlass -m 0750 /run/windlass
    # What only another installation would need.
    apt clean
    rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/cache/ldconfig/* \
        /var/log/*.log /var/log/apt /var/log/nginx /usr/share/doc/* /usr/share/man/*
}

verb=${1-}
[ -z "$verb" ] || shift
case $verb in
tools | programs | system) "$verb" "$@" ;;
-h | --help) sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p;}' "$0" ;;
*) fail "unknown step '$verb'; see --help" ;;
esac
