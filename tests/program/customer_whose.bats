#!/usr/bin/env bats
# What may be changed by whoever knows an id and says no account, or says an
# account for which several people may stand.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats and of customer.bash

load customer

# A receiver is known by an account number, a sender may give the same one as an
# IBAN only.
setup_file() {
    local types
    types=$(mktemp "${TMPDIR:-/tmp}/wlp-types-XXXXXX")
    python3 - "$root/config/types.json" >"$types" <<'TYPES'
import json, sys
text = {'en': 'x'}
sender = [{'name': n, 'description': text} for n in ('first_name', 'last_name')]
sender += [{'name': 'bank_account_number', 'optional': True, 'checks': ['iban'], 'description': text},
           {'name': 'additional_name', 'optional': True, 'description': text}]
receiver = [{'name': n, 'description': text} for n in ('first_name', 'last_name', 'bank_account_number')]
print(json.dumps([
    {'name': 'sep31-sender', 'label': text, 'review': 'auto', 'fields': sender},
    {'name': 'sep31-receiver', 'label': text, 'review': 'auto', 'fields': receiver}]))
TYPES
    customer_up "../../$(realpath --relative-to="$root/.." "$types")"
    rm "$types"
}

NAMES='"first_name":"Ana","last_name":"Souza"'

refused() { # FIELD WORDS
    expect 400
    [[ $(member error) == "$1 "*"$2"* ]] || { echo "$body" && return 1; }
}

@test "an accepted value stays, whichever type an id alone is asked about" {
    put "\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",$NAMES,\"bank_account_number\":\"1234567\""
    is ACCEPTED
    id=$(member id)
    before=$(rows)
    for type in sep31-receiver sep31-sender; do
        put "\"id\":\"$id\",\"type\":\"$type\",\"bank_account_number\":\"GB29NWBK60161331926819\""
        refused bank_account_number 'cannot be changed'
    done
    [ "$(rows)" = "$before" ]
    put "\"id\":\"$id\",\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"bank_account_number\":\"GB29NWBK60161331926819\""
    is ACCEPTED
}

@test "with an id alone what no type asks for is not missing" {
    put "\"account\":\"$WALLET\",\"type\":\"sep31-receiver\",$NAMES"
    is NEEDS_INFO
    id=$(member id)
    # All of what a receiver has given is told to the bank.
    put "\"id\":\"$id\",\"type\":\"sep31-receiver\",\"clabe_number\":\"032180000118359719\""
    refused clabe_number 'is not missing'
    put "\"id\":\"$id\",\"type\":\"sep31-receiver\",\"additional_name\":\"Maria\""
    refused additional_name 'is not missing'
    put "\"id\":\"$id\",\"type\":\"sep31-sender\",\"additional_name\":\"Maria\""
    expect 200
    put "\"id\":\"$id\",\"type\":\"sep31-receiver\",\"bank_account_number\":\"1234567\""
    is ACCEPTED
}

@test "somebody accepted without ever a type said is not renamed either" {
    put "\"account\":\"$WALLET\",$NAMES,\"bank_account_number\":\"GB29NWBK60161331926819\""
    is ACCEPTED
    before=$(rows)
    put "\"account\":\"$WALLET\",\"first_name\":\"Bia\""
    refused first_name 'say id if it is the same person'
    put "\"account\":\"$WALLET\",\"type\":\"sep31-sender\",\"last_name\":\"Lima\""
    refused last_name 'say id if it is the same person'
    [ "$(rows)" = "$before" ]
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"first_name\":\"Bia\""
    is NEEDS_INFO
    put "\"account\":\"$WALLET\",\"memo\":\"1\",\"last_name\":\"Lima\""
    expect 200
}
