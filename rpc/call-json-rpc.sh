#!/bin/sh
# call-json-rpc.sh - sends a JSON-RPC array to the Platform API, by hand.
#
# The way of a call: fill.py makes the array from the template, access.py adds
# address and credentials, curl sends it, judge.py says whether every element
# succeeded.  What curl is to do reaches it on its standard input, so that no
# secret stands on a command line.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
me=$(basename -- "$0")

usage() {
    cat <<USAGE
usage: $me [-s NAME=VALUE]... FILE

Sends the JSON-RPC array of FILE to the Platform API and prints the answer.
  -s NAME=VALUE   fills the placeholder \${NAME} of FILE; repeatable
  -h, --help      this text

Settings, from the environment or the file that WINDLASS_CONFIG names:
  PLATFORM_API_BASE_URL            http://127.0.0.1:8085
  PLATFORM_API_AUTH_TYPE           none (standard), api_key or jwt
  SECRET_PLATFORM_API_AUTH_SECRET  the key or secret; or ..._FILE, a file of it

Exit status: 0 every element succeeded; 1 the platform refused one, or cannot
be reached; 2 called wrongly.  Templates are beside this script.
USAGE
}

misused() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 2
}

failed() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 1
}

for word; do
    case $word in
    -h | --help)
        usage
        exit 0
        ;;
    esac
done
for tool in python3 curl; do
    command -v "$tool" >/dev/null || misused "$tool is needed, and not installed"
done

array=$(python3 -I "$here/fill.py" "$me" "$@") || exit 2
request=$(printf '%s\n' "$array" | python3 -I "$here/access.py" "$me") || exit 2

# No ~/.curlrc, no proxy, no redirect; one try.  The answer, then a line of what
# curl knows about it.
code=0
answer=$(printf '%s\n' "$request" | curl -q --silent --globoff --path-as-is --noproxy '*' \
    --proto '=http,https' --tlsv1.2 --http1.1 --connect-timeout 3 --max-time 30 \
    --write-out '\n%{http_code} %{size_request} %{errormsg}' --config -) || code=$?
facts=$(printf '%s\n' "$answer" | tail -n 1)
answer=$(printf '%s\n' "$answer" | sed '$d')
status=${facts%% *}
facts=${facts#* }
sent=${facts%% *}
why=${facts#* }

case $code in
0) ;;
51 | 58 | 59 | 60 | 66 | 77 | 80 | 82 | 83 | 90 | 91) misused "certificates: $why" ;;
*)
    # Once a byte of it has left, nobody knows.
    [ "$sent" = 0 ] || failed "no answer of the platform ($why): it may have done it; read the transaction first"
    failed "the platform cannot be reached ($why)"
    ;;
esac
[ -z "$answer" ] || printf '%s\n' "$answer"
printf '%s\n%s\n' "$array" "$answer" | python3 -I "$here/judge.py" "$me" "$status"
