# customer.bash - what the files about /customer share: a customer program on a
# database with the sample book, people, and ways to ask.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are for tests, or of bats

load ../lib.sh

export PROGRAM=customer
WALLET=GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW
OTHER=GB747NU5PZUCARSFX6XHO3G6XVCPHQRVS5TFMWNWJ7QNZNL5REP23LFE
# WALLET with the id 7953358041; a contract.
MUXED=MCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAAAAAAA5UDU43HFO2
CONTRACT=CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O
NOBODY=d7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe

customer_up() { # TYPES: a file of config/
    cluster_up
    settings
    for kind in assets fees terms limits prices pools; do
        "$BUILD/operator/windlass" load $kind "$root/config/$kind.json"
    done >"$DIR/load.log"
    "$BUILD/operator/windlass" load types "$root/config/$1" >>"$DIR/load.log"
    (
        umask 077
        printf '1 %s\n' "$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" >"$DIR/kek"
    )
    export WINDLASS_KEK_FILE=$DIR/kek
    program_up customer WINDLASS_CUSTOMER_WORKERS=4
}

setup_file() {
    customer_up types.json
}

teardown_file() {
    program_down customer
    cluster_down
}

setup() {
    sql 'set client_min_messages = warning; truncate windlass.customer, windlass.code_place cascade' >&2
    # Payments stay; each test has its own.
    TX=8bb90745-a585-49c2-aaa3-$(printf %012d "$BATS_TEST_NUMBER")
}

put() { # JSON members, without the braces
    request PUT /customer "{$1}"
}

member() { # NAME.NAME of the body; empty if it is not there
    printf %s "$body" | python3 -I -S -c '
import json, sys
v = json.load(sys.stdin)
for name in sys.argv[1].split("."):
    v = v.get(name, "") if isinstance(v, dict) else ""
print(v if isinstance(v, str) else json.dumps(v, sort_keys=True))' "$1"
}

names() { # MEMBER: the names in it, needed ones only where it says "optional"
    printf %s "$body" | python3 -I -S -c '
import json, sys
v = json.load(sys.stdin).get(sys.argv[1], {})
print(" ".join(n for n, f in v.items() if not f.get("optional")))' "$1"
}

is() { # STATUS OF THE CUSTOMER
    expect 200
    [ "$(member status)" = "$1" ] || {
        echo "expected $1: $body"
        return 1
    }
}

form() { # NAME=VALUE... NAME@FILE...
    local got
    got=$(python3 "$root/tests/program/form.py" --socket "$DIR/run/customer.sock" "$@")
    status=$(printf %s "$got" | head -n 1)
    body=$(printf %s "$got" | sed '1,/^$/d')
}

SENDER='"first_name":"Ana","last_name":"Souza","address_country_code":"BRA","city":"Sao Paulo","address":"Av. Paulista 1000","mobile_number":"+5511999990000","email_address":"ana@example.com","birth_date":"1990-05-17","tax_id":"39053344705","id_type":"passport","id_country_code":"BRA","id_number":"AB123456"'
RECEIVER="$SENDER"',"bank_name":"Banco Exemplo","bank_account_number":"1234567","bank_account_type":"checking","bank_number":"260","bank_branch_number":"0001","clabe_number":"032180000118359719"'

# Stores a whole sender and sets id.
sender() { # [MORE MEMBERS]
    put "\"account\":\"$WALLET\",\"type\":\"sep31-sender\",$SENDER${1:+,$1}"
    is ACCEPTED
    id=$(member id)
}

payment() { # SENDER RECEIVER METHOD CURRENCY [STATE]
    sql "insert into windlass.payment (tx_id, status, updated_at, is_paid, snapshot, sender,
        receiver, method, currency, memo, state) values ('$TX', 'pending_receiver', now(), false,
        '{}', '$1', '$2', '$3', '$4', $BATS_TEST_NUMBER, '${5:-new}')"
}

rows() {
    sql "select (select count(*) || ' ' || coalesce(sum(version), 0) from windlass.customer),
        (select count(*) from windlass.document_chunk), (select count(*) from windlass.audit),
        (select count(*) from windlass.customer_notice)"
}
