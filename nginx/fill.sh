#!/bin/sh
# fill.sh - writes the files of this folder to another, with values put in.
#
#   nginx/fill.sh FOLDER [NAME=VALUE...]
#
#   RUN_DIR=/run/windlass       the endpoints' sockets (WINDLASS_RUN_DIR)
#   LOG_DIR=/var/log/nginx      logs
#   PREFIX=                     what comes before the endpoints' paths: /anchor
#   CERT= KEY=                  TLS: certificate (and chain) and its key, PEM
#   CLIENT_CA=                  whose client certificates are good, PEM
#   CLIENT_VERIFY=optional      or on: nobody is let in without one
#   INSIDE=                     who may see /metrics besides this machine:
#                               10.0.0.0/8,fd00::/8
#   CONF_DIR=FOLDER             where FOLDER will be, if it is moved afterwards
#
# and for a server that is ours alone (windlass.conf):
#
#   STATE_DIR=FOLDER            pid file and folders for temporary files
#   LISTEN=127.0.0.1:8081       plain HTTP
#   TLS_LISTEN=127.0.0.1:8443   TLS, if there is a CERT
#
# What cannot be right (a certificate that has ended, a key of another one) is
# one line, and exit 2; FOLDER is untouched then.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() {
    printf 'fill.sh: %s\n' "$*" >&2
    exit 2
}

[ $# -ge 1 ] || fail "usage: fill.sh FOLDER [NAME=VALUE...]"
folder=$1
shift
case $folder in
-h | --help)
    sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p;}' "$0"
    exit 0
    ;;
-*) fail "unknown option $folder; see --help" ;;
/*) ;;
*) folder=$(pwd)/$folder ;;
esac

# shellcheck disable=SC2034 # they are read by name
RUN_DIR=/run/windlass LOG_DIR=/var/log/nginx
PREFIX='' CERT='' KEY='' CLIENT_CA='' CLIENT_VERIFY=optional INSIDE=''
# shellcheck disable=SC2034
CONF_DIR=$folder STATE_DIR=$folder \
    LISTEN=127.0.0.1:8081 TLS_LISTEN=127.0.0.1:8443
NAMES='RUN_DIR LOG_DIR PREFIX CERT KEY CLIENT_CA CLIENT_VERIFY INSIDE CONF_DIR STATE_DIR LISTEN TLS_LISTEN'

# --- what is asked for ------------------------------------------------------

for word in "$@"; do
    name=${word%%=*}
    case " $NAMES " in
    *" $name "*) [ "$name" != "$word" ] || fail "$name has no value" ;;
    *) fail "unknown name $name: one of $NAMES" ;;
    esac
    value=${word#*=}
    # These mean something to nginx, or to sed.
    case $value in
    *[!A-Za-z0-9._:/~@%+,=[\]-]*) fail "$name: a character that no path and no address here may have" ;;
    esac
    eval "$name=\$value"
done

case $PREFIX in
'' | /*[!/]) ;;
*) fail "PREFIX: must begin with / and not end with one: /anchor" ;;
esac
case $PREFIX in *//* | *[!A-Za-z0-9._~/-]*) fail "PREFIX: must be plain segments: /anchor" ;; esac
case $INSIDE in *[!0-9a-f.:/,]*) fail "INSIDE: must be addresses or networks, with commas: 10.0.0.0/8,fd00::/8" ;; esac
# shellcheck disable=SC2034 # read by its name
INSIDE=$(printf %s "$INSIDE" | sed 's/[^,][^,]*/allow &;/g; s/,/ /g')
case $CLIENT_VERIFY in optional | on) ;; *) fail "CLIENT_VERIFY: must be optional or on" ;; esac

# --- certificates -----------------------------------------------------------

readable() { # NAME FILE
    if [ ! -f "$2" ] || [ ! -r "$2" ]; then
        fail "$1: $2: no such file, or not readable"
    fi
}

certificate() { # NAME FILE
    readable "$1" "$2"
    openssl x509 -in "$2" -noout 2>/dev/null || fail "$1: $2: is no certificate in PEM"
    openssl x509 -in "$2" -noout -checkend 0 >/dev/null ||
        fail "$1: $2: the certificate has ended: $(openssl x509 -in "$2" -noout -enddate)"
}

if [ -n "$CERT" ]; then
    command -v openssl >/dev/null || fail "openssl is not installed: nothing can judge a certificate"
    [ -n "$KEY" ] || fail "KEY: is not set, and CERT is"
    certificate CERT "$CERT"
    readable KEY "$KEY"
    public=$(openssl pkey -in "$KEY" -passin pass: -pubout 2>/dev/null) ||
        fail "KEY: $KEY: is no key in PEM, or one with a pass phrase"
    [ "$public" = "$(openssl x509 -in "$CERT" -noout -pubkey)" ] ||
        fail "KEY: $KEY: is not the key of $CERT"
    [ -z "$CLIENT_CA" ] || certificate CLIENT_CA "$CLIENT_CA"
elif [ -n "$KEY$CLIENT_CA" ]; then
    fail "CERT: is not set, and KEY or CLIENT_CA is"
fi

# --- the files --------------------------------------------------------------

mkdir -p "$folder"
for file in "$here"/*.conf "$here/fastcgi_params"; do
    to=$folder/$(basename "$file")
    # Files that are included only if they are there.
    case $(basename "$file") in
    rest.conf) wanted=$PREFIX ;;
    tls.conf | tls_server.conf) wanted=$CERT ;;
    client_certificates.conf) wanted=$CLIENT_CA ;;
    *) wanted=always ;;
    esac
    if [ -z "$wanted" ]; then
        rm -f "$to"
        continue
    fi
    set --
    for name in $NAMES; do
        eval "value=\$$name"
        set -- "$@" -e "s|@$name@|$value|g"
    done
    sed "$@" "$file" >"$to.new"
    mv "$to.new" "$to"
done
