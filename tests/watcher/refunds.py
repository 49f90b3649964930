#!/usr/bin/env python3
"""Money that goes back: from wherever a payment stands, once, by the treasury or the platform.

    refunds.py [--only NAME] [--on PLATFORM] [--keep]

One stack a platform; the database's clock is moved, never back.  Ends with "N passed, N failed".
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.ends import ERROR, RECOVERY, Ends  # noqa: E402
from tests.watcher.house import BRL, ISSUER, USDC, WALLET, House, http  # noqa: E402
from tests.watcher.suite import Tests, expect, forbidden, on_platforms, run  # noqa: E402

DAY = 24 * 60
INFO = 'notify_customer_info_updated'
SENT = 'notify_refund_sent'
FAULTS = ['reset_before', 'reset_after', '500_before', '500_after', 'truncate', 'html']
TESTS = Tests()


class Refunds(Ends):
    """`custody`: the platform sends money back itself."""

    def __init__(self, house):
        super().__init__(house)
        self.custody = house.env.get('WINDLASS_REFUNDS_BY') == 'platform'

    def arrived(self, stopped=True):
        """A payment whose money came, and that is held before anything is ordered."""
        if stopped:
            self.house.sql("select windlass.hold_set('a test')")
        (tx,), records = self.begun()
        self.house.pay(records)
        self.house.wait(tx, lambda r: 'transfer_received_at' in r)
        self.stands(tx, 'out', 'money_on_hold:')
        return tx

    def paying(self, buy):
        """A payment that pays out that much; paid."""
        quote, = http('POST', f'{self.house.platform}/_sim/quote', [{
            'sell_asset': USDC, 'buy_asset': BRL, 'buy_amount': buy, 'buy_delivery_method': 'PIX',
            'context': 'sep31', 'creator': {'account': WALLET}}])
        tx, = self.house.transactions([House.wish(self.people(), quote['body']['sell_amount'],
                                                  quote['body']['id'])])
        self.house.pay(self.asked([tx]))
        return tx

    def go_on(self):
        self.house.sql("select windlass.hold_lift('a test')")

    def refund(self, tx):
        code, said = self.windlass('payment', 'refund', tx, '--reason', 'asked for it')
        expect(code == 0 and 'goes back' in said, said)

    def orders(self, tx):
        if self.custody:
            return [one for one in self.house.platform_books()['custody_orders']
                    if one['transaction_id'] == tx]
        return [one for key, one in self.house.treasury_books()['executed'].items()
                if key.startswith(f'{tx}:')]

    def refunded(self, tx, timeout=60):
        """At the platform and by the books of whoever sent it: once, all of it, to its sender."""
        record = self.house.wait(tx, lambda r: r['status'] == 'refunded', timeout)
        self.stands(tx, 'done', '')
        orders = self.orders(tx)
        expect(len(orders) == 1, f'the money is sent once: {orders}')
        back, = record['refunds']['payments']
        whole = float(record['amount_in']['amount'])
        expect(float(back['amount']['amount']) + float(back['fee']['amount']) == whole, f'{record}')
        if not self.custody:
            order, = orders
            expect(order['account'] == WALLET and order['memo'] == record['memo']
                   and order['asset'] == record['amount_in']['asset']
                   and float(order['amount']) == whole, f'{order} for {record}')
            expect(back['id'] == order['hash'], f'by its hash: {record["refunds"]}')
        quote = self.house.sql("select ended from windlass.quote_use where tx_id = "
                               f"'{tx}'")
        expect(quote == [['released']], f'its room is free: {quote}')
        paid = [key for key, one in self.house.bank_books()['executed'].items()
                if key.startswith(f'{tx}:') and one['status'] != 'returned']
        expect(not paid, f'and nothing is paid out: {paid}')
        expect('was refunded' in self.why(tx), self.why(tx))
        return record


# --- from where it stands

@TESTS.test
def a_person_has_money_sent_back_from_pending_receiver(stage):
    tx = stage.arrived()
    code, said = stage.windlass('payment', 'refund', tx)
    expect(code == 2 and '--reason' in said, said)
    stage.refund(tx)
    stage.stands(tx, 'out', 'money_on_hold:')
    expect(not stage.orders(tx), 'nothing leaves while money is held')
    stage.go_on()
    stage.refunded(tx)
    rows = stage.house.sql("select detail ->> 'reason' from windlass.audit where subject = "
                           f"'{tx}' and what = 'payment_refund'")
    expect(rows == [['asked for it']], f'in the audit trail: {rows}')
    code, said = stage.windlass('payment', 'refund', tx, '--reason', 'again')
    expect(code == 1 and 'is over' in said, said)
    code, said = stage.windlass('reconcile')
    expect(code == 0, f'all books agree: {said}')
    if not stage.custody:
        stage.house.env['WINDLASS_TREASURY_RAIL_URL'] = ''
        code, said = stage.windlass('reconcile')
        stage.house.env['WINDLASS_TREASURY_RAIL_URL'] = stage.house.treasury
        expect(code != 0 and 'treasury_unread' in said, f'the treasury is one of them: {said}')


@TESTS.test
def what_the_bank_refuses_goes_back_where_the_book_says_so(stage):
    house = stage.house
    stage.load(refunds=[{'asset': 'iso4217:BRL', 'reasons': ['payout_refused']}])
    tx = stage.paying('61.02')      # the bank refuses that
    house.until('it was refused', lambda: house.sql(
        f"select outcome from windlass.attempt where tx_id = '{tx}' and n = 1") == [['refused']])
    stage.refunded(tx)
    orders = house.sql("select n, rail, outcome from windlass.attempt where tx_id = "
                       f"'{tx}' order by n")
    if not stage.custody:
        expect(orders == [['1', 'payout', 'refused'], ['2', 'treasury', 'settled']], f'{orders}')
    stage.load()


@TESTS.test
def a_paid_error_is_brought_back_and_refunded(stage):
    tx = stage.arrived()
    stage.rpc(ERROR, tx, message='by hand')
    stage.refund(tx)
    stage.go_on()
    stage.refunded(tx)


@TESTS.test
def what_the_bank_returns_goes_back(stage):
    """The platform was told that the bank has it, and is pending_external."""
    stage.house.faults('platform', {'on': 'notify_offchain_funds_sent', 'kind': '500_before'})
    tx = stage.paying('62.04')      # the bank returns that
    stage.house.wait(tx, lambda r: r['status'] == 'pending_external')
    stage.house.until('it says that it came back', lambda: stage.house.sql(
        f"select doubted_at > '-infinity' from windlass.attempt where tx_id = '{tx}'") == [['t']])
    stage.later(1)
    stage.house.until('it came back', lambda: stage.house.sql(
        f"select outcome from windlass.attempt where tx_id = '{tx}'") == [['returned']])
    stage.refund(tx)
    stage.refunded(tx)
    told = [row[0] for row in stage.reports(tx)]
    expect(ERROR in told and RECOVERY in told, f'the record was brought back: {told}')


@TESTS.test
def from_pending_external_the_record_is_brought_back_first(stage):
    """Somebody else has told the platform so."""
    tx = stage.arrived()
    stage.rpc('notify_offchain_funds_pending', tx, external_transaction_id='B1')
    stage.refund(tx)
    stage.go_on()
    stage.refunded(tx)
    told = [row[0] for row in stage.reports(tx)]
    expect(told[1:3] == [ERROR, RECOVERY], f'{told}')


@TESTS.test
def who_does_not_show_what_is_missing_for_a_week_gets_the_money_back(stage):
    house = stage.house
    stage.load(refunds=[{'asset': 'iso4217:BRL', 'reasons': ['info_overdue']}])
    tx = stage.arrived()
    receiver = house.record(tx)['customers']['receiver']['id']
    code, said = stage.windlass('customer', 'reject', receiver, '--field',
                                'bank_account_number=not_found', '--reason', 'a test')
    expect(code == 0, said)
    stage.rpc(INFO, tx, customer_id=receiver, customer_type='sep31-receiver')
    house.wait(tx, lambda r: r['status'] == 'pending_customer_info_update')
    stage.later(7 * DAY - 10)
    stage.go_on()
    house.until('it waits', lambda: house.payment(tx)[1].startswith('receiver_needs_info:'), 30)
    stage.later(11)
    stage.refunded(tx)
    stage.load()


@TESTS.test
def what_came_short_goes_back_as_it_came(stage):
    house = stage.house
    stage.load(refunds=[{'asset': 'iso4217:BRL', 'reasons': ['paid_short']}])
    (by_policy, by_hand), records = stage.begun(2)
    house.pay(records[:1], amount='7')
    record = stage.refunded(by_policy)
    expect(float(record['amount_in']['amount']) == 7, f'{record}')
    stage.load()
    house.pay(records[1:], amount='8')
    stage.stands(by_hand, 'held', 'paid_short:')
    stage.refund(by_hand)
    stage.refunded(by_hand)


# --- whatever fails on the way

@TESTS.test
def a_platform_and_a_treasury_that_fail_send_money_back_once(stage):
    house = stage.house
    txs = [stage.arrived(), stage.arrived()]
    stage.rpc(ERROR, txs[0], message='by hand')
    for where, on in (('platform', 'notify_transaction_recovery'), ('platform', SENT)):
        house.faults(where, *[{'on': on, 'kind': kind, 'nth': n}
                              for n, kind in enumerate(FAULTS, 1)])
    if not stage.custody:
        house.faults('treasury', *[{'on': 'POST /refunds', 'kind': kind, 'nth': n}
                                   for n, kind in enumerate(FAULTS, 1)])
    for tx in txs:
        stage.refund(tx)
    stage.go_on()
    for tx in txs:
        stage.refunded(tx, 120)


@TESTS.test
def a_watcher_that_is_killed_on_the_way_sends_money_back_once(stage):
    house = stage.house
    txs = [stage.arrived() for _ in range(3)]
    stage.rpc('notify_offchain_funds_pending', txs[0], external_transaction_id='B1')
    for tx in txs:
        stage.refund(tx)
    stage.go_on()

    def over():
        return all(house.record(tx)['status'] == 'refunded' for tx in txs)
    for _ in range(12):
        if over():
            break
        stage.watcher.kill()
        stage.watcher.start()
    for tx in txs:
        stage.refunded(tx, 90)


@TESTS.test
def a_treasury_that_refuses_is_a_persons(stage):
    house = stage.house
    house.sql("select windlass.hold_set('a test')")
    tx = house.transaction(stage.people(), '11.02')      # the treasury refuses that
    house.pay(stage.asked([tx]))
    stage.stands(tx, 'out', 'money_on_hold:')
    stage.refund(tx)
    stage.go_on()
    stage.stands(tx, 'held', 'refund_refused:', 60)
    expect('windlass payment refund' in stage.why(tx), stage.why(tx))
    expect(not stage.orders(tx) and house.record(tx)['status'] == 'pending_receiver', 'not sent')
    stage.refund(tx)
    house.until('it is ordered again', lambda: house.sql(
        f"select count(*) from windlass.attempt where tx_id = '{tx}'") == [['2']])


@TESTS.test
def a_platform_that_does_not_tell_whether_it_sent_is_a_persons(stage):
    house = stage.house
    tx = stage.arrived()
    house.faults('platform', {'on': 'do_stellar_refund', 'kind': '500_before', 'nth': 1})
    stage.refund(tx)
    stage.go_on()
    stage.stands(tx, 'review', 'report_contradicted:', 60)
    expect(not stage.orders(tx), 'it was not sent, and is not sent again')
    stage.refund(tx)
    stage.refunded(tx)


@TESTS.test
def the_account_of_the_book_is_where_it_goes_or_a_person_has_it(stage):
    """A platform that sends money back itself takes no account."""
    house = stage.house
    stage.load(refund_accounts=[{'client': WALLET, 'account': ISSUER, 'memo': '77'}])
    tx = stage.arrived()
    stage.refund(tx)
    stage.go_on()
    if stage.custody:
        stage.stands(tx, 'review', 'refund_account:', 60)
        expect(not stage.orders(tx), 'the platform is told nothing')
        expect('WINDLASS_REFUNDS_BY' in stage.why(tx), stage.why(tx))
        stage.load()
        stage.refund(tx)
        stage.refunded(tx)
        return
    house.wait(tx, lambda r: r['status'] == 'refunded')
    order, = stage.orders(tx)
    expect((order['account'], order['memo']) == (ISSUER, '77'), f'{order}')
    stage.load()


BY_PLATFORM = [a_person_has_money_sent_back_from_pending_receiver,
               a_paid_error_is_brought_back_and_refunded,
               from_pending_external_the_record_is_brought_back_first,
               a_watcher_that_is_killed_on_the_way_sends_money_back_once,
               the_account_of_the_book_is_where_it_goes_or_a_person_has_it,
               a_platform_that_does_not_tell_whether_it_sent_is_a_persons]
BY_TREASURY = [one for one in TESTS if one is not BY_PLATFORM[-1]]
OF_OLDER = [a_person_has_money_sent_back_from_pending_receiver,
            what_the_bank_returns_goes_back,
            a_paid_error_is_brought_back_and_refunded]
TESTS_OF = {'4.3': BY_TREASURY, '3.1': OF_OLDER, '3.1 with custody': BY_PLATFORM}
MORE = {'3.1 with custody': {'WINDLASS_REFUNDS_BY': 'platform'}}


def run_on(house, tests):
    stage = Refunds(house)

    def after(passed):
        house.clear_faults()
        stage.go_on()
    passed, failed = run(tests, stage, after=after,
                         good=lambda: expect(stage.watcher.running, 'the watcher died'))
    return passed, failed + forbidden(house)


def main():
    return on_platforms(__doc__, TESTS_OF, run_on, MORE)


if __name__ == '__main__':
    sys.exit(main())
