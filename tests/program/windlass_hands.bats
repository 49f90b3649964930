#!/usr/bin/env bats
# The operator's command: hold on, hold off, case list, case close, payment retry,
# payment release.
# shellcheck disable=SC2154,SC2030,SC2031 # variables of bats and of lib.sh

bats_require_minimum_version 1.5.0
load ../lib.sh

setup_file() {
    cluster_up
    settings
}

# What held() and others are told by name must not come from make, which has
# a STATE of its own.
setup() {
    unset STATE STATUS PAID GATED
}

teardown_file() {
    cluster_down
}

windlass() {
    "$BUILD/operator/windlass" "$@"
}

refuses() { # WORDS, then the verb: it says these words, and nothing else
    local words=$1
    shift
    run --separate-stderr windlass "$@"
    echo "$output / $stderr"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [[ $stderr == *"$words"* ]]
    [ "$(wc -l <<<"$stderr")" = 1 ]
}

does() { # WORDS, then the verb
    local words=$1
    shift
    run --separate-stderr windlass "$@"
    echo "$output / $stderr"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output == *"$words"* ]]
}

audited() { # WHAT SUBJECT REASON: by name, once
    local rows
    rows=$(sql "select count(*) from windlass.audit where what = '$1' and subject = '$2'
        and detail ->> 'reason' = '$3' and detail ->> 'who' <> ''")
    [ "$rows" = 1 ]
}

# held ID [NAME=VALUE...]: a payment that stopped; GATED=1: after the gate.
held() {
    local id=$1 names='' values='' pair
    shift
    if [ "${GATED-}" = 1 ]; then
        set -- quote_id="'00000000-0000-4000-8000-00000000000$id'" client="'GCLIENT'" asset="'stellar:native'" \
            currency="'BRL'" method="'PIX'" sender="'s1'" receiver="'r1'" expected=101 payout=500.5 fee=1 \
            beneficiary="'\\xab'" gated_at="windlass.now()" pay_by="windlass.now() + interval '3 minutes'" "$@"
    fi
    for pair; do
        names="$names, ${pair%%=*}"
        values="$values, ${pair#*=}"
    done
    sql "insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, reason, next_at, memo$names)
        values ('$id', '${STATE:-held}', '${STATUS:-pending_receiver}', now(), ${PAID:-false}, '{}', 'odd: it is odd',
        'infinity', (select coalesce(max(memo), 76) + 1 from windlass.payment)$values);
        insert into windlass.\"case\" (kind, tx_id, reason) values ('odd', '$id', 'it is odd')"
}

outflow() { # ID STATE
    sql "insert into windlass.outflow (tx_id, way, state, sealed_key)
        values ('$1', 'payout', '$2', decode(repeat('ab', 60), 'hex'))"
}

attempt() { # ID N OUTCOME [SENDS]
    local at=infinity bank=
    if [ "${4-1}" != 0 ]; then at=now; fi
    case $3 in accepted | settled | returned) bank=B-$1-$2 ;; esac
    sql "insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch, stored_by,
        sends, first_sent, last_sent, deadline, bank_id, outcome) values ('$1', $2, 'payout', '$1:$2', '$1:$2', 500.5,
        'BRL', decode(repeat('cd', 60), 'hex'), 1, 'w', ${4-1}, '$at', '$at', '$at', '$bank', '$3')"
}

bind() { # ID: its quote is bound
    sql "insert into windlass.quote (id, client, holder, shared, pool, sell_asset, buy_asset, side, sell_amount,
            buy_amount, fee, fee_asset, fee_name, price, method, country, lifetime, book_version, made_at, expires_at)
        values ('00000000-0000-4000-8000-00000000000$1', 'c', 'c', false, 'p', 'a', 'b', 'sell', 1, 1, 0, 'a', '', '1',
            'PIX', 'BR', 60, 1, now() - interval '1 minute', now());
        insert into windlass.quote_use (quote_id, tx_id) values ('00000000-0000-4000-8000-00000000000$1', '$1')"
}

stands() { # ID: state and outflow
    sql "select p.state || coalesce(' ' || o.state, '') from windlass.payment p
        left join windlass.outflow o using (tx_id) where p.tx_id = '$1'"
}

@test "every verb that decides wants a reason of one line" {
    for verb in 'hold on' 'hold off' 'case close 1' 'payment retry a' 'payment release a' 'payment recover a' 'payment end a' \
        'payment approve a'; do
        # shellcheck disable=SC2086 # words of a verb
        run --separate-stderr windlass $verb
        [ "$status" = 2 ]
        [[ $stderr == *"say why: --reason TEXT"* ]]
        # shellcheck disable=SC2086
        run --separate-stderr windlass $verb --reason $'two\nlines'
        [ "$status" = 2 ]
        [[ $stderr == *"--reason is one line"* ]]
    done
}

reconciled() { # BEGUN SINCE UNEXPLAINED [ENDED]: as reconcile leaves it
    sql "insert into windlass.reconciliation (who, since, quarantine_ms, begun_at, ended_at, found, unexplained)
        values ('me', $2, 60000, $1, ${4-clock_timestamp()}, $3, $3)"
}

@test "a hold is lifted after a comparison that is late, long and clean enough" {
    refuses 'money is not held' hold off --reason 'nothing to do'
    does 'is_on   true' hold on --reason 'the bank called'
    refuses 'money is held already' hold on --reason 'again'
    audited hold_on money 'the bank called'
    [ "$(sql 'select reason from windlass.money_hold')" = 'the bank called' ]

    refuses 'nothing was compared since the hold was set' hold off --reason x
    # One that was begun and never ended, and one from before, do not count.
    reconciled "now()" "now() - interval '30 days'" 0 "'infinity'"
    reconciled "now() - interval '9 days'" "now() - interval '30 days'" 0 "now() - interval '8 days'"
    refuses 'nothing was compared since' hold off --reason x
    reconciled "clock_timestamp()" "now() - interval '30 days'" 0
    refuses 'windlass reconcile again after 2' hold off --reason x
    sql "update windlass.money_hold set since = now() - interval '1 hour'"
    reconciled "clock_timestamp()" "now() - interval '6 days'" 0
    refuses 'did not go back far enough' hold off --reason x
    reconciled "clock_timestamp()" "now() - interval '30 days'" 2
    refuses 'nobody has explained (windlass reconcile, windlass case close): 2' hold off --reason x
    [ "$(sql 'select is_on, epoch from windlass.money_hold')" = 't|1' ]
    reconciled "clock_timestamp()" "now() - interval '30 days'" 0
    does 'epoch   2' hold off --reason 'all is well'
    audited hold_off money 'all is well'
}

@test "cases are listed, and closed once, by name and with a reason" {
    does 'there are no such cases' case list
    sql "insert into windlass.\"case\" (kind, tx_id, operation, reason) values ('late', 't1', '77', 'money came late')"
    id=$(sql 'select max(id) from windlass."case"')
    does 'money came late' case list --payment t1 --format csv
    refuses "there is no case 99; see windlass case list" case close 99 --reason x
    does 'closed' case close "$id" --reason 'sent back by hand'
    audited case_close t1 'sent back by hand'
    refuses 'is closed already' case close "$id" --reason x
    does 'there are no such cases' case list
    does 'sent back by hand' case list --state closed
    does '[]' case list --state all --payment t2 --format json
    run windlass case list --state shut
    [ "$status" = 2 ]
    run windlass case close first --reason x
    [ "$status" = 2 ]
}

@test "what stopped before money went out is tried again from there" {
    held 1
    does 'the gate is asked again' payment retry 1 --reason 'the types are loaded'
    [ "$(stands 1)" = new ]
    audited payment_retry 1 'the types are loaded'
    [ "$(sql "select claim_token > 0, next_at <= windlass.now(), reason from windlass.payment where tx_id = '1'")" = 't|t|' ]
    # The case it stopped with is closed, and is there again when it stops again.
    [ "$(sql "select state from windlass.\"case\" where tx_id = '1'")" = closed ]
    sql "select windlass.payment_stop('1', claim_token, 'held', 'odd', 'still odd') from windlass.payment where tx_id = '1'"
    [ "$(sql "select state, reason, closed_by from windlass.\"case\" where tx_id = '1'")" = 'open|still odd|' ]

    PAID=true GATED=1 held 2
    does 'the money is verified again' payment retry 2 --reason 'Horizon was wrong'
    [ "$(stands 2)" = asked ]
    refuses 'it stands before nobody, it is asked' payment retry 2 --reason x

    refuses 'it was never seen' payment retry nobody --reason x
    PAID=true held 3
    refuses 'it was paid and never asked for' payment retry 3 --reason x
    STATUS=expired held 4
    refuses 'ended at the platform as expired' payment retry 4 --reason x
    GATED=1 held 5
    # Until when its money may come the watcher says, by the book.
    sql "update windlass.clock set shift = interval '20 minutes'"
    does 'the money is verified again' payment retry 5 --reason 'it may come that late'
    sql "update windlass.clock set shift = interval '0'"
    [ "$(stands 5)" = asked ]
}

@test "a refused payout is ordered again, three times at most, from where payouts begin" {
    PAID=true GATED=1 STATUS=pending_anchor held 6
    outflow 6 failed
    attempt 6 1 refused
    refuses 'its quote holds no money' payment retry 6 --reason x
    bind 6
    refuses 'its record is pending_anchor' payment retry 6 --reason x
    sql "update windlass.payment set status = 'pending_external' where tx_id = '6'"
    refuses 'it is held, not in review' payment release 6 --reason x
    does 'the payout is ordered again' payment retry 6 --reason 'the bank was closed'
    [ "$(stands 6)" = 'out ready' ]
    # No order is made by the verb.
    [ "$(sql "select count(*) from windlass.attempt where tx_id = '6'")" = 1 ]
    sql "update windlass.payment set state = 'held' where tx_id = '6'"
    refuses 'money of it may be out' payment retry 6 --reason x
    sql "update windlass.outflow set state = 'review', version = version + 1 where tx_id = '6';
        update windlass.outflow set state = 'failed', version = version + 1 where tx_id = '6'"
    attempt 6 2 refused
    attempt 6 3 refused
    refuses 'it was ordered three times' payment retry 6 --reason x
}

@test "a payment leaves review to where its orders say that it is" {
    export STATE=review PAID=true GATED=1
    while read -r id outcome sends where; do
        held "$id"
        outflow "$id" review
        [ "$outcome" = none ] || attempt "$id" 1 "$outcome" "$sends"
        does 'it goes on as' payment release "$id" --reason "looked into $id"
        echo "$id $outcome: $(stands "$id")"
        [ "$(stands "$id")" = "$where" ]
        audited payment_release "$id" "looked into $id"
    done <<END
a none 0 out ready
b open 0 out sending
c open 1 out sending
d accepted 1 out accepted
e settled 1 out settled
f refusal_doubted 1 out refused
7 refused 1 held failed
8 returned 1 held failed
END
    refuses 'it stands before nobody, it is out' payment release a --reason x
    [ "$(sql "select state from windlass.\"case\" where tx_id = '7' and kind = 'payout_refused'")" = open ]

    # A parked report is read back before it may be sent again.
    held 9
    outflow 9 review
    attempt 9 1 settled
    sql "insert into windlass.report (tx_id, seq, method, params, rpc_id, state, ended_at, tries) values ('9', 1,
        'notify_offchain_funds_sent', '{\"transaction_id\": \"9\"}', '9:1', 'parked', now(), 4)"
    does 'it goes on as out' payment release 9 --reason 'the platform is well again'
    [ "$(sql "select state, doubt, alone, tries from windlass.report where tx_id = '9'")" = 'open|t|t|0' ]
    refuses 'it stands before nobody' payment retry 9 --reason x
}

@test "what review leads nowhere from is said by name" {
    export STATE=review PAID=true
    GATED=1 STATUS=completed held g
    outflow g review
    attempt g 1 returned
    refuses 'after the record was completed' payment release g --reason x
    refuses 'it is in review, because something contradicts us' payment retry g --reason x
    held h
    refuses 'it was paid and never asked for' payment release h --reason x
    STATUS=refunded GATED=1 held i
    refuses 'ended at the platform as refunded' payment release i --reason x
    [ "$(stands g) / $(stands h) / $(stands i)" = 'review review / review / review' ]
    GATED=1 STATUS=completed held j
    outflow j review
    attempt j 1 settled
    does 'it goes on as done' payment release j --reason 'told by hand'
    [ "$(stands j)" = 'done done' ]
}

@test "payment refund: only money that came, and of which no order may be out" {
    export PAID=true
    held r1
    does 'the money goes back' payment refund r1 --reason 'the client asked'
    [ "$(sql "select state || ' ' || refund_why from windlass.payment where tx_id = 'r1'")" = 'held person' ]
    [ "$(sql "select state from windlass.\"case\" where tx_id = 'r1'")" = closed ]
    audited payment_refund r1 'the client asked'
    refuses 'it is being refunded' payment refund r1 --reason x
    STATE=review held r2
    outflow r2 review
    attempt r2 1 refused
    does 'the money goes back' payment refund r2 --reason x
    [ "$(stands r2) $(sql "select way from windlass.outflow where tx_id = 'r2'")" = 'out ready refund' ]
    STATE=review held r3
    outflow r3 review
    attempt r3 1 open 1
    refuses 'money of it may be out' payment refund r3 --reason x
    PAID=false held r4
    refuses 'shows no money' payment refund r4 --reason x
    STATE=review STATUS=completed held r5
    refuses 'ended at the platform as completed' payment refund r5 --reason x
    STATE=closed held r6
    refuses 'it is over, it is closed' payment refund r6 --reason x
    refuses 'never seen' payment refund nobody --reason x
    run "$BUILD/operator/windlass" payment refund r4
    [ "$status" = 2 ]
    [[ $output == *--reason* ]]
}

@test "payment recover: only what is paid and ended; its case is closed" {
    STATE=review STATUS=error PAID=true GATED=1 held 971
    STATE=held STATUS=error held 972
    STATE=held STATUS=pending_receiver PAID=true held 973
    does 'bring it back' payment recover 971 --reason 'ended by mistake'
    audited payment_recover 971 'ended by mistake'
    [ "$(sql "select method || ' ' || state from windlass.report where tx_id = '971'")" = 'notify_transaction_recovery open' ]
    [ "$(sql "select state || ' ' || closed_why from windlass.\"case\" where tx_id = '971'")" = 'closed ended by mistake' ]
    refuses 'something else first' payment recover 971 --reason again
    refuses 'no money came' payment recover 972 --reason x
    refuses 'has not ended it' payment recover 973 --reason x
    refuses 'no such payment' payment recover nothing --reason x
}

@test "payment end: what has no money, or stands still with it; nothing that may be out" {
    STATE=new held 981
    STATE=held PAID=true GATED=1 held 982
    STATE=asked PAID=true GATED=1 held 983
    STATE=held STATUS=completed PAID=true GATED=1 held 984
    STATE=held PAID=true GATED=1 held 985
    outflow 985 accepted
    refuses 'leave --expired out' payment end 982 --expired --reason x
    does 'unless money is found' payment end 981 --expired --reason 'called off'
    does 'windlass payment recover' payment end 982 --reason 'called off'
    audited payment_end 981 'called off'
    [ "$(sql "select tx_id || ' ' || method from windlass.report where tx_id in ('981', '982') order by 1")" = \
        $'981 notify_transaction_expired\n982 notify_transaction_error' ]
    refuses 'something else first' payment end 982 --reason again
    does 'windlass payment recover' payment end 983 --reason x
    [ "$(stands 983)" = held ]
    refuses 'has ended at the platform' payment end 984 --reason x
    refuses 'may be out' payment end 985 --reason x
    refuses 'never seen' payment end nothing --reason x
    run "$BUILD/operator/windlass" payment end 983
    [ "$status" = 2 ]
}

@test "payment approve: another person than who has sent it on, for what the book wants two for" {
    export STATE=out PAID=true
    GATED=1 held s
    sql "update windlass.payment set reason = 'second_person: x' where tx_id = 's'"
    outflow s ready
    refuses 'wants no second person' payment approve s --reason x
    sql "insert into windlass.second_person values ('BRL', 500)"
    run windlass payment list --reason second_person --format csv
    [ "$(sed 1d <<<"$output" | cut -d, -f1)" = s ]
    run windlass payment list --reason other
    [ "$output" = 'there are no such payments' ]
    run windlass payment why s
    [[ $output == *'waits for a second person to approve 500.5 BRL'*'(windlass payment approve)'* ]]

    does '500.5' payment approve s --reason 'papers seen'
    run windlass payment why s
    [[ $output == *'a watcher to go on with it: a second person has approved 500.5 BRL'* ]]
    audited payment_approve s 'papers seen'
    [ "$(sql "select asked_by, approved_by = '$(id -un)' from windlass.approval where tx_id = 's'")" = 'watcher|t' ]
    refuses 'approved already' payment approve s --reason x

    # Sent on by hand: nobody approves their own.
    sql "update windlass.payment set sent_on_by = 'ana as ops' where tx_id = 's'; delete from windlass.approval"
    WINDLASS_OPERATOR=Ana refuses 'sent on by ana as ops: another person' payment approve s --reason x
    WINDLASS_OPERATOR=bob does 'ana as ops' payment approve s --reason 'seen too'
    [ "$(sql "select approved_by from windlass.approval where tx_id = 's'")" = "bob as $(id -un)" ]

    # Of a refund what leaves is all that came, not what was asked for.
    sql "update windlass.outflow set way = 'refund', version = version + 1 where tx_id = 's';
        insert into windlass.funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account, ledger_at)
            values (repeat('ab', 32), '7', 's', 202.50, 'stellar:native', 'G', now())"
    run windlass payment why s
    [[ $output == *'waits for a second person to approve 202.5 stellar:native'* ]]
    WINDLASS_OPERATOR=bob does '202.5' payment approve s --reason 'goes back'

    GATED=1 held t
    refuses 'no money of it is about to leave' payment approve t --reason x
    refuses 'it was never seen' payment approve nothing --reason x
    sql "delete from windlass.second_person"
}

@test "who brings a payment back is named, and does not approve it" {
    STATE=held STATUS=error PAID=true GATED=1 held u
    WINDLASS_OPERATOR=ana does 'bring it back' payment recover u --reason 'ended by mistake'
    [ "$(sql "select sent_on_by from windlass.payment where tx_id = 'u'")" = "ana as $(id -un)" ]
    [ "$(sql "select detail ->> 'who' from windlass.audit where what = 'payment_recover' and subject = 'u'")" = \
        "ana as $(id -un)" ]
}
