# client.bash - what the *.sh beside it share: their options, one way to ask a
# server something, checks that print TAP.
#
# shellcheck shell=bash disable=SC2034 # names below are for the scripts
#
#   client_open "$0" "$@"      options; the server is there, and certificates fit
#   check NAME FUNCTION        runs the function; whatever fails in it fails it
#   client_close               the plan; exit 0, or 1 if a check failed
#
#   ask METHOD TARGET [curl options]      sets status, type, headers and body
#   put JSON [curl options]               PUT /customer
#   expect STATUS              the answer has it, and an error has our shape
#   member NAME                the first text member of that name in the body
#   unchanged                  no row was made or lost since the check began
#
# The bats files here ask in the same way; see helpers.bash.

usage() { # the options that all scripts have
    cat <<USAGE
usage: $me URL [options]

$(sed -n '2,/^$/{s/^# \{0,1\}//p;}' "$script" | sed '/^$/,$d')
Prints TAP; exit 0: all is well, 1: something is not, or the server cannot be
reached, 2: called wrongly, or a certificate does not fit.

  --cacert FILE    whom to believe, PEM (or CURL_CA_BUNDLE)
  --cert FILE, --key FILE    our certificate for a server that asks for one
  --database URL   the server's database, as its owner: rows are counted, too;
                   only where nothing else writes, the watcher included
  --wait SECONDS   how long the server may take to be up (0)
  --sell ASSET, --buy ASSET    what it changes into what (the sample book's)
  --sender TYPE, --receiver TYPE    its customer types (sep31-sender, -receiver)

Credentials are the platform's, from the environment: CALLBACK_API_AUTH_TYPE
(none, api_key or jwt) and SECRET_CALLBACK_API_AUTH_SECRET or ..._FILE.
USAGE
}

misused() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 2
}

# --- options ----------------------------------------------------------------

WALLET=GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW
OTHER=GB747NU5PZUCARSFX6XHO3G6XVCPHQRVS5TFMWNWJ7QNZNL5REP23LFE
NOBODY=d7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe

client_open() { # SCRIPT URL [options]
    set -u
    script=$1 me=${1##*/}
    shift
    url='' database='' wait=0 curl_options=()
    sell=stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP
    buy=iso4217:BRL sender=sep31-sender receiver=sep31-receiver
    while [ $# -gt 0 ]; do
        case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --cacert | --cert | --key | --database | --wait | --sell | --buy | --sender | --receiver)
            [ $# -ge 2 ] || misused "$1 needs a value; see --help"
            case $1 in
            --cacert | --cert | --key)
                [ -r "$2" ] || misused "$1: $2: no such file, or not readable"
                curl_options+=("$1" "$2")
                ;;
            *) printf -v "${1#--}" %s "$2" ;;
            esac
            shift 2
            ;;
        -*) misused "unknown option $1; see --help" ;;
        *)
            [ -z "$url" ] || misused "one URL, not two; see --help"
            url=${1%/}
            shift
            ;;
        esac
    done
    case $url in
    http://?* | https://?*) ;;
    '') misused 'no URL: usage: '"$me"' URL [options]; see --help' ;;
    *) misused "$url: a URL begins with http:// or https://" ;;
    esac
    case $wait in '' | *[!0-9]*) misused "--wait: must be a number of seconds" ;; esac
    # What a query says of them: all that is special there is encoded.
    SELL=${sell//:/%3A} BUY=${buy//:/%3A}
    tmp=$(mktemp -d) || exit 1
    trap 'rm -rf "$tmp"' EXIT
    trap 'exit 130' INT TERM HUP
    checks=0 failures=0
    credentials_open
    reach
}

# --- credentials ------------------------------------------------------------

credentials_open() {
    auth=${CALLBACK_API_AUTH_TYPE:-none}
    secret=${SECRET_CALLBACK_API_AUTH_SECRET-}
    if [ -z "$secret" ] && [ -n "${SECRET_CALLBACK_API_AUTH_SECRET_FILE-}" ]; then
        secret=$(cat "$SECRET_CALLBACK_API_AUTH_SECRET_FILE" 2>/dev/null) ||
            misused "SECRET_CALLBACK_API_AUTH_SECRET_FILE: not readable"
    fi
    secret=${secret%%$'\n'*}
    case $auth in
    none) return ;;
    api_key | jwt) ;;
    *) misused "CALLBACK_API_AUTH_TYPE: must be none, api_key or jwt" ;;
    esac
    [ -n "$secret" ] || misused "SECRET_CALLBACK_API_AUTH_SECRET: is not set, and CALLBACK_API_AUTH_TYPE is $auth"
}

# The key of the MAC as hex, each byte XOR a constant, as printf takes it.
mac_pad() { # KEY-HEX BYTE
    local i
    for ((i = 0; i < 128; i += 2)); do
        printf '\\x%02x' $((0x${1:i:2} ^ $2))
    done
}

# shellcheck disable=SC2059 # the formats are bytes
unhex() { # hex in, bytes out
    printf "$(sed 's/../\\x&/g')"
}

# HMAC-SHA256 with tools that get the secret on their standard input only: a
# command line can be read by anybody on the machine.
# shellcheck disable=SC2059
mac() { # SECRET TEXT: raw bytes
    local key inner
    key=$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')
    [ ${#key} -le 128 ] || key=$(printf %s "$1" | sha256sum | cut -c1-64)
    while [ ${#key} -lt 128 ]; do key+=00; done
    inner=$({ printf "$(mac_pad "$key" 0x36)" && printf %s "$2"; } | sha256sum | cut -c1-64)
    { printf "$(mac_pad "$key" 0x5c)" && printf %s "$inner" | unhex; } | sha256sum | cut -c1-64 | unhex
}

base64url() {
    base64 -w 0 | tr '+/' '-_' | tr -d '='
}

token() { # SECRET [LIFE [HEADER]]
    local now signed
    printf -v now '%(%s)T' -1
    signed=$(printf %s "${3-{\"alg\":\"HS256\"\}}" | base64url).$(printf '{"iat":%d,"exp":%d}' "$now" $((now + ${2-30})) |
        base64url)
    printf '%s.%s' "$signed" "$(mac "$1" "$signed" | base64url)"
}

# The header line that proves who we are, in a file that curl reads.
credentials() {
    local now until=0
    [ "$auth" != none ] || return 0
    [ ! -f "$tmp/until" ] || read -r until <"$tmp/until"
    printf -v now '%(%s)T' -1
    [ "$now" -ge "$until" ] || return 0
    case $auth in
    api_key)
        printf 'X-Api-Key: %s\n' "$secret" >"$tmp/credentials"
        now=99999999999
        ;;
    jwt) printf 'Authorization: Bearer %s\n' "$(token "$secret")" >"$tmp/credentials" ;;
    esac
    # A token lives 30 s.
    echo $((now + 15)) >"$tmp/until"
}

# --- requests ---------------------------------------------------------------

# Without a ~/.curlrc, and as given: no globs, no redirects, no other tries.
client_curl() {
    curl -q -sS --globoff --path-as-is --max-time 30 "${curl_options[@]}" "$@"
}

reach() { # is it there at all?
    local said code tries=$((wait * 4 + 1))
    while :; do
        code=0
        said=$(client_curl -o /dev/null "$url/health" 2>&1) || code=$?
        tries=$((tries - 1))
        case $code in
        0) return ;;
        35 | 51 | 53 | 54 | 58 | 59 | 60 | 66 | 77 | 80 | 82 | 83 | 90 | 91)
            misused "certificates: ${said%%$'\n'*}"
            ;;
        esac
        if [ $tries -le 0 ]; then
            printf '%s: %s cannot be reached: %s\n' "$me" "$url" "${said%%$'\n'*}" >&2
            exit 1
        fi
        sleep 0.25
    done
}

ask_as_is() { # METHOD TARGET [curl options]: without credentials
    local method=$1 target=$2 got
    shift 2
    got=$(client_curl -X "$method" -D "$tmp/headers" -o "$tmp/body" -w '%{http_code} %{content_type}' "$@" \
        "$url$target") || return
    status=${got%% *} type=${got#* }
    # Up to a NUL, if there is one: then the body is not what was expected.
    IFS= read -r -d '' body <"$tmp/body" || true
    IFS= read -r -d '' headers <"$tmp/headers" || true
    # Whatever makes the platform's client send a request again is never there.
    case ${headers,,} in
    *$'\n'retry-after:*) echo "$method $target: Retry-After in the answer" && return 1 ;;
    esac
    case $status in
    3* | 408) echo "$method $target: status $status" && return 1 ;;
    esac
}

ask() {
    credentials
    if [ "$auth" = none ]; then
        ask_as_is "$@"
    else
        ask_as_is "$@" -H "@$tmp/credentials"
    fi
}

put() { # JSON [curl options]
    local json=$1
    shift
    ask PUT /customer -H 'Content-Type: application/json; charset=utf-8' --data-binary "$json" "$@"
}

member() { # NAME
    [[ $body =~ \"$1\":\"([^\"]*)\" ]] && printf %s "${BASH_REMATCH[1]}"
}

expect() { # STATUS
    if [ "$status" != "$1" ]; then
        echo "expected $1, got $status: ${body:0:300}"
        return 1
    fi
    case $status in
    2*) return ;;
    esac
    [[ $type == application/json* ]] || {
        echo "Content-Type is $type: ${body:0:300}"
        return 1
    }
    [[ $body =~ ^\{\"error\":\"([^\"\\]|\\.)+\"\}$ ]] || {
        echo "no error as ours are: ${body:0:300}"
        return 1
    }
}

# --- checks -----------------------------------------------------------------

# Every row that a refused request might have changed, as one number a table.
rows() {
    psql -X -q -A -t -d "$database" -c "select string_agg(relname || '=' || (xpath('/row/n/text()',
        query_to_xml(format('select count(*) as n from windlass.%I', relname), false, true, '')))[1]::text,
        ' ' order by relname)
        from pg_class c join pg_namespace n on n.oid = relnamespace
        where nspname = 'windlass' and relkind = 'r'
        and relname not in ('lease', 'poll_state', 'wake', 'clock')"
}

unchanged() {
    local after
    [ -n "$database" ] || return 0
    after=$(rows)
    [ "$before" = "$after" ] || {
        echo "before: $before"
        echo "after:  $after"
        return 1
    }
}

# The line of the check itself that failed, however deep below it.
failed_at() { # LINE
    local i
    for ((i = 1; i < ${#FUNCNAME[@]}; i++)); do
        [ "${FUNCNAME[i]}" = "$running" ] || continue
        [ $i = 1 ] || set -- "${BASH_LINENO[i - 1]}"
        echo "at line $1 of $me"
    done
}

check() { # NAME FUNCTION
    local said code running=$2
    checks=$((checks + 1))
    before=
    [ -z "$database" ] || before=$(rows) || misused "--database: cannot be read"
    said=$(
        set -eE
        trap 'failed_at $LINENO' ERR
        "$2" 2>&1
    )
    code=$?
    if [ $code = 0 ]; then
        echo "ok $checks - $1"
        return
    fi
    failures=$((failures + 1))
    echo "not ok $checks - $1"
    printf '%s\n' "$said" | head -n 12 | sed 's/^/# /'
}

skip() { # NAME WHY
    checks=$((checks + 1))
    echo "ok $checks - $1 # SKIP $2"
}

client_close() {
    echo "1..$checks"
    [ $failures = 0 ] || exit 1
    exit 0
}
