#!/usr/bin/env python3
"""Payouts that people carry out, and payments that two people send.

    manual.py [--only NAME] [--keep]

One stack, whose watcher has no bank: what it orders is exported and confirmed by the operator's
command, which is killed where it hurts.  Ends with "N passed, N failed".
"""

import csv
import fcntl
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher import house as home  # noqa: E402
from tests.watcher.house import House  # noqa: E402
from tests.watcher.suite import Tests, ended, expect, named, options, run  # noqa: E402

MANUAL = {'WINDLASS_PAYOUT_RAIL': 'manual', 'WINDLASS_PAYOUT_RAIL_URL': '',
          'WINDLASS_PAYOUT_WINDOW_MS': '', 'WINDLASS_PAYOUT_QUARANTINE_MS': '2000'}
TESTS = Tests()


class Hand:
    """The stack, its watcher without a bank, and people who pay."""

    def __init__(self, house):
        self.house = house
        house.env.update(MANUAL)
        self.watcher = house.watcher('a')
        self.number = 0
        self.bank = 0

    def ordered(self, count=1, amount='11'):
        """Payments whose money came, and whose orders wait for people."""
        txs = self.paid(count, amount)
        self.house.until('they are ordered', lambda: len(self.rows(txs)) == count)
        return txs

    def paid(self, count=1, amount='11'):
        self.number += 1
        people = self.house.customers(self.number)
        txs = [self.house.transaction(people, amount) for _ in range(count)]
        self.house.pay([self.house.wait(tx, lambda r: r['status'] == 'pending_sender')
                        for tx in txs])
        return txs

    def rows(self, txs):
        names = ', '.join(f"'{tx}'" for tx in txs)
        return self.house.sql('select reference, state, batch from windlass.manual_order '
                              f'where tx_id in ({names}) order by reference')

    def command(self, *words, who='ana', stdin=''):
        env = dict(self.house.env, WINDLASS_OPERATOR=who)
        return subprocess.run([f'{env["BUILD"]}/operator/windlass', *words], env=env, input=stdin,
                              capture_output=True, text=True, check=False)

    def does(self, *words, **more):
        done = self.command(*words, **more)
        expect(done.returncode == 0, f'{words}: {done.stdout}{done.stderr}')
        return done.stdout

    def refuses(self, words, *command, **more):
        done = self.command(*command, **more)
        expect(done.returncode == 1 and words in done.stderr and not done.stdout,
               f'{command}: {done.returncode} {done.stdout} {done.stderr}')

    def export(self, *words, **more):
        return list(csv.DictReader(io.StringIO(self.does('payout', 'export', *words, **more))))

    def result(self, reference, result='settled', **more):
        """A line of the bank's file."""
        self.bank += 1
        return dict({'reference': reference, 'result': result, 'bank_id': f'MB{self.bank}'}, **more)

    def settle(self, txs, who='bob'):
        lines = [self.result(row[0]) for row in self.rows(txs)]
        self.does('payout', 'confirm', '-', who=who, stdin=json.dumps(lines))
        for tx, line in zip(sorted(txs), lines):
            record = self.house.wait(tx, lambda r: r['status'] == 'completed')
            expect(record['external_transaction_id'] == line['bank_id'], 'the bank\'s id is told')
        return lines

    def limits(self, **more):
        limits = json.loads((home.ROOT / 'config' / 'limits.json').read_text())
        limits['payouts'] = [dict(one, **more) for one in limits['payouts']]
        self.does('load', 'limits', '-', stdin=json.dumps(limits))

    def waits(self, tx, code):
        def holds():
            row = self.house.payment(tx)
            return row and row[1].startswith(f'{code}:')
        self.house.until(f'{tx} waits for {code}: {self.house.payment(tx)}', holds, 30)

    def clean(self):
        """After each test: nothing is left to be exported, and the bank was never asked."""
        self.export()
        expect(not self.house.bank_books()['executed'], 'nothing went over HTTP')
        expect(self.watcher.running, 'the watcher lives')


# --- the road

@TESTS.test
def what_people_pay_is_completed(hand):
    txs = hand.ordered(3)
    expect('windlass payout export' in hand.does('payment', 'why', txs[0]), 'it says who is next')
    given = hand.export()
    expect(sorted(one['reference'] for one in given) == sorted(f'{tx}:1' for tx in txs),
           f'each is given: {given}')
    record = hand.house.record(txs[0])
    line, = [one for one in given if one['reference'] == f'{txs[0]}:1']
    expect(line['amount'] == record['amount_out']['amount'] and line['currency'] == 'BRL' and
           line['method'] == 'PIX', f'as promised: {line}')
    expect(line['beneficiary.first_name'] == 'João' and
           line['beneficiary.bank_account_number'] == f'{hand.number:09d}' and
           line['sender.last_name'] == 'Souza', f'opened: {line}')
    expect(not hand.export(), 'once')
    batch = line['batch']
    expect(f'batch {batch}' in hand.does('payment', 'why', txs[0]), 'it says where it is')
    expect(hand.export('--again', batch) == given, 'the same again')
    again = json.loads(hand.does('payout', 'export', '--again', line['reference'],
                                 '--format', 'json'))
    expect(again == [line], f'one of them, as JSON: {again}')
    file = hand.house.dir / 'results.csv'
    file.write_text('reference,result,bank_id,code,amount\n'
                    f'{txs[0]}:1,settled,7001,,{line["amount"]}\n'
                    f'{txs[1]}:1,accepted,MA2,,\n')
    hand.does('payout', 'confirm', str(file))
    hand.does('payout', 'confirm', str(file))
    record = hand.house.wait(txs[0], lambda r: r['status'] == 'completed')
    expect(record['external_transaction_id'] == '7001', 'the bank\'s id')
    hand.house.wait(txs[1], lambda r: r['status'] == 'pending_external')
    hand.does('payment', 'confirm', txs[1], '--result', 'settled', '--bank-id', 'MA2')
    hand.house.wait(txs[1], lambda r: r['status'] == 'completed')
    hand.settle(txs[2:])
    hand.house.until('they are done', lambda: all(hand.house.payment(tx)[0] == 'done'
                                                  for tx in txs), 30)
    told = json.loads(hand.does('reconcile', '--format', 'json'))
    expect(not told['differences'], f'all books agree: {told}')


@TESTS.test
def a_file_that_is_wrong_changes_nothing(hand):
    txs = hand.ordered(2)
    hand.export()
    good = hand.result(f'{txs[0]}:1')
    for words, line in (('no payout of that reference', hand.result('nothing:1')),
                        ('another amount was ordered', hand.result(f'{txs[1]}:1', amount='1.00')),
                        ('something else was said before',
                         hand.result(f'{txs[0]}:1', 'refused', code='closed')),
                        ('given that id to another',
                         dict(hand.result(f'{txs[1]}:1'), bank_id=good['bank_id']))):
        done = hand.command('payout', 'confirm', '-', stdin=json.dumps([good, line]))
        expect(done.returncode == 1 and words in done.stderr and 'entry 2' in done.stderr,
               f'{words}: {done.stderr}')
    expect([row[1] for row in hand.rows(txs)] == ['pending', 'pending'], 'nothing is changed')
    hand.settle(txs)


@TESTS.test
def what_the_bank_refuses_is_believed_and_ordered_again(hand):
    tx, = hand.ordered()
    hand.export()
    hand.does('payment', 'confirm', f'{tx}:1', '--result', 'refused', '--code', 'closed')
    hand.house.until(f'it stands before a person: {hand.house.payment(tx)}',
                     lambda: hand.house.payment(tx)[:2] == [
                         'held', 'payout_refused: the bank refused the payout (closed)'], 60)
    hand.does('payment', 'retry', tx, '--reason', 'the bank has looked again')
    hand.house.until('it is ordered again', lambda: len(hand.rows([tx])) == 2, 30)
    expect([one['reference'] for one in hand.export()] == [f'{tx}:2'], 'under another reference')
    hand.does('payment', 'confirm', tx, '--result', 'settled', '--bank-id', 'MR2')
    hand.house.wait(tx, lambda r: r['status'] == 'completed')


@TESTS.test
def nothing_is_given_while_money_is_held(hand):
    tx, = hand.ordered()
    hand.does('hold', 'on', '--reason', 'a test')
    hand.refuses('no money leaves', 'payout', 'export')
    hand.house.sql("select windlass.hold_lift('a test')")
    expect(len(hand.export()) == 1, 'afterwards it is')
    hand.settle([tx])


@TESTS.test
def after_a_restore_a_person_looks_at_the_statement(hand):
    """What a lost database has given to people stands in no book of ours."""
    def differ():
        told = json.loads(hand.command('reconcile', '--format', 'json').stdout)
        return [one for one in told['differences'] if not one['explained_by']]

    epoch = hand.house.sql('select epoch from windlass.money_hold')[0][0]
    hand.watcher.end()
    with open(hand.house.dir / 'watcher-a' / 'watcher.references', 'a', encoding='ascii') as file:
        file.write(f'{epoch} never-stored:1\n')
    hand.watcher.start()
    hand.house.until('all money is held', lambda: hand.house.sql(
        'select is_on from windlass.money_hold') == [['t']])
    lost, = hand.paid()
    hand.waits(lost, 'money_on_hold')
    one, = differ()
    expect(one['kind'] == 'bank_unread', f'our own books prove nothing: {one}')
    hand.house.until('only that is in the way', lambda: differ() and 'nobody has explained' in
                     hand.command('hold', 'off', '--reason', 'x').stderr)
    hand.does('case', 'close', str(one['case']), '--reason', 'the statement has one more')
    line = hand.result(f'{lost}:1')
    hand.refuses('its payment is', 'payout', 'confirm', '-', stdin=json.dumps([line]))
    hand.house.until('then it is lifted', lambda: not differ() and hand.command(
        'hold', 'off', '--reason', 'seen').returncode == 0)
    hand.house.until('it is ordered', lambda: len(hand.rows([lost])) == 1, 30)
    expect(not hand.export(), 'it is not given while its case is open')
    hand.refuses('a lost database has given it', 'payout', 'confirm', '-', stdin=json.dumps([line]))
    case, = [c for c in json.loads(hand.does('case', 'list', '--format', 'json'))
             if c['kind'] == 'manual_unknown']
    hand.does('case', 'close', str(case['id']), '--reason', 'it is paid')
    expect(len(hand.export()) == 1, 'and is then')
    hand.does('payout', 'confirm', '-', stdin=json.dumps([line]))
    hand.house.wait(lost, lambda r: r['status'] == 'completed')


@TESTS.test
def another_rail_leaves_their_orders_alone(hand):
    tx, = hand.ordered()
    hand.watcher.end()
    by_hand = dict(hand.watcher.env)
    hand.watcher.env.update(WINDLASS_PAYOUT_RAIL='http', WINDLASS_PAYOUT_RAIL_URL=hand.house.bank,
                            WINDLASS_PAYOUT_WINDOW_MS='600000')
    hand.watcher.start()
    hand.house.sql("update windlass.payment set next_at = windlass.now() "
                   f"where tx_id = '{tx}'")
    hand.house.sql(f"update windlass.attempt set next_at = '-infinity' where tx_id = '{tx}'")
    hand.waits(tx, 'other_rail')
    expect(not hand.house.bank_books()['executed'], 'the bank does not hear of it')
    hand.watcher.end()
    hand.watcher.env = by_hand
    hand.watcher.start()
    hand.export()
    hand.settle([tx])


@TESTS.test
def a_watcher_that_is_killed_while_it_orders_orders_once(hand):
    txs = hand.paid(6)
    for _ in range(8):
        time.sleep(random.uniform(0.05, 0.4))
        hand.watcher.kill()
        hand.watcher.start()
    hand.house.until('they are ordered', lambda: len(hand.rows(txs)) == len(txs))
    given = hand.export()
    expect(sorted(one['reference'] for one in given) == sorted(f'{tx}:1' for tx in txs),
           f'each once: {given}')
    hand.settle(txs)


@TESTS.test
def what_people_correct_is_ordered_again_to_another_account(hand):
    tx, = hand.ordered()
    hand.export()
    hand.does('payment', 'confirm', tx, '--result', 'refused', '--code', 'account_closed',
              '--fixable', '--field', 'bank_account_number')
    hand.house.wait(tx, lambda r: r['status'] == 'pending_customer_info_update')
    receiver = dict(home.RECEIVER, bank_account_number='987654321')
    hand.house.customer(2000 + hand.number, 'sep31-receiver', receiver)
    hand.house.until('it is ordered again', lambda: len(hand.rows([tx])) == 2)
    line, = hand.export()
    expect(line['reference'] == f'{tx}:2' and
           line['beneficiary.bank_account_number'] == '987654321', f'to the new one: {line}')
    hand.does('payment', 'confirm', tx, '--result', 'settled', '--bank-id', 'MF2')
    hand.house.wait(tx, lambda r: r['status'] == 'completed')


@TESTS.test
def what_comes_back_after_it_was_completed_is_a_case(hand):
    """It is believed when it was said for half a minute: the database's clock is moved."""
    tx, = hand.ordered()
    hand.export()
    line, = hand.settle([tx])
    hand.house.until('it is done', lambda: hand.house.payment(tx)[0] == 'done')
    hand.does('payout', 'confirm', '-', stdin=json.dumps(
        [dict(line, result='returned', code='account_closed')]))
    hand.house.until('it is doubted', lambda: hand.house.sql(
        f"select refusal from windlass.attempt where tx_id = '{tx}'") == [['account_closed']], 30)
    hand.house.sql('select windlass.clock_set(40000)')
    hand.house.until('it is a case', lambda: hand.house.sql(
        'select count(*) from windlass."case" where state = \'open\' and '
        f"kind = 'returned_after_completion' and tx_id = '{tx}'") == [['1']], 60)
    expect(hand.house.payment(tx)[0] == 'review', f'a person decides: {hand.house.payment(tx)}')
    expect(hand.house.record(tx)['status'] == 'completed', 'the platform hears of nothing')


# --- two people

@TESTS.test
def what_is_large_takes_two_people(hand):
    hand.limits(second_person_above='100')
    small, = hand.ordered()
    large, = hand.paid(amount='30')
    hand.waits(large, 'second_person')
    listed = json.loads(hand.does('payment', 'list', '--reason', 'second_person',
                                  '--format', 'json'))
    expect([one['tx_id'] for one in listed] == [large], f'it is listed: {listed}')
    expect([one['reference'] for one in hand.export()] == [f'{small}:1'], 'it is not given')
    hand.settle([small], who='ana')     # small enough for one
    hand.does('payment', 'approve', large, '--reason', 'papers seen', who='bob')
    hand.house.until('it is ordered', lambda: len(hand.rows([large])) == 1, 30)
    expect(len(hand.export(who='ana')) == 1, 'it is given')
    line = json.dumps([hand.result(f'{large}:1')])
    hand.refuses('by another person', 'payout', 'confirm', '-', who='ana', stdin=line)
    hand.refuses('by another person', 'payout', 'confirm', '-', who='Ana', stdin=line)
    hand.does('payout', 'confirm', '-', who='bob', stdin=line)
    hand.house.wait(large, lambda r: r['status'] == 'completed')
    hand.limits()


# --- kills

def blocked(hand):
    """An export whose output nobody reads: it has counted its payouts as given, and cannot write
    them.  It is killed there."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        while os.write(writer, b'x' * 4096):
            pass
    except BlockingIOError:
        pass
    fcntl.fcntl(writer, fcntl.F_SETFL, 0)
    export = subprocess.Popen([f'{hand.house.env["BUILD"]}/operator/windlass', 'payout', 'export'],
                              env=hand.house.env, stdout=writer, stderr=subprocess.PIPE)
    hand.house.until('it is counted as given', lambda: hand.house.sql(
        "select count(*) from windlass.manual_batch where written_at = 'infinity'") == [['1']], 20)
    export.kill()
    export.communicate()
    os.close(reader)
    os.close(writer)


@TESTS.test
def an_export_that_is_killed_before_it_writes_loses_nothing(hand):
    txs = hand.ordered(2)
    blocked(hand)
    later, = hand.ordered()
    batch = hand.rows(txs)[0][2]
    hand.refuses(f'--again {batch}', 'payout', 'export')
    hand.refuses('no payout of that reference', 'payout', 'export', '--again', f'{later}:1')
    first = hand.export('--again', batch)
    expect(sorted(one['reference'] for one in first) == sorted(f'{tx}:1' for tx in txs),
           'what was counted as given is given')
    expect([one['reference'] for one in hand.export()] == [f'{later}:1'], 'then what is new')
    hand.settle(txs + [later])


@TESTS.test
def exports_that_are_killed_anywhere_give_each_payout_in_one_batch(hand):
    txs = hand.ordered(12)
    given = []      # (batch, reference) of every line that came out, whole files only
    for _ in range(12):
        export = subprocess.Popen(
            [f'{hand.house.env["BUILD"]}/operator/windlass', 'payout', 'export'],
            env=hand.house.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        time.sleep(random.uniform(0, 0.06))
        export.kill()
        export.communicate()
    for _ in range(3):
        done = hand.command('payout', 'export')
        if done.returncode == 0:
            break
        expect('--again' in done.stderr, done.stderr)
        word = done.stderr.split('--again ')[1].split(')')[0]
        hand.export('--again', word)
    batches = {row[2] for row in hand.rows(txs)}
    expect('0' not in batches, 'all are given')
    for batch in batches:
        given += [one['reference'] for one in hand.export('--again', batch)]
    expect(sorted(given) == sorted(f'{tx}:1' for tx in txs), f'each in one batch: {given}')
    hand.settle(txs)


def main():
    given = options(__doc__).parse_args()
    with House(given.keep) as house:
        hand = Hand(house)
        passed, failed = run(named(TESTS, given.only), hand, good=hand.clean)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
