#!/usr/bin/env python3
"""Payments that end without money, that may not begin, and that are brought back.

    ends.py [--only NAME] [--on PLATFORM] [--keep]

One stack a platform; the database's clock is moved, never back.  Ends with "N passed, N failed".
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher import house as home  # noqa: E402
from tests.watcher.house import House, http  # noqa: E402
from tests.watcher.suite import BANK, Tests, expect, forbidden, on_platforms, run  # noqa: E402

MINUTE = 60_000
EXPIRED, ERROR = 'notify_transaction_expired', 'notify_transaction_error'
RECOVERY, RECEIVED = 'notify_transaction_recovery', 'notify_onchain_funds_received'
REQUEST = 'request_onchain_funds'
OURS = 'GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF'
STRANGER = 'd7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe'
TESTS = Tests()


class Ends:
    def __init__(self, house):
        self.house = house
        self.shift = 0
        self.watcher = house.watcher('a', **BANK)
        self.number = 100
        self.limits = json.loads((home.ROOT / 'config' / 'limits.json').read_text())

    def later(self, minutes):
        self.shift += int(minutes * MINUTE)
        self.house.sql(f'select windlass.clock_set({self.shift})')

    def people(self):
        self.number += 1
        return self.house.customers(self.number)

    def begin(self, count=1, people=None, with_quote=True):
        people = people or self.people()
        return [self.house.transaction(people, '11', with_quote) for _ in range(count)]

    def asked(self, txs):
        return [self.house.wait(tx, lambda r: r['status'] == 'pending_sender') for tx in txs]

    def begun(self, count=1):
        """Payments whose money was asked for, and what the platform has of them."""
        txs = self.begin(count)
        return txs, self.asked(txs)

    def too_late(self, txs, minutes=30.05):
        """Half an hour after the last of them could be paid, or that many minutes."""
        names = ', '.join(f"'{tx}'" for tx in txs)
        left, = self.house.sql('select extract(epoch from max(pay_by) - windlass.clock_now()) / 60 '
                               f'from windlass.payment where tx_id in ({names})')[0]
        self.later(float(left) + minutes)

    def stands(self, tx, state, code, timeout=30):
        def holds():
            row = self.house.payment(tx)
            return row and row[0] == state and row[1].startswith(code)
        try:
            self.house.until('', holds, timeout)
        except TimeoutError:
            raise TimeoutError(f'{tx} is not {state} for {code}: {self.house.payment(tx)}, '
                               f'{self.house.record(tx)["status"]}') from None

    def ended(self, tx, status, code):
        record = self.house.wait(tx, lambda r: r['status'] == status)
        expect(record['message'].startswith(f'{code}:'), f'the wallet is told why: {record}')
        self.stands(tx, 'closed', f'{code}:')
        gone = self.house.sql(f"select count(*) from windlass.quote_use where tx_id = '{tx}' "
                              "and ended <> 'released'")
        expect(gone == [['0']], 'its quote holds nothing')

    def calls(self, method):
        return self.house.platform_books()['calls'].get(method, 0)

    def reports(self, tx):
        return self.house.sql('select method, state from windlass.report '
                              f"where tx_id = '{tx}' order by seq")

    def load(self, **more):
        """The sample limits, with more in them."""
        self.house.load('limits', dict(self.limits, **more))

    def windlass(self, *words):
        return self.house.windlass(*words)

    def why(self, tx):
        return self.house.why(tx)

    def rpc(self, method, tx, **params):
        """What somebody else tells the platform."""
        answer, = http('POST', self.house.platform, [{
            'jsonrpc': '2.0', 'id': 1, 'method': method,
            'params': dict(params, transaction_id=tx)}])
        expect('result' in answer, f'{answer}')

    def restart(self, **settings):
        self.watcher.kill()
        self.watcher.env.update(settings)
        self.watcher.start()


# --- abandoned

def held_of_pools(ends):
    return ends.house.sql('select trim_scale(sum(held)) from windlass.pool_row')


@TESTS.test
def who_does_not_pay_is_told_that_it_is_over(ends):
    house = ends.house
    before = held_of_pools(ends)
    txs, _ = ends.begun(3)
    expect(held_of_pools(ends) != before, 'the pool holds money for them')
    told = ends.calls(EXPIRED)
    ends.too_late(txs, minutes=29)
    time.sleep(1.5)
    expect(all(house.record(tx)['status'] == 'pending_sender' for tx in txs), 'not a minute early')
    ends.too_late(txs)
    for tx in txs:
        ends.ended(tx, 'expired', 'not_paid')
        expect('waits for nothing' in ends.why(tx), ends.why(tx))
    expect(ends.calls(EXPIRED) == told + 3, 'each is told once')
    expect(held_of_pools(ends) == before, 'the pool is as before')


FAULTS = ['refuse', 'reset_before', 'reset_after', '500_before', '500_after', '429', 'truncate',
          'html', 'wrong_id', 'redirect']


@TESTS.test
def a_platform_that_fails_hears_of_an_end_until_it_has_it(ends):
    house = ends.house
    txs, _ = ends.begun(4)
    house.faults('platform', *[{'on': EXPIRED, 'kind': kind, 'nth': n}
                               for n, kind in enumerate(FAULTS, 1)])
    ends.too_late(txs)
    for tx in txs:
        ends.ended(tx, 'expired', 'not_paid')


@TESTS.test
def a_watcher_that_is_killed_while_it_ends_a_payment_ends_it(ends):
    house = ends.house
    for executed in (False, True):
        txs, _ = ends.begun(2)
        house.faults('platform', {'on': EXPIRED, 'kind': 'timeout', 'nth': [1, 2],
                                  'delay_ms': 3000, 'executed': executed})
        ends.too_late(txs)
        house.until('it is intended and was sent', lambda: all(
            [EXPIRED, 'open'] in ends.reports(tx) for tx in txs), 20)
        time.sleep(0.3)
        ends.restart()
        house.clear_faults()
        for tx in txs:
            ends.ended(tx, 'expired', 'not_paid')
            expect(len(ends.reports(tx)) == 2, f'intended once: {ends.reports(tx)}')


@TESTS.test
def a_payment_on_the_ledger_that_the_platform_lost_is_not_ended(ends):
    """Held, or told to the platform before: whichever of the two comes first."""
    house = ends.house
    txs, records = ends.begun(2)
    http('POST', f'{house.platform}/_sim/observer', {'on': False})
    house.pay(records[:1])
    ends.too_late(txs)
    house.until('it is stopped or told', lambda: house.payment(txs[0])[1].startswith('unreported:')
                or ends.calls(RECEIVED), 30)
    ends.ended(txs[1], 'expired', 'not_paid')
    # Told what it has lost, it goes on by itself.
    told = time.monotonic() + 60
    while house.record(txs[0])['status'] == 'pending_sender' and time.monotonic() < told:
        ends.later(1)
        time.sleep(0.3)
    house.wait(txs[0], lambda r: r['status'] == 'completed')
    expect([RECEIVED, 'done'] in ends.reports(txs[0]), f'by us: {ends.reports(txs[0])}')
    http('POST', f'{house.platform}/_sim/observer', {'on': True})


@TESTS.test
def what_the_platform_lost_it_is_told_of(ends):
    """Whatever fails on the way, and however much it was: once, and it goes on or back."""
    house = ends.house
    txs, records = ends.begun(2)
    http('POST', f'{house.platform}/_sim/observer', {'on': False})
    house.faults('platform', *[{'on': RECEIVED, 'kind': kind, 'nth': n} for n, kind in enumerate(
        ['reset_before', '500_after', '500_before', 'truncate'], 1)])
    house.pay(records[:1])
    house.pay(records[1:], amount='10.5')
    told = ends.calls(RECEIVED)
    house.until('it is told', lambda: ends.later(1) or ends.calls(RECEIVED) > told + 1, 60)
    house.wait(txs[0], lambda r: r['status'] == 'completed')
    ends.stands(txs[1], 'held', 'paid_short:')
    record = house.record(txs[1])
    expect(float(record['amount_in']['amount']) == 10.5, f'what came is told: {record}')
    for tx in txs:
        expect(ends.reports(tx).count([RECEIVED, 'done']) == 1, f'once: {ends.reports(tx)}')
    http('POST', f'{house.platform}/_sim/observer', {'on': True})


@TESTS.test
def a_ledger_that_cannot_be_asked_ends_nothing(ends):
    house = ends.house
    ends.restart(WINDLASS_HORIZON_URL='http://127.0.0.1:9')
    txs, _ = ends.begun()
    ends.too_late(txs)
    ends.stands(txs[0], 'asked', 'no_ledger:')
    expect(house.record(txs[0])['status'] == 'pending_sender', 'not ended')
    ends.restart(WINDLASS_HORIZON_URL=house.env['WINDLASS_HORIZON_URL'])
    ends.later(1)
    ends.ended(txs[0], 'expired', 'not_paid')


def refusals(ends):
    return sum(count for key, count in ends.house.platform_books()['refused'].items()
               if EXPIRED in key)


@TESTS.test
def an_end_that_finds_the_record_paid_is_dropped(ends):
    """Without a ledger, and with readings that fail, the platform's no is the first word of it."""
    house = ends.house
    ends.restart(WINDLASS_HORIZON_URL='', WINDLASS_NO_LEDGER='1')
    txs, records = ends.begun()
    house.faults('platform', {'on': 'GET /transactions', 'kind': '500_before'})
    time.sleep(1)
    house.pay(records)
    refused = refusals(ends)
    ends.too_late(txs)
    house.until(f'it is dropped: {ends.reports(txs[0])}',
                lambda: [EXPIRED, 'dropped'] in ends.reports(txs[0]), 30)
    expect(refusals(ends) > refused, 'the platform said no')
    house.clear_faults()
    house.wait(txs[0], lambda r: r['status'] == 'completed')
    ends.restart(WINDLASS_HORIZON_URL=house.env['WINDLASS_HORIZON_URL'], WINDLASS_NO_LEDGER='')


# --- what may not begin, by policy

@TESTS.test
def what_may_not_begin_fails_where_the_book_says_so(ends):
    house = ends.house
    people = ends.people()
    stranger = dict(people, receiver_id=STRANGER)
    nobody = {'receiver_id': people['receiver_id']}
    ends.load(refusals={'receiver_unknown': 'fail', 'sender_missing': 'fail',
                        'sender_needs_info': 'fail', 'limit_payment': 'fail',
                        'quote_expired': 'fail'},
              payouts=[dict(one, per_payment='60', second_person_above='60')
                       for one in ends.limits['payouts']])
    lacking = dict(people, sender_id=house.customer(9000 + ends.number, 'sep31-sender',
                                                    {'first_name': 'Rui'}))
    cases = [('receiver_unknown', House.wish(stranger, '11')),
             ('sender_missing', House.wish(nobody, '11')),
             ('sender_needs_info', House.wish(lacking, '11')),
             ('limit_payment', House.wish(people, '90'))]
    txs = house.transactions([wish for _, wish in cases])
    for tx, (code, _) in zip(txs, cases):
        ends.ended(tx, 'error', code)
        for value in ('Rui', 'Almeida', STRANGER, '90'):
            expect(value not in house.record(tx)['message'], 'a message says nothing of anybody')
    # A quote that runs out while it waits for something else.
    ends.load(refusals={'receiver_unknown': 'hold', 'quote_expired': 'fail', 'no_limits': 'wait'},
              payouts=[])
    quoted, = ends.begin(people=people)
    held, = house.transactions([House.wish(stranger, '11')])
    ends.stands(held, 'held', 'receiver_unknown:')
    ends.stands(quoted, 'new', 'no_limits:')
    ends.later(6)
    ends.ended(quoted, 'error', 'quote_expired')
    expect(house.record(held)['status'] == 'pending_receiver', 'what is held is not told')
    ends.load()


@TESTS.test
def a_platform_that_fails_hears_of_a_refusal_until_it_has_it(ends):
    house = ends.house
    ends.load(refusals={'receiver_unknown': 'fail'})
    kinds = ['reset_before', 'reset_after', '500_before', '500_after', 'truncate', 'wrong_id']
    house.faults('platform', *[{'on': ERROR, 'kind': kind, 'nth': n}
                               for n, kind in enumerate(kinds, 1)])
    stranger = dict(ends.people(), receiver_id=STRANGER)
    txs = house.transactions([House.wish(stranger, '11') for _ in range(3)])
    house.until('they are intended', lambda: all(
        [ERROR, 'open'] in ends.reports(tx) or house.payment(tx)[0] == 'closed'
        for tx in txs if house.payment(tx)) and house.payment(txs[-1]), 20)
    ends.restart()
    for tx in txs:
        ends.ended(tx, 'error', 'receiver_unknown')
        expect(len(ends.reports(tx)) == 1, f'intended once: {ends.reports(tx)}')
    ends.load()


@TESTS.test
def what_may_not_begin_waits_or_asks_where_the_book_says_so(ends):
    house = ends.house
    ends.load(refusals={'receiver_unknown': 'wait', 'receiver_needs_info': 'wait'})
    people = ends.people()
    stranger = dict(people, receiver_id=STRANGER)
    memo = 9500 + ends.number
    lacking = dict(people, receiver_id=house.customer(memo, 'sep31-receiver',
                                                      {'first_name': 'Rui'}))
    told = ends.calls('notify_customer_info_updated')
    unknown, waiting = house.transactions([House.wish(stranger, '11'), House.wish(lacking, '11')])
    ends.stands(unknown, 'new', 'receiver_unknown:')
    ends.stands(waiting, 'new', 'receiver_needs_info:')
    expect(house.record(waiting)['status'] == 'pending_receiver', 'nobody is asked')
    expect(ends.calls('notify_customer_info_updated') == told, 'nor told')
    ends.load(refusals={'receiver_needs_info': 'ask', 'receiver_unknown': 'fail'})
    ends.later(1)
    house.wait(waiting, lambda r: r['status'] == 'pending_customer_info_update')
    ends.ended(unknown, 'error', 'receiver_unknown')
    house.customer(memo, 'sep31-receiver', home.RECEIVER)
    house.pay(ends.asked([waiting]))
    house.wait(waiting, lambda r: r['status'] == 'completed')
    ends.load()


@TESTS.test
def only_clients_on_the_list_may_begin(ends):
    house = ends.house
    ends.load(clients=[home.ISSUER], refusals={'client_not_allowed': 'fail'})
    barred, = ends.begin(with_quote=False)
    ends.ended(barred, 'error', 'client_not_allowed')
    ends.load(clients=[home.ISSUER, home.WALLET])
    let, = ends.begin(with_quote=False)
    house.pay(ends.asked([let]))
    house.wait(let, lambda r: r['status'] == 'completed')
    ends.load()


@TESTS.test
def money_that_was_asked_for_by_nobody_of_us_is_called_off(ends):
    house = ends.house
    ends.load(payouts=[])
    tx, = ends.begin(with_quote=False)
    ends.stands(tx, 'new', 'no_limits:')
    memo = house.sql(f"select memo from windlass.payment where tx_id = '{tx}'")[0][0]
    # A request of ours that was given up lands after all.
    ends.rpc('request_onchain_funds', tx, memo=memo, memo_type='id',
             destination_account=OURS)
    ends.ended(tx, 'error', 'asked_without_gate')
    ends.load()


# --- asked for by a gate that was lost with its database

def asked_before(ends, memo):
    """A payment that this database has never seen, whose money was asked for."""
    ends.watcher.end()
    tx, = ends.begin()
    ends.rpc(REQUEST, tx, memo=memo, memo_type='id', destination_account=OURS)
    ends.asks = ends.calls(REQUEST)
    ends.watcher.start()
    return tx


def goes_on(ends, tx, memo):
    house = ends.house
    ends.stands(tx, 'asked', '')
    expect(house.sql(f"select memo from windlass.payment where tx_id = '{tx}'") == [[memo]],
           'it keeps the memo that the client has')
    house.until('its request is known to be there', lambda: ends.reports(tx) == [[REQUEST, 'done']])
    house.pay([house.record(tx)])
    house.wait(tx, lambda r: r['status'] == 'completed')
    expect(ends.calls(REQUEST) == ends.asks, 'it was asked for once')


@TESTS.test
def what_a_lost_gate_asked_for_goes_on_by_ours(ends):
    goes_on(ends, asked_before(ends, '4711'), '4711')


@TESTS.test
def while_money_is_held_nothing_is_called_off_that_a_client_may_pay(ends):
    house = ends.house
    ends.load(payouts=[])
    house.sql("select windlass.hold_set('a test')")
    tx = asked_before(ends, '4712')
    ends.stands(tx, 'new', 'asked_without_gate:')
    expect('a gate of ours to stand for' in ends.why(tx), ends.why(tx))
    ends.load()
    ends.later(0.6)
    ends.stands(tx, 'asked', '')
    house.sql("select windlass.hold_lift('a test')")
    goes_on(ends, tx, '4712')


@TESTS.test
def what_our_gate_does_not_stand_for_is_a_persons_and_asked_again(ends):
    ends.load(payouts=[])
    tx = asked_before(ends, '4713')
    ends.stands(tx, 'review', 'other_memo:')
    expect('no_limits' in ends.house.payment(tx)[1], f'{ends.house.payment(tx)}')
    expect('windlass payment release' in ends.why(tx), ends.why(tx))
    ends.load()
    code, said = ends.windlass('payment', 'release', tx, '--reason', 'limits are loaded')
    expect(code == 0, said)
    goes_on(ends, tx, '4713')


# --- brought back

def lost(ends, count=1):
    """Paid, and ended by somebody else at the platform."""
    txs, records = ends.begun(count)
    ends.watcher.end()
    ends.house.pay(records)
    for tx in txs:
        ends.house.wait(tx, lambda r: r['status'] == 'pending_receiver')
        ends.rpc(ERROR, tx, message='by hand')
    ends.watcher.start()
    for tx in txs:
        ends.stands(tx, 'review', 'paid_elsewhere:')
    return txs


def recover(ends, tx):
    code, said = ends.windlass('payment', 'recover', tx, '--reason', 'ended by mistake')
    expect(code == 0 and 'bring it back' in said, said)


@TESTS.test
def a_paid_error_is_brought_back_and_paid_out(ends):
    house = ends.house
    tx, = lost(ends)
    expect('windlass payment recover' in ends.why(tx), ends.why(tx))
    code, said = ends.windlass('payment', 'recover', tx)
    expect(code == 2 and '--reason' in said, said)
    recover(ends, tx)
    house.wait(tx, lambda r: r['status'] == 'completed')
    house.until('it is done', lambda: house.payment(tx)[0] == 'done')
    expect(ends.calls(RECOVERY) >= 1, 'it was told')
    rows = house.sql("select detail ->> 'reason' from windlass.audit "
                     f"where what = 'payment_recover' and subject = '{tx}'")
    expect(rows == [['ended by mistake']], f'in the audit trail: {rows}')
    code, said = ends.windlass('payment', 'recover', tx, '--reason', 'again')
    expect(code == 1 and 'is done' in said, said)


@TESTS.test
def a_platform_that_fails_hears_of_a_recovery_until_it_has_it(ends):
    house = ends.house
    txs = lost(ends, 3)
    kinds = ['reset_before', 'reset_after', '500_before', '500_after', 'truncate', 'refuse']
    house.faults('platform', *[{'on': RECOVERY, 'kind': kind, 'nth': n}
                               for n, kind in enumerate(kinds, 1)])
    for tx in txs:
        recover(ends, tx)
    time.sleep(0.4)
    ends.restart()
    for tx in txs:
        house.wait(tx, lambda r: r['status'] == 'completed')
        paid = [key for key in house.bank_books()['executed'] if key.startswith(tx)]
        expect(len(paid) == 1, f'paid once: {paid}')


@TESTS.test
def an_unpaid_error_is_a_dead_end(ends):
    house = ends.house
    tx, = ends.begin(people=dict(ends.people(), receiver_id=STRANGER))
    ends.stands(tx, 'held', 'receiver_unknown:')
    ends.rpc(ERROR, tx, message='by hand')
    ends.stands(tx, 'closed', 'ended:')
    code, said = ends.windlass('payment', 'recover', tx, '--reason', 'try')
    expect(code == 1 and 'no money came' in said, said)
    expect(house.record(tx)['status'] == 'error', 'nothing was told')


# --- last, for it moves the clock far

@TESTS.test
def what_never_can_begin_is_given_up(ends):
    house = ends.house
    lacking = dict(ends.people(), receiver_id=house.customer(
        9900, 'sep31-receiver', {'first_name': 'Rui'}))
    tx, = ends.begin(people=lacking)
    house.wait(tx, lambda r: r['status'] == 'pending_customer_info_update')
    ends.later(max(0, 6 * 24 * 60 - ends.shift / MINUTE))
    time.sleep(1)
    expect(house.payment(tx)[0] == 'new', 'it waits for days')
    ends.later(24 * 60)
    ends.ended(tx, 'expired', 'abandoned')


OF_OLDER = [who_does_not_pay_is_told_that_it_is_over,
            a_platform_that_fails_hears_of_an_end_until_it_has_it,
            a_watcher_that_is_killed_while_it_ends_a_payment_ends_it,
            what_the_platform_lost_it_is_told_of,
            what_may_not_begin_fails_where_the_book_says_so,
            a_platform_that_fails_hears_of_a_refusal_until_it_has_it,
            a_paid_error_is_brought_back_and_paid_out,
            a_platform_that_fails_hears_of_a_recovery_until_it_has_it,
            what_never_can_begin_is_given_up]
# Where the platform makes addresses and memos itself.
OF_CUSTODY = [who_does_not_pay_is_told_that_it_is_over,
              what_the_platform_lost_it_is_told_of,
              a_paid_error_is_brought_back_and_paid_out]
TESTS_OF = {'4.3': TESTS, '3.1': OF_OLDER, '3.1 with custody': OF_CUSTODY}


def run_on(house, tests):
    ends = Ends(house)

    def after(passed):
        house.clear_faults()
        if not passed and not ends.watcher.running:
            ends.watcher.start()
    passed, failed = run(tests, ends, after=after,
                         good=lambda: expect(ends.watcher.running, 'the watcher died'))
    return passed, failed + forbidden(house)


def main():
    return on_platforms(__doc__, TESTS_OF, run_on)


if __name__ == '__main__':
    sys.exit(main())
