#!/usr/bin/env bats
# The operator's command: payment list, payment show, payment why.
# shellcheck disable=SC2154 # variables of bats and of lib.sh

bats_require_minimum_version 1.5.0
load ../lib.sh

setup_file() {
    cluster_up
    settings
}

teardown_file() {
    cluster_down
}

windlass() {
    "$BUILD/operator/windlass" "$@"
}

# payment ID STATE [NAME=VALUE...]: a row; a state after the gate has all that it needs.
payment() {
    local id=$1 state=$2 names='' values='' pair
    shift 2
    case $state in asked | out | done)
        set -- quote_id="'q-$id'" client="'GCLIENT'" asset="'stellar:native'" currency="'BRL'" method="'PIX'" \
            sender="'s1'" receiver="'r1'" expected=101 payout=500.5 fee=1 beneficiary="'\\xab'" destination="'GDEST'" \
            gated_at="windlass.now() - interval '2 minutes'" pay_by="windlass.now() + interval '3 minutes'" "$@"
        ;;
    esac
    for pair; do
        names="$names, ${pair%%=*}"
        values="$values, ${pair#*=}"
    done
    sql "insert into windlass.payment (tx_id, state, status, updated_at, is_paid, snapshot, memo$names)
        values ('$id', '$state', coalesce('${STATUS-}', ''), now(), ${PAID:-false}, '{\"secret\": \"Ana Souza\"}',
        (select coalesce(max(memo), 76) + 1 from windlass.payment)$values)"
}

setup() {
    STATUS=pending_receiver
    PAID=false
}

why() { # ID: sets output, one sentence
    run --separate-stderr windlass payment why "$1"
    echo "$output / $stderr"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [ "$(wc -l <<<"$output")" = 1 ]
    [[ $output == "Payment $1 waits for "*. ]]
}

@test "payment why follows a payment from its beginning to its end" {
    payment a new
    sql "update windlass.payment set next_at = windlass.now() + interval '1 minute'"
    why a
    [[ $output == *"a watcher to ask whether it may start"* ]]

    # A reason is as old as it is.
    sql "update windlass.payment set made_at = now() - interval '1 day', reason_at = now() - interval '1 day'"
    sql "update windlass.payment set reason = 'receiver_needs_info: the customer has to show more'"
    why a
    [[ $output == *"what the receiver still has to show, since $(date -u +%Y-%m-%dT%H):"* ]]
    since=$(windlass payment why a --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["since"])')
    sql "update windlass.payment set nudged = nudged + 1, next_at = windlass.now() + interval '2 minutes'"
    [ "$(windlass payment why a --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["since"])')" = "$since" ]

    STATUS=pending_sender
    payment b asked "next_at=windlass.now() + interval '9 minutes'"
    why b
    [[ $output == *"the client's payment of 101 stellar:native to GDEST with the memo 78, since"*"ended from"* ]]
    sql "insert into windlass.report (tx_id, seq, method, params, rpc_id, tries, doubt, last_sent, next_at) values
        ('b', 1, 'request_onchain_funds', '{\"transaction_id\": \"b\"}', 'b:1', 1, true, windlass.now(),
        windlass.now() + interval '1 minute')"
    why b
    [[ $output == *"the platform to show whether it has carried out request_onchain_funds"* ]]

    STATUS=pending_receiver PAID=true
    payment c out "next_at=windlass.now() + interval '1 minute'" "reason='money_on_hold: bank_mismatch (z)'"
    sql "insert into windlass.outflow (tx_id, way, state, sealed_key) values ('c', 'payout', 'ready',
        decode(repeat('ab', 60), 'hex'))"
    sql "update windlass.money_hold set is_on = true, reason = 'bank_mismatch (z)', since = '2026-01-01T00:00:00Z'"
    why c
    [[ $output == *"the hold on all money to be lifted: bank_mismatch (z), since 2026-01-01T00:00:00Z; it ends when a person lifts it (windlass hold off)." ]]
    sql "update windlass.money_hold set is_on = false, reason = ''"
    sql "update windlass.payment set reason = '' where tx_id = 'c'"
    sql "update windlass.outflow set state = 'sending', version = version + 1 where tx_id = 'c'"
    sql "insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch, stored_by,
        sends, first_sent, last_sent, deadline, bank_id, outcome, next_at) values ('c', 1, 'payout', 'c:1', 'c:1', 500.5,
        'BRL', decode(repeat('cd', 60), 'hex'), 1, 'w', 1, windlass.now(), windlass.now(), windlass.now(), 'B-7',
        'accepted', windlass.now())"
    why c
    [[ $output == *"the bank to say whether it has the order c:1"* ]]
    sql "update windlass.outflow set state = 'accepted', version = version + 1 where tx_id = 'c'"
    why c
    [[ $output == *"the bank to settle the order c:1, B-7 there, of 500.5 BRL"* ]]

    STATUS=completed
    payment d 'done' "next_at='infinity'"
    why d
    [[ $output == *"waits for nothing since"*"paid out"* ]]
    STATUS=pending_receiver PAID=false
    payment e held "next_at='infinity'" "reason='quote_used: the quote was used before'"
    why e
    [[ $output == *"a person, because the quote was used before"*"windlass payment end"* ]]
}

@test "a payment that no watcher takes up says so" {
    payment f new "next_at=windlass.now() - interval '5 minutes'"
    why f
    [[ $output == *"a watcher to go on with it"*"last read never"* ]]
}

@test "payment show has all of it, and nobody's personal data" {
    for format in text json csv; do
        run --separate-stderr windlass payment show c --format $format
        echo "$output"
        [ "$status" = 0 ]
        [ -z "$stderr" ]
        for word in 500.5 GCLIENT q-c c:1 B-7 accepted "the bank to settle"; do
            [[ $output == *"$word"* ]]
        done
        [[ $output != *Ana* ]]
    done
    windlass payment show b --format json | python3 -c '
import json, sys
v = json.load(sys.stdin)
assert list(v) == ["payment", "funding", "attempts", "reports", "notices", "cases", "why"], list(v)
assert v["payment"]["expected"] == "101" and v["payment"]["is_paid"] is False, v["payment"]
assert v["reports"][0]["method"] == "request_onchain_funds" and v["reports"][0]["tries"] == 1
assert v["attempts"] == [] and v["payment"]["outflow"] is None'
}

@test "payment list picks by state and time, newest first" {
    ids() {
        windlass payment list --format csv "$@" | sed 1d | cut -d, -f1 | paste -sd' '
    }
    [ "$(ids)" = "f e d c b a" ]
    [ "$(ids --state held)" = e ]
    [ "$(ids --state=held,new)" = "f e a" ]
    [ "$(ids --state review)" = "" ]
    [ "$(ids --limit 2)" = "f e" ]
    [ "$(ids --since "$(date -u -d '-1 hour' +%FT%TZ)")" = "f e d c b" ]
    [ "$(ids --since "$(date -u -d '-2 days' +%F)" --state new)" = "f a" ]
    [ "$(ids --since 2999-01-01)" = "" ]
    run windlass payment list --state review
    [ "$status" = 0 ]
    [ "$output" = "there are no such payments" ]
    run windlass payment list --state held
    [[ $output =~ e\ +2.*\ held\ +pending_receiver\ .*\ quote_used ]]
}

@test "a payment never seen is 1 and a line" {
    for verb in show why; do
        for other in z "' or 1=1" ''; do
            run --separate-stderr windlass payment $verb "$other"
            echo "$status $output / $stderr"
            [ "$status" = 1 ]
            [ -z "$output" ]
            [[ $stderr == "windlass: there is no payment${other:+ $other}"* ]]
        done
    done
}

@test "what a wallet or the platform has written drives no terminal" {
    payment g held "next_at='infinity'" "reason=e'odd: \\033[2Jgone\\nnext'"
    why g
    [[ $output == *"because ?[2Jgone?next"* ]]
}

@test "every wait of the watcher has words of its own" {
    python3 - "$root" <<'PY'
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
text = "\n".join(path.read_text() for path in sorted((root / "watcher").glob("*.c")))
text += (root / "common/refusal.c").read_text()
found = set()
for pattern in (r'\bwaits\("(\w+)"', r'\bwait_for\("(\w+)"', r'\bwatch_wait\(\w+, [^;"]*?"(\w+)"',
                r'GATE_WAIT, "(\w+)"', r'STEP_WAIT, "(\w+)"', r'\{ "(\w+)",\s+POLICY_WAIT,',
                r'"((?:sender|receiver)_(?:in_review|needs_info))"'):
    here = set(re.findall(pattern, text))
    assert here, f"{pattern} finds nothing any more"
    found |= here
known = set(re.findall(r'\{ "(\w+)",', (root / "operator/why_reasons.c").read_text()))
missing = found - known - {"refusal_doubted", "return_doubted"}  # the outflow's state tells these
assert not missing, f"no words for {sorted(missing)}"
assert len(found) >= 20, sorted(found)
PY
}
