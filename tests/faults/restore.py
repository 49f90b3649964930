#!/usr/bin/env python3
"""A backup that is brought back: what was paid since is paid no second time.

    restore.py [--payments 12] [--keep]

Payments before the backup, which is a copy of the database's files; as many as said after it, of
which some are still under way; then the copy takes the database's place.  Nothing leaves until
the books are compared and a person lifts the hold; then a payment that waited goes out.  Ends with
"N passed, N failed".
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.faults.invariants import Books, broken, rows  # noqa: E402
from tests.faults.stage import Stage  # noqa: E402
from tests.watcher.house import House  # noqa: E402
from tests.watcher.suite import BANK, Tests, ended, expect, run  # noqa: E402

TESTS = Tests()
SENT = 'notify_offchain_funds_sent'


class Past:
    """What was at the backup, and what came after it."""

    def __init__(self, house, count):
        self.house = house
        self.stage = stage = Stage(house, watchers=1)
        self.before = stage.payments(4)
        stage.pay(stage.asked(self.before))
        stage.stand_still(self.before, states=('done', ))
        # Asked for before, paid after; one of these never is.
        self.asked = stage.payments(4)
        records = stage.asked(self.asked)
        self.copy('pg', 'pg-then')
        self.lost = stage.payments(count)
        new = stage.asked(self.lost)
        stage.pay(records[1:] + new)
        self.late = records[0]['id']
        self.asked.remove(self.late)
        stage.stand_still(self.asked + self.lost, states=('done', ))
        self.under_way = stage.payments(2)
        house.faults('platform', {'on': SENT, 'kind': '500_before'})
        stage.pay(stage.asked(self.under_way))
        stage.wait_for(self.under_way, lambda _: house.sql(
            'select count(*) from windlass.report where method = '
            f"'{SENT}' and state = 'open'") == [['2']])
        self.paid = set(house.bank_books()['executed'])

    def copy(self, one, other):
        """The database's files, while nobody writes them."""
        self.house.cluster('stop')
        shutil.rmtree(self.house.dir / other, ignore_errors=True)
        subprocess.run(['cp', '-a', self.house.dir / one, self.house.dir / other], check=True)
        self.house.cluster('start')

    def bring_back(self):
        watcher, = self.house.watchers
        watcher.kill()
        self.copy('pg-then', 'pg')
        self.house.clear_faults()
        watcher.start()

    def windlass(self, *words):
        done = subprocess.run([f'{self.house.env["BUILD"]}/operator/windlass', *words],
                              env=dict(self.house.env, **BANK), capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout, done.stderr

    def reconcile(self):
        code, said, why = self.windlass('reconcile', '--format', 'json')
        expect(code in (0, 3), f'{said} {why}')
        told = json.loads(said)
        return told['reconciliation'], told['differences']


@TESTS.test
def a_database_that_came_back_holds_all_money(past):
    past.bring_back()
    past.house.until('all money is held', lambda: past.house.sql(
        'select is_on from windlass.money_hold') == [['t']])
    expect(not past.house.sql(f"select 1 from windlass.payment where tx_id = '{past.lost[0]}'"),
           'it does not know what came after it')
    past.house.pay([past.house.record(past.late)])
    past.house.until('what is paid now waits', lambda: past.house.payment(past.late)[1].startswith(
        'money_on_hold:'))
    code, _, why = past.windlass('hold', 'off', '--reason', 'x')
    expect(code == 1 and 'compared' in why, f'nobody lifts it unseen: {why}')


@TESTS.test
def what_the_bank_knows_is_taken_over(past):
    run_, differences = past.reconcile()
    wanted = len(past.asked + past.lost + past.under_way)
    expect(run_['adopted'] == wanted, f'{run_["adopted"]} of {wanted} were adopted')
    expect(differences == [], f'then nothing differs: {differences[:3]}')
    states = past.stage.states(past.asked + past.lost)
    expect(states == {'closed': len(past.asked + past.lost)}, f'they are over: {states}')
    books = Books(past.house)
    for tx in past.under_way:
        payment = books.payments[tx]
        expect(payment['state'] == 'review' and payment['is_case'], f'a person has it: {payment}')
    again, _ = past.reconcile()
    expect(again['adopted'] == 0, 'once')


@TESTS.test
def nothing_of_it_is_free_a_second_time(past):
    house, tx = past.house, past.asked[0]
    used = rows(house, f"select quote_id::text from windlass.quote_use where tx_id = '{tx}'")
    expect(len(used) == 1, 'its quote is used')
    own = rows(house, "select operation_id, source_account from windlass.funding "
                      f"where tx_id = '{past.lost[0]}'")
    expect(len(own) == 1, 'the operation that paid for it is')
    expect(own[0]['source_account'][:1] == 'G', f'whose it was is known: {own}')
    again, = house.transactions([house.wish(past.stage.people, '11', used[0]['quote_id'])])
    house.until('another on its quote is held', lambda: (house.payment(again) or ['', ''])[1]
                .startswith('quote_'))
    totals = rows(house, 'select sum(total)::text as total from windlass.pool_row '
                         "where pool = 'brl'")
    moved = rows(house, 'select sum(amount)::text as total from windlass.movement '
                        "where pool = 'brl' and reference not like 'adopted %'")
    gone = sum(float(payout['amount']) for payout in house.bank_books()['executed'].values())
    expect(abs(float(moved[0]['total']) - float(totals[0]['total']) - gone) < 0.005,
           f'the pool has what is left: {totals}, {moved}, {gone}')
    stolen = dict(house.record(past.late))
    expect(stolen['status'] == 'pending_receiver', 'what is paid still waits')


@TESTS.test
def what_was_under_way_goes_on(past):
    for tx in past.under_way:
        code, _, why = past.windlass('payment', 'release', tx, '--reason', 'the bank has it')
        expect(code == 0, f'a person lets it go on: {why}')
    past.house.until('it is told, though money is held', lambda: past.stage.states(
        past.under_way) == {'done': len(past.under_way)})
    for tx in past.under_way:
        expect(past.house.record(tx)['status'] == 'completed', 'the platform is told')


@TESTS.test
def then_a_person_lets_money_leave(past):
    house = past.house
    house.until('whatever was on its way has arrived', lambda: past.reconcile() and past.windlass(
        'hold', 'off', '--reason', 'a test')[0] == 0)
    past.stage.stand_still([past.late], states=('done', ))
    now = set(house.bank_books()['executed'])
    expect(now - past.paid == {f'{past.late}:1'}, f'one more was paid: {now - past.paid}')
    more = past.stage.payments(2)
    past.stage.pay(past.stage.asked(more))
    past.stage.stand_still(more, states=('done', ))
    expect(house.sql('select is_on from windlass.money_hold') == [['f']], 'nothing is held again')
    expect(not house.sql('select 1 from windlass."case" where kind = \'record_disagrees\''),
           'nothing disagrees')
    expect(not broken(house), f'{broken(house)}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--payments', type=int, default=12)
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    given = parser.parse_args()
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='300',
               WINDLASS_POLL_INTERVAL_MS='200') as house:
        return ended(*run(TESTS, Past(house, given.payments)))


if __name__ == '__main__':
    sys.exit(main())
