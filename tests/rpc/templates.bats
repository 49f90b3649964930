#!/usr/bin/env bats
# Each template: it succeeds in a state that allows it, and in one that does not
# the platform's message is told.
# shellcheck disable=SC2154,SC2030,SC2031,SC2016 # variables of bats and of platform.bash

bats_require_minimum_version 1.5.0
load platform

HASH=$(printf 'ab%.0s' {1..32})
REFUND="amount=100 asset=$USDC amount_fee=1 fee_asset=$USDC"

setup() {
    platform_up
}

teardown() {
    platform_down
}

@test "a payment walks the whole road by hand" {
    create
    call request-onchain-funds destination_account="$VAULT" memo=987
    succeeds pending_sender
    [ "$(member 0.result.memo <<<"$output")" = 987 ]
    [ "$(member 0.result.memo_type <<<"$output")" = id ]
    [ "$(member 0.result.destination_account <<<"$output")" = "$VAULT" ]
    paid "$HASH"
    call onchain-funds-received stellar_transaction_id="$HASH" amount_in=101
    succeeds pending_receiver
    [ "$(member 0.result.stellar_transactions.0.id <<<"$output")" = "$HASH" ]
    call offchain-funds-pending external_transaction_id=bank-7
    succeeds pending_external
    call offchain-funds-sent external_transaction_id=bank-7
    succeeds completed
    [ "$(member 0.result.external_transaction_id <<<"$output")" = bank-7 ]
}

@test "request-onchain-funds: not twice" {
    create
    call request-onchain-funds destination_account="$VAULT" memo=987
    call request-onchain-funds destination_account="$VAULT" memo=988
    is_refused -32600 pending_sender
}

@test "onchain-funds-received: not before it was asked for, nor of an unknown hash" {
    create
    call onchain-funds-received stellar_transaction_id="$HASH" amount_in=101
    is_refused -32600 pending_receiver
    call request-onchain-funds destination_account="$VAULT" memo=987
    call onchain-funds-received stellar_transaction_id="$HASH" amount_in=101
    is_refused -32603 pending_sender
}

@test "offchain-funds-pending: not of a completed payment" {
    put completed 1
    call offchain-funds-pending external_transaction_id=bank-7
    is_refused -32600 completed
}

@test "offchain-funds-sent: not while the money is still asked for" {
    put pending_sender 0
    call offchain-funds-sent external_transaction_id=bank-7
    is_refused -32600 pending_sender
}

@test "notify-customer-info-updated: the customer's status decides, and only while the payment is ours" {
    put pending_receiver 1
    says '{"id": "c1", "status": "NEEDS_INFO"}'
    call notify-customer-info-updated customer_id=c1 customer_type=sep31-receiver
    succeeds pending_customer_info_update
    says '{"id": "c1", "status": "ACCEPTED"}'
    call notify-customer-info-updated customer_id=c1 customer_type=sep31-receiver
    succeeds pending_receiver
    # A rejected one makes it an error, for which a message is needed.
    says '{"id": "c1", "status": "REJECTED"}'
    call notify-customer-info-updated customer_id=c1 customer_type=sep31-sender
    succeeds error
    put pending_external 1
    call notify-customer-info-updated customer_id=c1 customer_type=sep31-sender
    is_refused -32600 pending_external
}

@test "refund-sent: the whole amount, once" {
    put pending_receiver 1
    # shellcheck disable=SC2086 # words
    call refund-sent stellar_transaction_id="$HASH" $REFUND
    succeeds refunded
    # shellcheck disable=SC2086 # words
    call refund-sent stellar_transaction_id="$HASH" $REFUND
    is_refused -32600 refunded
    put pending_receiver 1
    # shellcheck disable=SC2086 # words
    call refund-sent stellar_transaction_id="$HASH" ${REFUND/amount=100/amount=101}
    is_refused -32602 pending_receiver
}

@test "do-stellar-refund: by a platform with custody; a newer one does not know it" {
    put pending_receiver 1
    # shellcheck disable=SC2086 # words
    call do-stellar-refund $REFUND
    is_refused -32601 pending_receiver
    platform_down
    platform_up --behave 3.1 --custody
    door custody '{"delay_ms": 1000}' >/dev/null
    put pending_receiver 1
    # shellcheck disable=SC2086 # words
    call do-stellar-refund $REFUND
    succeeds pending_stellar
    ordered=$id
    put completed 1
    # shellcheck disable=SC2086 # words
    call do-stellar-refund $REFUND
    is_refused -32600 completed
    put pending_receiver 1
    # shellcheck disable=SC2086 # words
    call do-stellar-refund ${REFUND/amount=100/amount=99}
    is_refused -32602 pending_receiver
    # The custody server has sent it, and says so.
    becomes "$ordered" refunded
}

@test "transaction-error and transaction-recovery: to and fro, if money came" {
    put pending_receiver 1
    call transaction-error message='Das Konto »gibt« es "nicht" mehr \ $(id) ${x}'
    succeeds error
    [ "$(member 0.result.message <<<"$output")" = 'Das Konto »gibt« es "nicht" mehr \ $(id) ${x}' ]
    call transaction-error message=again
    is_refused -32600 error
    call transaction-recovery
    succeeds pending_receiver
    call transaction-recovery
    is_refused -32600 pending_receiver
    put error 0
    call transaction-recovery
    is_refused -32600 error
}

@test "transaction-expired: only unpaid" {
    put pending_sender 0
    call transaction-expired message='No money came in time.'
    succeeds expired
    put pending_receiver 1
    call transaction-expired message='No money came in time.'
    is_refused -32600 pending_receiver
}

@test "there is a template for each method, and the script beside them is the only way in" {
    [ "$(cat "$root"/rpc/*.json | grep -c '"method"')" = 10 ]
    for template in "$root"/rpc/*.json; do
        grep -q "^| \`$(basename "$template")\` |" "$root/rpc/README.md"
    done
}

@test "an older platform takes the request, too: memo_type is in it" {
    platform_down
    platform_up --behave 3.1
    create
    call request-onchain-funds destination_account="$VAULT" memo=987
    succeeds pending_sender
}
