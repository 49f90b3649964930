#!/usr/bin/env bash
# customers.sh - a customer from the first question to erased: what is asked for,
# given, judged, corrected, shown to its owner only.  What it makes it erases.

# shellcheck disable=SC2317 # the checks are called by name
# shellcheck source-path=SCRIPTDIR
# shellcheck source=client.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/client.bash"
client_open "$0" "$@"

# Nobody has these memos yet.
memo=$((RANDOM << 30 | RANDOM << 15 | RANDOM))
key="account=$WALLET&memo=$memo&memo_type=id"
whom="\"account\":\"$WALLET\",\"memo\":\"$memo\",\"memo_type\":\"id\""
SENDER='"first_name":"Ana","last_name":"Souza","email_address":"ana@example.org",
    "address_country_code":"USA","birth_date":"1990-04-12"'
RECEIVER='"first_name":"João","last_name":"Almeida","email_address":"joao@example.org",
    "address_country_code":"BRA","bank_account_number":"000123456","bank_number":"341",
    "bank_branch_number":"0001","tax_id":"12345678909"'

# The checks run one after the other, and find the customer of those before.
id_of() { cat "$tmp/$1"; }

needs() { # NAME...: these fields, and no id yet or the same one
    local name
    for name; do
        [[ $body =~ \"fields\":\{.*\"$name\":\{ ]] || { echo "does not ask for $name: ${body:0:300}" && return 1; }
    done
}

first_question() {
    ask GET "/customer?$key&type=$sender"
    expect 200
    [ "$(member status)" = NEEDS_INFO ]
    [[ $body != '{"id"'* ]]
    needs first_name last_name
    unchanged
}
check "somebody new is asked for everything and gets no id" first_question

partly_given() {
    put "{$whom,\"type\":\"$sender\",\"first_name\":\"Ana\"}"
    expect 200
    member id >"$tmp/sender"
    [[ $(id_of sender) =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]]
    ask GET "/customer?id=$(id_of sender)&account=$WALLET&type=$sender"
    expect 200
    [ "$(member status)" = NEEDS_INFO ]
    needs last_name
    # What was given is told of, never told.
    [[ $body =~ \"provided_fields\":\{.*\"first_name\":\{ && $body != *Ana* ]]
}
check "what is given is kept, what is missing asked for" partly_given

all_given() {
    put "{$whom,\"type\":\"$sender\",$SENDER}"
    expect 200
    [ "$(member id)" = "$(id_of sender)" ]
    ask GET "/customer?$key&type=$sender"
    expect 200
    [ "$(member id) $(member status)" = "$(id_of sender) ACCEPTED" ]
    for value in Ana Souza ana@example.org 1990-04-12; do
        [[ $body != *"$value"* ]]
    done
}
check "who gave all is accepted, by id and by account alike, and no value comes back" all_given

twice() {
    put "{$whom,\"type\":\"$sender\",$SENDER}"
    expect 200
    [ "$(member id)" = "$(id_of sender)" ]
    unchanged
}
check "the same PUT again changes nothing" twice

as_receiver() {
    ask GET "/customer?id=$(id_of sender)&account=$WALLET&type=$receiver"
    expect 200
    [ "$(member status)" = NEEDS_INFO ]
    put "{\"account\":\"$WALLET\",\"memo\":\"$((memo + 1))\",\"memo_type\":\"id\",\"type\":\"$receiver\",$RECEIVER}"
    expect 200
    member id >"$tmp/receiver"
    [ "$(id_of receiver)" != "$(id_of sender)" ]
    ask GET "/customer?id=$(id_of receiver)&account=$WALLET&type=$receiver"
    [ "$status $(member status)" = '200 ACCEPTED' ]
}
check "another memo is another customer, and each type asks for its own" as_receiver

of_another() {
    ask GET "/customer?id=$(id_of sender)&account=$OTHER&type=$sender"
    expect 404
    put "{\"id\":\"$(id_of sender)\",\"account\":\"$OTHER\",\"type\":\"$sender\",\"first_name\":\"Eve\"}"
    expect 404
    ask GET "/customer?id=$(id_of sender)&account=$WALLET&memo=$((memo + 1))&memo_type=id"
    expect 404
    unchanged
}
check "a customer of another account, or with another memo, is 404" of_another

by_form() {
    ask PUT /customer -F "id=$(id_of receiver)" -F "account=$WALLET" -F "memo=$((memo + 1))" -F memo_type=id \
        -F "type=$receiver" -F 'bank_branch_number=0002'
    expect 200
    [ "$(member id)" = "$(id_of receiver)" ]
    base64 -d >"$tmp/paper.png" <<'PICTURE'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==
PICTURE
    ask PUT /customer -F "id=$(id_of receiver)" -F "account=$WALLET" -F "type=$receiver" \
        -F "photo_id_front=@$tmp/paper.png;filename=photoIdFront;type=application/octet-stream"
    expect 200
    [ "$(member id)" = "$(id_of receiver)" ]
}
check "a form with a file is taken as JSON is" by_form

erased() {
    for who in sender receiver; do
        ask DELETE "/customer/$(id_of "$who")"
        expect 204
        [ -z "$body" ]
        ask DELETE "/customer/$(id_of "$who")"
        expect 204
        ask GET "/customer?id=$(id_of "$who")&account=$WALLET"
        expect 404
        put "{\"id\":\"$(id_of "$who")\",\"account\":\"$WALLET\",\"first_name\":\"A\"}"
        expect 404
    done
    ask GET "/customer?$key&type=$sender"
    expect 200
    [ "$(member status)" = NEEDS_INFO ]
    [[ $body != '{"id"'* ]]
}
check "who is erased is gone, and asked for everything if they come back" erased

client_close
