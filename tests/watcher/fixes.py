#!/usr/bin/env python3
"""Payouts that the bank refuses or gives back: corrected and ordered again, or given up.

    fixes.py [--only NAME] [--on PLATFORM] [--keep]

One stack a platform; the database's clock and the bank's are moved, never back.  Ends with
"N passed, N failed".
"""

import pathlib
import sys
import time
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher import house as home  # noqa: E402
from tests.watcher.house import BRL, House, http  # noqa: E402
from tests.watcher.suite import BANK, Tests, expect, forbidden, on_platforms, run  # noqa: E402

PENDING, SENT = 'notify_offchain_funds_pending', 'notify_offchain_funds_sent'
ERROR, RECOVERY = 'notify_transaction_error', 'notify_transaction_recovery'
INFO = 'notify_customer_info_updated'
NO_SUCH, CLOSED = '4040', '4050'    # accounts by how they begin, see tests/rail/payouts.py
LEFT = '08'                         # cents of an order that stays accepted
TESTS = Tests()


class Fixes:
    def __init__(self, house):
        self.house = house
        self.shift = 0
        # The clock runs ahead of a watcher that is slow: no order may be too old for that.
        self.watcher = house.watcher('a', **dict(BANK, WINDLASS_PAYOUT_WINDOW_MS='86400000'))
        self.number = 100

    def later(self, seconds):
        """Ours and the bank's clock."""
        self.shift += seconds * 1000
        http('POST', f'{self.house.bank}/_sim/clock', {'offset_ms': self.shift})
        self.house.sql(f'select windlass.clock_set({self.shift})')

    def until(self, what, holds, step=0, timeout=60):
        """Waits; the database's clock goes forward by so many seconds a round."""
        end = time.monotonic() + timeout
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(what() if callable(what) else what)
            if step:
                self.later(step)
            time.sleep(0.2)

    # --- the wallet

    def give(self, number, account):
        """The receiver's account, as a PUT of the wallet; the customer."""
        return self.house.customer(20000 + number, 'sep31-receiver',
                                   dict(home.RECEIVER, bank_account_number=account))

    def people(self, account):
        self.number += 1
        return self.number, {
            'sender_id': self.house.customer(10000 + self.number, 'sep31-sender', home.SENDER),
            'receiver_id': self.give(self.number, account)}

    def begin(self, account=None, buy='70.00'):
        """A payment that is asked for: the number of its people, and it."""
        number, people = self.people(account or self.account())
        quote = http('POST', f'{self.house.platform}/_sim/quote', {
            'sell_asset': home.USDC, 'buy_asset': BRL, 'buy_amount': buy, 'country_code': 'BR',
            'buy_delivery_method': 'PIX', 'context': 'sep31', 'creator': {'account': home.WALLET}})
        tx, = self.house.transactions([House.wish(people, quote['sell_amount'], quote['id'])])
        return number, people, tx

    def paid(self, *txs):
        self.house.pay([self.house.wait(tx, lambda r: r['status'] == 'pending_sender')
                        for tx in txs])

    def account(self):
        """A good one that nobody had."""
        self.number += 1
        return f'7{self.number:08d}'

    # --- what is seen

    def attempts(self, tx):
        return [row[0] for row in self.house.sql(
            f"select outcome from windlass.attempt where tx_id = '{tx}' order by n")]

    def reports(self, tx):
        return [tuple(row) for row in self.house.sql(
            f"select method, state from windlass.report where tx_id = '{tx}' order by seq")]

    def status(self, tx):
        return self.house.record(tx)['status']

    def asked(self, tx):
        """The wallet was asked for other data."""
        self.until(lambda: f'{tx} is {self.status(tx)}, {self.house.payment(tx)}, '
                           f'{self.reports(tx)}',
                   lambda: self.status(tx) == 'pending_customer_info_update', 4)

    def stands(self, tx, state, code, step=0):
        def holds():
            row = self.house.payment(tx)
            return row and row[0] == state and row[1].startswith(f'{code}:')
        self.until(lambda: f'{tx} is not {state} for {code}: {self.house.payment(tx)}, '
                           f'{self.status(tx)}, {self.reports(tx)}', holds, step)

    def completed(self, tx, step=0):
        self.until(lambda: f'{tx} is {self.status(tx)}, {self.house.payment(tx)}, '
                           f'{self.reports(tx)}',
                   lambda: self.status(tx) == 'completed' and self.house.payment(tx)[0] == 'done',
                   step)
        self.settled_once(tx)

    def executed(self, tx):
        return {reference: one['status']
                for reference, one in self.house.bank_books()['executed'].items()
                if reference.startswith(f'{tx}:')}

    def settled_once(self, tx):
        settled = [r for r, status in self.executed(tx).items() if status == 'settled']
        expect(len(settled) == 1, f'settled once by the bank\'s books: {self.executed(tx)}')
        told = self.house.record(tx).get('external_transaction_id')
        bank_id = self.house.bank_books()['executed'][settled[0]]['bank_id']
        expect(told == bank_id, f'that is what the platform was told: {told}, {bank_id}')

    def field(self, people):
        return self.house.sql('select fields -> \'bank_account_number\' ->> \'state\', '
                              'fields -> \'bank_account_number\' ->> \'error\' from '
                              f"windlass.customer where id = '{people['receiver_id']}'")[0]

    def pool(self):
        rows = self.house.sql('select trim_scale(sum(total)), trim_scale(sum(held)) '
                              'from windlass.pool_row')
        expect(self.house.sql('select * from windlass.pool_verify()') == [], 'the pools add up')
        return [Decimal(one) for one in rows[0]]

    # --- the bank, and people

    def bank(self, tx, status, n=1, **more):
        http('POST', f'{self.house.bank}/_sim/change',
             dict(more, reference=f'{tx}:{n}', status=status))

    def accepted(self, tx, n=1):
        """An order that the bank leaves as it is, and of which the platform knows."""
        self.until(lambda: f'{tx}: {self.attempts(tx)}',
                   lambda: self.attempts(tx)[n - 1:] == ['accepted'])
        self.house.wait(tx, lambda r: r['status'] == 'pending_external')

    def doubted(self, tx, step=0):
        self.until(lambda: f'{tx} is doubted: {self.house.payment(tx)}', lambda: self.house.sql(
            "select 1 from windlass.attempt where doubted_at > '-infinity' "
            f"and tx_id = '{tx}'") != [], step)

    def windlass(self, *words):
        return self.house.windlass(*words)

    def why(self, tx):
        return self.house.why(tx)

    def looked_at(self, tx):
        """A watcher had it in its hands, twice."""
        ask = f"select claim_token >> 32 from windlass.payment where tx_id = '{tx}'"
        began = int(self.house.sql(ask)[0][0])
        self.until(f"a watcher looks at {tx}",
                   lambda: int(self.house.sql(ask)[0][0]) > began + 1, 31)


    def looked_at_nothing(self, tx):
        """A reading later it stands as it stood."""
        before = self.house.payment(tx)
        self.until('the bank\'s list was read again', lambda: self.house.sql(
            'select last_good > windlass.now() - interval \'60 seconds\' from windlass.poll_state '
            "where name = 'sweep'") == [['t']])
        expect(self.house.payment(tx) == before, f'{self.house.payment(tx)}')


# --- refused

@TESTS.test
def what_the_bank_refuses_is_corrected_and_paid_once(fixes):
    house = fixes.house
    number, people, tx = fixes.begin(f'{NO_SUCH}1')
    fixes.paid(tx)
    fixes.asked(tx)
    expect(fixes.field(people) == ['rejected', 'account_invalid'],
           f'the field is asked for again: {fixes.field(people)}')
    expect('bank_account_number' in fixes.why(tx), fixes.why(tx))
    expect([m for m, _ in fixes.reports(tx)][1:] == [INFO], f'told once: {fixes.reports(tx)}')
    # The same again is no correction.
    fixes.give(number, f'{NO_SUCH}1')
    fixes.looked_at(tx)
    expect(fixes.attempts(tx) == ['refused'], f'nothing starts: {fixes.attempts(tx)}')
    expect(fixes.status(tx) == 'pending_customer_info_update', 'and nothing is told')
    fixes.give(number, fixes.account())
    fixes.completed(tx, 1)
    expect(fixes.attempts(tx) == ['refused', 'settled'], f'{fixes.attempts(tx)}')
    rows = house.sql(f"select what from windlass.audit where subject = '{tx}' and what in "
                     "('payment_corrected', 'beneficiary_corrected') order by n")
    expect(rows == [['payment_corrected'], ['beneficiary_corrected']], f'audited: {rows}')


@TESTS.test
def three_orders_that_the_bank_refuses_are_all(fixes):
    number, _, tx = fixes.begin(f'{NO_SUCH}2')
    fixes.paid(tx)
    for n in (1, 2):
        fixes.asked(tx)
        fixes.give(number, f'{NO_SUCH}2{n}')
        fixes.until(f'order {n + 1}', lambda: len(fixes.attempts(tx)) == n + 1, 1)  # noqa: B023
    fixes.stands(tx, 'held', 'payout_tried_out', 4)
    expect(fixes.attempts(tx) == ['refused'] * 3, f'{fixes.attempts(tx)}')
    expect(not fixes.executed(tx), 'nothing was paid')
    fixes.give(number, fixes.account())
    fixes.later(60)
    code, said = fixes.windlass('payment', 'retry', tx, '--reason', 'try')
    expect(code == 1 and 'three times' in said, said)
    expect('three times' in fixes.why(tx), fixes.why(tx))


@TESTS.test
def who_is_erased_meanwhile_is_paid_no_more(fixes):
    _, people, tx = fixes.begin(f'{NO_SUCH}3')
    fixes.paid(tx)
    fixes.asked(tx)
    fixes.house.erase(people['receiver_id'])
    fixes.stands(tx, 'held', 'customer_deleted')
    expect(fixes.attempts(tx) == ['refused'], f'{fixes.attempts(tx)}')


# --- returned

def told_of(fixes, tx):
    return [(m, s) for m, s in fixes.reports(tx) if m != 'request_onchain_funds']


@TESTS.test
def what_the_bank_returns_is_corrected_and_paid_once(fixes):
    number, people, tx = fixes.begin(buy=f'71.{LEFT}')
    before = fixes.pool()
    fixes.paid(tx)
    fixes.accepted(tx)
    fixes.bank(tx, 'returned')
    fixes.doubted(tx)
    expect(fixes.attempts(tx) == ['accepted'], 'one answer is not believed')
    expect('came back' in fixes.why(tx), fixes.why(tx))
    fixes.asked(tx)
    expect(fixes.pool() == before, 'before it settled the pool is as it was')
    expect(fixes.field(people) == ['rejected', 'account_closed'], f'{fixes.field(people)}')
    expect(told_of(fixes, tx) == [(m, 'done') for m in (PENDING, ERROR, RECOVERY, INFO)],
           f'the road: {fixes.reports(tx)}')
    fixes.give(number, fixes.account())
    fixes.accepted(tx, 2)
    fixes.bank(tx, 'settled', 2)
    fixes.completed(tx, 4)
    expect(fixes.attempts(tx) == ['returned', 'settled'], f'{fixes.attempts(tx)}')


@TESTS.test
def a_return_that_goes_away_changes_nothing(fixes):
    house = fixes.house
    _, _, tx = fixes.begin(buy=f'72.{LEFT}')
    fixes.paid(tx)
    fixes.accepted(tx)
    fixes.bank(tx, 'returned')
    fixes.doubted(tx)
    fixes.bank(tx, 'settled')
    fixes.completed(tx, 4)
    expect(fixes.attempts(tx) == ['settled'], f'{fixes.attempts(tx)}')
    # It says another thing each time it is asked: nothing is the same twice.
    _, _, tx = fixes.begin(buy=f'72.{LEFT}')
    fixes.paid(tx)
    fixes.accepted(tx)
    for code in ('account_closed', 'refer_to_drawer', 'account_closed'):
        fixes.bank(tx, 'returned', code=code)
        ask = f"select 1 from windlass.attempt where tx_id = '{tx}' and refusal = '{code}'"
        fixes.until(f'it is doubted for {code}', lambda: house.sql(ask) != [], 8)  # noqa: B023
    expect(fixes.attempts(tx) == ['accepted'], f'{fixes.attempts(tx)}')
    fixes.bank(tx, 'settled')
    fixes.completed(tx, 4)


@TESTS.test
def a_return_after_it_settled_stops_what_was_to_be_told(fixes):
    house = fixes.house
    number, _, tx = fixes.begin(buy='73.00')
    before = fixes.pool()
    house.faults('platform', {'on': SENT, 'kind': '500_before', 'rate': 1})
    fixes.paid(tx)
    fixes.until(lambda: f'settled, and told in vain: {fixes.attempts(tx)}, {fixes.reports(tx)}',
                lambda: fixes.attempts(tx) == ['settled'] and
                (SENT, 'open') in fixes.reports(tx), 1)
    expect(fixes.pool()[0] == before[0] - 73, 'it has left the pool')
    fixes.bank(tx, 'returned')
    fixes.doubted(tx, 8)
    house.clear_faults()
    fixes.asked(tx)
    expect(fixes.pool() == before, f'the pool has it again: {fixes.pool()}, {before}')
    expect((SENT, 'dropped') in fixes.reports(tx), f'nobody is told: {fixes.reports(tx)}')
    fixes.give(number, fixes.account())
    fixes.completed(tx, 4)
    expect(fixes.attempts(tx) == ['returned', 'settled'], f'{fixes.attempts(tx)}')
    expect(fixes.pool() == [before[0] - 73, before[1] - 73], 'it left the pool once')


@TESTS.test
def what_is_returned_for_good_stands_before_a_person(fixes):
    _, _, tx = fixes.begin(buy=f'74.{LEFT}')
    fixes.paid(tx)
    fixes.accepted(tx)
    fixes.bank(tx, 'returned', code='beneficiary_dead', fixable=False)
    fixes.stands(tx, 'held', 'payout_returned', 8)
    expect('beneficiary_dead' in fixes.why(tx), fixes.why(tx))
    # One that names what nobody has.
    _, _, tx = fixes.begin(buy=f'74.{LEFT}')
    fixes.paid(tx)
    fixes.accepted(tx)
    fixes.bank(tx, 'returned', field='clabe_number')
    fixes.stands(tx, 'held', 'payout_returned', 8)


@TESTS.test
def a_return_after_completion_is_a_persons(fixes):
    house = fixes.house
    number, _, tx = fixes.begin(buy='75.00')
    before = fixes.pool()
    fixes.paid(tx)
    fixes.completed(tx)
    told = fixes.reports(tx)
    fixes.bank(tx, 'returned')
    # The bank's list tells of it, every five minutes.
    fixes.stands(tx, 'review', 'returned_after_completion', 31)
    expect(fixes.pool() == before, f'the pool has it again: {fixes.pool()}')
    cases = house.sql('select state from windlass."case" where kind = '
                      f"'returned_after_completion' and tx_id = '{tx}'")
    expect(cases == [['open']], f'a case: {cases}')
    expect('windlass payment retry' in fixes.why(tx), fixes.why(tx))
    fixes.give(number, fixes.account())
    code, said = fixes.windlass('payment', 'retry', tx, '--reason', 'another account')
    expect(code == 0 and 'ordered again' in said, said)
    fixes.until(lambda: f'paid again: {house.payment(tx)}, {fixes.attempts(tx)}',
                lambda: house.payment(tx)[0] == 'done' and
                fixes.attempts(tx) == ['returned', 'settled'], 1)
    expect(fixes.executed(tx) == {f'{tx}:1': 'returned', f'{tx}:2': 'settled'},
           f'{fixes.executed(tx)}')
    expect(fixes.reports(tx) == told and fixes.status(tx) == 'completed',
           f'the platform heard nothing: {fixes.reports(tx)}')
    expect(fixes.pool() == [before[0] - 75, before[1] - 75], f'{fixes.pool()}')


@TESTS.test
def a_return_after_completion_may_be_dealt_with_outside(fixes):
    house = fixes.house
    _, _, tx = fixes.begin(buy='76.00')
    before = fixes.pool()
    fixes.paid(tx)
    fixes.completed(tx)
    fixes.bank(tx, 'returned')
    fixes.stands(tx, 'review', 'returned_after_completion', 31)
    case, = house.sql(f'select id from windlass."case" where tx_id = \'{tx}\'')[0]
    code, said = fixes.windlass('case', 'close', case, '--reason', 'refunded by hand')
    expect(code == 0, said)
    expect(house.payment(tx)[0] == 'done', f'it is over: {house.payment(tx)}')
    expect(fixes.pool() == [before[0], before[1] - 76], f'nothing is held: {fixes.pool()}')
    fixes.later(400)
    fixes.looked_at_nothing(tx)


@TESTS.test
def a_return_after_its_key_has_ended_is_paid_under_another(fixes):
    house = fixes.house
    number, _, tx = fixes.begin(buy='77.00')
    fixes.paid(tx)
    fixes.completed(tx)
    house.sql('select windlass.outflow_keys_end(0, 1000)')
    key = f"select sealed_key is null from windlass.outflow where tx_id = '{tx}'"
    expect(house.sql(key) == [['t']], 'its key has ended')
    fixes.bank(tx, 'returned')
    fixes.stands(tx, 'review', 'returned_after_completion', 31)
    fixes.give(number, fixes.account())
    code, said = fixes.windlass('payment', 'retry', tx, '--reason', 'another account')
    expect(code == 0 and 'ordered again' in said, said)
    fixes.until(lambda: f'paid again: {house.payment(tx)}, {fixes.attempts(tx)}',
                lambda: house.payment(tx)[0] == 'done' and
                fixes.attempts(tx) == ['returned', 'settled'], 1)
    expect(fixes.executed(tx) == {f'{tx}:1': 'returned', f'{tx}:2': 'settled'},
           f'{fixes.executed(tx)}')
    expect(house.sql(key) == [['f']], 'it has another')


@TESTS.test
def who_is_gone_after_completion_is_no_refund(fixes):
    house = fixes.house
    _, people, tx = fixes.begin(buy='78.00')
    before = fixes.pool()
    fixes.paid(tx)
    fixes.completed(tx)
    fixes.bank(tx, 'returned')
    fixes.stands(tx, 'review', 'returned_after_completion', 31)
    house.erase(people['receiver_id'])
    code, said = fixes.windlass('payment', 'retry', tx, '--reason', 'try')
    expect(code == 0, said)
    fixes.stands(tx, 'review', 'returned_after_completion')
    fixes.until('it says why', lambda: 'customer_deleted' in house.payment(tx)[1])
    expect(fixes.attempts(tx) == ['returned'], f'nothing is ordered: {fixes.attempts(tx)}')
    case, = house.sql('select id from windlass."case" where state = \'open\' and kind = '
                      f"'returned_after_completion' and tx_id = '{tx}'")[0]
    code, said = fixes.windlass('case', 'close', case, '--reason', 'refunded by hand')
    expect(code == 0 and house.payment(tx)[0] == 'done', f'{said}, {house.payment(tx)}')
    expect(fixes.pool() == [before[0], before[1] - 78], f'nothing is held: {fixes.pool()}')


# --- faults

FAULTS = ['reset_before', 'reset_after', '500_before', '500_after', 'truncate', 'html', 'refuse']


@TESTS.test
def a_road_that_breaks_everywhere_still_pays_once(fixes):
    """The platform fails at each report, and the watcher is killed at each status."""
    house = fixes.house
    house.faults('platform', *[{'on': method, 'kind': kind, 'nth': n}
                               for method in (ERROR, RECOVERY, INFO)
                               for n, kind in enumerate(FAULTS, 1)])
    begun = [fixes.begin(f'{NO_SUCH}9'), fixes.begin(f'{CLOSED}9'), fixes.begin(f'{CLOSED}8')]
    txs = [tx for _, _, tx in begun]
    fixes.paid(*txs)
    seen = set()

    def everywhere(wanted):
        left = 0
        for tx in txs:
            place = (tx, fixes.status(tx), *house.payment(tx)[2:3])
            if place not in seen:
                seen.add(place)
                fixes.watcher.kill()
                fixes.watcher.start()
            left += place[1] != wanted
        return not left

    fixes.until(lambda: f'all are asked: {[(fixes.status(tx), fixes.reports(tx)) for tx in txs]}',
                lambda: everywhere('pending_customer_info_update'), 8, 120)
    for number, _, _ in begun:
        fixes.give(number, fixes.account())
    fixes.until(lambda: f'all are paid: {[(fixes.status(tx), house.payment(tx)) for tx in txs]}',
                lambda: everywhere('completed'), 4, 120)
    house.clear_faults()
    for tx in txs:
        fixes.completed(tx, 1)
        expect(len(fixes.attempts(tx)) == 2, f'{fixes.attempts(tx)}')


# --- last, for it moves the clock far

@TESTS.test
def what_nobody_corrects_in_a_week_is_given_up(fixes):
    _, _, tx = fixes.begin(f'{NO_SUCH}5')
    fixes.paid(tx)
    fixes.asked(tx)
    fixes.later(6 * 24 * 3600)
    fixes.looked_at(tx)
    expect(fixes.house.payment(tx)[0] == 'out', 'it waits for days')
    fixes.later(24 * 3600)
    fixes.stands(tx, 'held', 'payout_uncorrected')


OF_OLDER = [what_the_bank_returns_is_corrected_and_paid_once,
            a_road_that_breaks_everywhere_still_pays_once]
OF_CUSTODY = [what_the_bank_returns_is_corrected_and_paid_once]
TESTS_OF = {'4.3': TESTS, '3.1': OF_OLDER, '3.1 with custody': OF_CUSTODY}


def run_on(house, tests):
    fixes = Fixes(house)

    def after(passed):
        house.clear_faults()
        if not passed and not fixes.watcher.running:
            fixes.watcher.start()

    def good():
        expect(fixes.watcher.running, 'the watcher died')
        expect(house.sql('select is_on from windlass.money_hold') == [['f']], 'money may leave')
    passed, failed = run(tests, fixes, good=good, after=after)
    return passed, failed + forbidden(house)


def main():
    return on_platforms(__doc__, TESTS_OF, run_on)


if __name__ == '__main__':
    sys.exit(main())
