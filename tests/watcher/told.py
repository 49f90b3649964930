#!/usr/bin/env python3
"""What the company's back office is told, and that it is told whatever becomes of a call.

    told.py [--only NAME] [--keep]

One stack for all, whose clock is moved, never back.  Ends with "N passed, N failed".
"""

import base64
import json
import pathlib
import re
import subprocess
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import RECEIVER, SENDER, House, http  # noqa: E402
from tests.watcher.suite import BANK, Tests, ended, expect, named, options, run  # noqa: E402

TESTS = Tests()
OLD, NEW = ('whsec_' + base64.b64encode(bytes([n]) * 32).decode() for n in (7, 8))
HOUR = 3_600_000


class Office:
    def __init__(self, house):
        self.house = house
        self.shift = 0
        self.number = 0
        self.settings = dict(BANK, WINDLASS_WEBHOOK_URL=f'{house.hooks}/events',
                             WINDLASS_WEBHOOK_SECRET=OLD)
        self.watcher = house.watcher('told', **BANK)

    def tells(self, **settings):
        """The watcher, by other settings."""
        self.watcher.end(20)
        self.watcher.env.update(self.settings, **settings)
        self.watcher.start()
        self.house.until('events are made', lambda: self.house.sql(
            'select is_on from windlass.webhook_wanted') == [['t']], 30)

    def set(self, **given):
        http('POST', f'{self.house.hooks}/_sim/office', given)

    def books(self):
        return http('GET', f'{self.house.hooks}/_sim/books?kind=none')

    def events(self, subject):
        return [one for one in self.books()['events'] if one['subject'] == subject]

    def people(self):
        self.number += 1
        return self.house.customers(self.number)

    def completed(self, *txs):
        """Payments that go their whole way; nobody waits for the back office."""
        self.house.pay([self.house.wait(tx, lambda r: r['status'] == 'pending_sender')
                        for tx in txs])
        for tx in txs:
            self.house.wait(tx, lambda r: r['status'] == 'completed')
            self.house.until(f'{tx} is done', lambda: self.house.payment(tx)[0] == 'done', 20)

    def whole(self):
        tx = self.house.transaction(self.people(), '11')
        self.completed(tx)
        return tx

    def hurry(self):
        self.house.sql("update windlass.webhook_event set next_at = '2000-01-01' "
                       "where state = 'open' and next_at > windlass.clock_now() "
                       "and tries > 0 and answer > 0")

    def all_told(self, subject, timeout=60):
        def told():
            self.hurry()
            return self.house.sql("select count(*) from windlass.webhook_event "
                                  f"where subject = '{subject}' and state = 'open'") == [['0']]
        self.house.until(f'all about {subject} is told', told, timeout)
        return self.events(subject)

    def sweep(self):
        """The errand that reads our accounts is due at a start: once, to its end."""
        before = sum(self.metric('hook_calls_total').get(f'hook="ledger",outcome="{word}"', 0)
                     for word in ('read', 'failed'))
        self.watcher.end(20)
        self.watcher.start()
        self.house.until('our accounts are read', lambda: sum(
            self.metric('hook_calls_total').get(f'hook="ledger",outcome="{word}"', 0)
            for word in ('read', 'failed')) > before, 30)

    def later(self, hours):
        self.shift += int(hours * HOUR)
        self.house.sql(f'select windlass.clock_set({self.shift})')

    def windlass(self, *words):
        done = subprocess.run([f'{self.house.env["BUILD"]}/operator/windlass', *words,
                               '--format', 'json'], env=self.house.env, capture_output=True,
                              text=True)
        expect(done.returncode == 0, done.stderr)
        return json.loads(done.stdout)

    def metric(self, name):
        with urllib.request.urlopen(f'http://127.0.0.1:{self.house.env["WINDLASS_PORT"]}/metrics',
                                    timeout=10) as answer:
            text = answer.read().decode()
        return {labels: int(n) for labels, n in
                re.findall(rf'^windlass_{name}(?:\{{(.*)\}})? (\d+)$', text, re.M)}


def rising(events):
    numbers = [one['sequence'] for one in events]
    expect(numbers == sorted(set(numbers)), f'in order: {numbers}')


@TESTS.test
def without_an_address_nothing_is_written_down(office):
    office.people()
    expect(office.house.sql('select count(*) from windlass.webhook_event') == [['0']], 'no event')


@TESTS.test
def a_payment_is_told_from_its_first_to_its_last_state(office):
    office.set(secrets=[OLD])
    office.tells()
    people = office.people()
    tx = office.house.transaction(people, '11')
    office.completed(tx)
    events = office.all_told(tx)
    rising(events)
    states = [one['data']['state'] for one in events]
    expect(states[0] == 'new' and states[-1] == 'done' and 'asked' in states and 'out' in states,
           f'{states}')
    last = events[-1]['data']
    expect((last['status'], last['is_paid']) == ('completed', True), last)
    expect((last['sender_id'], last['receiver_id']) == (people['sender_id'],
                                                        people['receiver_id']), last)
    expect(last['amount_out']['asset'] == 'iso4217:BRL' and 'code' not in last, last)
    for customer in people.values():
        told = office.all_told(customer)
        expect(list(told[-1]['data']['statuses'].values()) == ['ACCEPTED'], told)


@TESTS.test
def an_erased_customer_is_told_last(office):
    people = office.people()
    office.house.erase(people['sender_id'])
    events = office.all_told(people['sender_id'])
    expect([one['type'] for one in events] == ['customer.changed', 'customer.erased'], events)
    rising(events)


@TESTS.test
def whatever_is_answered_it_comes_again_as_it_was(office):
    office.set(answers=[500, 404, 302, 429, 503], retry_after=1)
    people = office.people()
    before = office.books()['odd']
    for customer in people.values():
        office.all_told(customer)
    http('POST', f'{office.house.hooks}/_sim/faults',
         [{'on': '/events', 'kind': kind, 'nth': n} for n, kind in enumerate(
             ['reset_after', 'truncate', '500_after', 'reset_before', 'html'], 1)])
    other = office.people()
    for customer in other.values():
        office.all_told(customer)
    http('DELETE', f'{office.house.hooks}/_sim/faults')
    again = [one for one in office.books()['events'] if one['times'] > 1]
    expect(again, 'what was taken and not heard came again')
    expect(office.books()['odd'] == before, office.books()['odd'])


@TESTS.test
def one_that_is_not_taken_keeps_only_its_own_waiting(office):
    people, other = office.people(), office.people()
    for customer in (*people.values(), *other.values()):
        office.all_told(customer)
    tx, taken = (office.house.transaction(one, '11') for one in (people, other))
    office.set(refuse=tx)
    office.completed(tx, taken)
    office.all_told(taken)
    open_ones = office.house.sql("select sum((tries > 0)::int), count(*) from windlass.webhook_event"
                                 f" where subject = '{tx}' and state = 'open'")[0]
    expect(open_ones[0] == '1' and int(open_ones[1]) > 2, f'tried and open: {open_ones}')
    expect(len(office.events(tx)) <= 1, 'nothing more of it came')
    office.set()
    rising(office.all_told(tx))


@TESTS.test
def who_does_not_answer_holds_no_payment_up(office):
    http('POST', f'{office.house.hooks}/_sim/faults', [{'on': '/events', 'kind': 'timeout'}])
    tx = office.whole()
    expect(not office.events(tx), 'it was paid before the back office knew')
    http('DELETE', f'{office.house.hooks}/_sim/faults')
    rising(office.all_told(tx, 90))


@TESTS.test
def a_secret_is_changed_without_a_gap(office):
    office.tells(WINDLASS_WEBHOOK_SECRET_NEXT=NEW)
    before = office.books()['forged']
    for good in (OLD, NEW):
        office.set(secrets=[good])
        office.all_told(office.people()['sender_id'])
    expect(office.books()['forged'] == before, 'every request had a signature that fits')
    office.tells(WINDLASS_WEBHOOK_SECRET=OLD, WINDLASS_WEBHOOK_SECRET_NEXT='')
    sender = office.people()['sender_id']
    office.house.until('the old one alone does not fit',
                       lambda: office.books()['forged'] > before, 30)
    office.set(secrets=[OLD])
    office.all_told(sender)


LEDGER = 'GET /accounts/{account}/payments'


@TESTS.test
def money_that_is_no_payments_is_a_case_once(office):
    house = office.house
    house.until('our account was read', lambda: house.sql(
        'select count(*) from windlass.ledger_cursor') == [['1']], 60)
    paid, unseen, other, fine = (house.transaction(office.people(), '11') for _ in range(4))
    records = [house.wait(tx, lambda r: r['status'] == 'pending_sender')
               for tx in (paid, unseen, other, fine)]
    office.completed(paid)
    http('POST', f'{house.platform}/_sim/observer', {'on': False})
    came = [house.pay([records[number]], **changed)[0]['body']['hash'] for number, changed in (
        (0, {}), (1, {}), (2, {'asset': 'native'}), (3, {'memo': '4711'}),
        (3, {'memo': None, 'memo_type': 'none'}))]
    # Whatever the ledger lies, nothing is skipped and nothing is taken twice.
    for kind in ('twice', 'html'):
        house.faults('platform', {'on': LEDGER, 'kind': kind})
        office.sweep()
        house.clear_faults()
    house.until('all of it was read', lambda: office.sweep() or house.sql(
        'select count(distinct stellar_tx_hash) from windlass.ledger_operation '
        "where stellar_tx_hash = any ('{" + ','.join(came) + "}')") == [['5']], 30)
    office.later(1)

    def cases():
        office.sweep()
        return sorted((row[0], row[1]) for row in house.sql(
            "select kind, tx_id from windlass.\"case\" where kind like 'money\\_%'"))
    wanted = sorted([('money_second', paid), ('money_other_asset', other), ('money_unknown_memo', ''),
                     ('money_without_memo', '')])
    house.until(f'there are cases: {cases()}', lambda: cases() == wanted, 60)
    shown = [one for one in office.windlass('case', 'list') if one['kind'] == 'money_second']
    expect(shown[0]['operation'].isdigit() and came[0] in shown[0]['reason'], shown)
    house.sql('update windlass.ledger_cursor set cursor = 0')
    office.sweep()
    office.later(2)
    office.sweep()
    expect(cases() == wanted, f'read again, and no case more: {cases()}')
    # What was lost by the platform only, it was told of.
    house.wait(unseen, lambda r: r['status'] == 'completed')
    http('POST', f'{house.platform}/_sim/observer', {'on': True})


@TESTS.test
def after_a_day_it_is_a_persons_matter_and_can_be_sent_again(office):
    sender = office.people()['sender_id']
    office.all_told(sender)
    office.set(refuse=sender)
    office.house.erase(sender)
    office.house.until('it was tried', lambda: office.house.sql(
        "select tries > 0 and answer = 500 from windlass.webhook_event "
        f"where subject = '{sender}' and state = 'open'") == [['t']], 30)
    office.later(25)
    office.house.until('it is given up', lambda: [one['subject'] for one in office.windlass(
        'webhook', 'list', '--state', 'dead')] == [sender], 30)
    case, = [one for one in office.windlass('case', 'list') if one['kind'] == 'webhooks_dead']
    expect(office.metric('webhooks_dead') == {'': 1}, 'and counted')
    expect(office.metric('hook_calls_total')['hook="webhook",outcome="dead"'] >= 1, 'as a call')
    office.windlass('case', 'close', str(case['id']), '--reason', 'a test')
    office.set()
    sent = office.windlass('webhook', 'resend', 'dead', '--reason', 'the office is back')
    expect(sent['events'] == 1, sent)
    events = office.all_told(sender)
    expect([one['type'] for one in events] == ['customer.changed', 'customer.erased'], events)
    office.windlass('webhook', 'resend', events[0]['id'], '--reason', 'it was lost')
    office.house.until('the same came twice', lambda: office.events(sender)[0]['times'] == 2, 30)
    expect(office.house.sql("select count(*) from windlass.audit where what = 'webhook_resend'")
           == [['2']], 'it is in the audit trail')


@TESTS.test
def no_value_of_a_customer_is_told(office):
    text = json.dumps(office.books()['events'])
    dump = '\n'.join(row[0] for row in office.house.sql('select body from windlass.webhook_event'))
    for value in (*SENDER.values(), *RECEIVER.values()):
        if len(value) > 3 and value != '0001':
            expect(value not in text and value not in dump, value)
    expect(not office.books()['odd'], office.books()['odd'])


def main():
    given = options(__doc__).parse_args()
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='200',
               WINDLASS_POLL_INTERVAL_MS='200') as house:
        office = Office(house)

        def after(passed):
            if not passed:
                http('DELETE', f'{house.hooks}/_sim/faults')
                office.set(secrets=[OLD, NEW])
        passed, failed = run(named(TESTS, given.only), office, after=after)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
