#!/usr/bin/env bats
# The audit trail: who did what to whom, and whether it still says so.
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # variables of bats and of customer.bash

bats_require_minimum_version 1.5.0
load customer

windlass() {
    "$BUILD/operator/windlass" "$@"
}

link() { # what the watcher does once a second
    sql 'select linked from windlass.audit_link(1000)'
}

lines() { # OPTIONS...: of audit list, without the head
    windlass audit list --format csv "$@" | tail -n +2
}

@test "audit list: who did what to which customer and why, and no value" {
    sender
    link
    windlass customer show "$id" --values >/dev/null
    run windlass audit list --subject "$id" --format csv
    echo "$output"
    [ "$status" = 0 ]
    [[ ${lines[0]} == number,at,actor,who,what,subject,why,detail* ]]
    [[ ${lines[1]} == *windlass_operator,$(id -un),customer_values,$id* ]]
    [[ ${lines[2]} == *windlass_customer,,customer_put,$id* ]]
    # The one that was linked has its number, the other has none yet.
    [[ ${lines[1]} == 0,* && ${lines[2]} =~ ^[1-9] ]]
    run ! grep -E 'Ana|Souza|Paulista|39053344705' <<<"$output"
    [ "$(lines --subject "$id" --what customer_put | wc -l)" = 1 ]
    [ "$(lines --since 2999-01-01)" = '' ]
    [ "$(lines --limit 1 | wc -l)" = 1 ]
    run windlass audit list --subject nobody
    [ "$status $output" = '0 there are no such rows' ]
    for wrong in '--since yesterday' '--limit 0' '--limit 1001'; do
        # shellcheck disable=SC2086 # words
        run windlass audit list $wrong
        [ "$status" = 2 ]
    done
}

@test "audit verify: all is well, and so many are not linked yet" {
    link
    run windlass audit verify --format json
    echo "$output"
    [ "$status" = 0 ]
    is_so() { # EXPRESSION of v
        printf %s "$output" | python3 -c 'import json, sys; v = json.load(sys.stdin); assert eval(sys.argv[1]), v' "$1"
    }
    all=$(sql 'select count(*) from windlass.audit')
    is_so "v['chain']['linked'] == $all and v['chain']['not_linked'] == 0 and v['faults'] == []"
    sender
    run windlass audit verify --format json
    [ "$status" = 0 ]
    is_so "v['chain']['linked'] == $all and v['chain']['not_linked'] == 1 and v['chain']['not_linked_since']"
    run windlass audit verify
    echo "$output"
    [[ $output == *"all that is linked is as it was"* ]]
}

@test "audit verify: a head that was noted elsewhere is part of it, or not" {
    link
    head=$(windlass audit verify --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["chain"]["head"])')
    sender
    link
    run windlass audit verify --head "$head"
    [ "$status" = 0 ]
    number=${head%%:*}
    run windlass audit verify --head "$number:$(printf '%064d' 0)"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *"the chain up to here is not the one whose head was noted"* ]]
    run windlass audit verify --head "$((number + 100)):${head#*:}"
    [ "$status" = 1 ]
    [[ $output == *"the chain ends before the head that was noted"* ]]
    for wrong in x 1 "1:00" ":${head#*:}" "$head ""0" "-1:${head#*:}"; do
        run windlass audit verify "--head=$wrong"
        [ "$status" = 2 ]
    done
}

@test "audit verify: the first row that is not what it was is named" {
    sender
    link
    sql "set session_replication_role = replica; update windlass.audit set actor = 'somebody'
        where n = (select n from windlass.audit_link where number = 3)"
    run windlass audit verify --format csv
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *"the row, or its link, is not what was linked"* && $output == *faults,1,number,3* ]]
    [[ $output == *"windlass: the audit trail is not what it was"* ]]
    sql "set session_replication_role = replica; delete from windlass.audit_link where number = 2"
    run windlass audit verify --format csv
    [ "$status" = 1 ]
    [[ $output == *"a link before it is gone"* && $output == *faults,1,number,3* ]]
}
