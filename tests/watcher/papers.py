#!/usr/bin/env python3
"""SEP-12 from the first GET to erasure, under each review policy, through the simulated platform.

    papers.py [--only NAME] [--keep]

One stack and one watcher for all; the customer types are loaded anew for each policy.  What a
wallet sees is asked for through the platform; who decides is the operator (`windlass customer`) or
the simulated hook.  Ends with "N passed, N failed".
"""

import base64
import datetime
import itertools
import json
import pathlib
import subprocess
import sys
import time
import traceback
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import WALLET, House, Refused, http  # noqa: E402
from tests.watcher.suite import Wrong, ended, expect, options  # noqa: E402

SENDER, RECEIVER = 'sep31-sender', 'sep31-receiver'
POLICIES = ('auto', 'manual', 'external')
DAY_MS = 86_400_000

# The smallest picture there is: one pixel.
PICTURE = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA'
                           'AABJRU5ErkJggg==')


def field(name, **more):
    return {'name': name, 'description': {'en': name.replace('_', ' ')}, **more}


def types(policy):
    people = [field('first_name'), field('last_name')]
    return [
        {'name': SENDER, 'label': {'en': 'Sender'}, 'review': policy, 'fields': people + [
            field('mobile_number', proof=True), field('id_number'),
            field('id_expiration_date'), field('photo_id_front')]},
        {'name': RECEIVER, 'label': {'en': 'Receiver'}, 'review': policy, 'fields': people + [
            field('bank_account_number'), field('bank_number'),
            field('bank_branch_number', optional=True), field('tax_id', checks=['cpf'])]},
    ]


GIVEN = {
    SENDER: {'first_name': 'Ana', 'last_name': 'Souza', 'mobile_number': '+5511999990000',
             'id_number': 'AB1234567',
             'photo_id_front': base64.b64encode(PICTURE).decode()},
    RECEIVER: {'first_name': 'João', 'last_name': 'Almeida', 'bank_account_number': '000123456',
               'bank_number': '341', 'bank_branch_number': '0001', 'tax_id': '12345678909'},
}


class Person:
    """A customer as the wallet knows one: by account and memo."""

    def __init__(self, walk, kind, **values):
        self.walk, self.kind = walk, kind
        self.memo = str(next(walk.memos))
        self.values = dict(GIVEN[kind])
        if kind == SENDER:
            self.values.update(mobile_number=f'+5511{int(self.memo):09d}',
                               id_expiration_date=walk.day(400))
        self.values.update(values)
        self.id = None

    def get(self, **more):
        query = {'creator': WALLET, 'account': WALLET, 'memo': self.memo, 'memo_type': 'id',
                 'type': self.kind, **more}
        return http('GET', f'{self.walk.house.platform}/_sim/customer?'
                    + urllib.parse.urlencode(query))

    def put(self, **values):
        body = dict(values, account=WALLET, memo=self.memo, memo_type='id', type=self.kind,
                    creator={'account': WALLET})
        self.id = http('PUT', f'{self.walk.house.platform}/_sim/customer', body)['id']
        return self.get()

    def status(self):
        return self.get()['status']

    def becomes(self, status, timeout=30):
        """The answer that first has that status."""
        end = time.monotonic() + timeout
        while (got := self.get())['status'] != status:
            if time.monotonic() > end:
                raise Wrong(f'{self.kind} under {self.walk.policy} never became {status}: {got}')
            time.sleep(0.1)
        return got

    def prove(self, number=None):
        """The code that was sent to the number comes back; a wrong one before it does not help."""
        number = number or self.values['mobile_number']
        self.walk.house.until(f'a code for {self.memo}', lambda: self.walk.codes(number) != [], 20)
        code = self.walk.codes(number)[-1]['code']
        wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
        self.walk.refused(lambda: self.put(mobile_number_verification=wrong),
                          'mobile_number_verification')
        return self.put(mobile_number_verification=code)

    def judged(self, verdict, *about):
        """What a person decides, about them as their type or about single fields."""
        if self.walk.policy == 'manual':
            seen, = self.walk.house.sql(
                f"select version from windlass.customer where id = '{self.id}'")
            self.walk.windlass('customer', verdict, self.id, '--reason', 'a walk',
                               '--version', *seen, *(about or ('--type', self.kind)))

    def accepted(self):
        """From nothing to ACCEPTED."""
        self.put(**self.values)
        if self.kind == SENDER:
            self.prove()
        if self.walk.policy == 'manual':
            expect(self.status() == 'PROCESSING', f'a person decides: {self.get()}')
            self.judged('approve')
        self.becomes('ACCEPTED')
        return self


class Walk:
    def __init__(self, house):
        self.house = house
        self.policy = None
        self.memos = itertools.count(70_000)
        self.shift = 0
        self.watcher = house.watcher('a')
        self.hooks = f'http://127.0.0.1:{house.env["WINDLASS_SIM_HOOK_PORT"]}'

    def day(self, days):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (now + datetime.timedelta(milliseconds=self.shift, days=days)).date().isoformat()

    def clock(self, days):
        self.shift = days * DAY_MS
        http('POST', f'{self.house.platform}/_sim/clock', {'offset_ms': self.shift})

    def windlass(self, *words, given=None):
        done = subprocess.run([f'{self.house.env["BUILD"]}/operator/windlass', *words],
                              env=self.house.env, input=given, capture_output=True, text=True)
        expect(done.returncode == 0, f'windlass {" ".join(words)}: {done.stderr.strip()}')
        return done.stdout

    def under(self, policy):
        self.policy = policy
        self.windlass('load', 'types', '-', given=json.dumps(types(policy)))
        time.sleep(1.2)     # a worker's copy of the book may be a second old

    def codes(self, number):
        query = urllib.parse.urlencode({'destination': number})
        return http('GET', f'{self.hooks}/_sim/codes?{query}')['codes']

    def script(self, person, *answers):
        http('POST', f'{self.hooks}/_sim/script',
             {'customer': person.id, 'answers': list(answers)})

    def refused(self, act, name):
        try:
            act()
        except Refused as why:
            expect(': 400 ' in str(why) and name in str(why), f'a 400 that names {name}: {why}')
            return
        raise Wrong(f'{name} was taken')

    # --- payments

    def people(self):
        return Person(self, SENDER).accepted(), Person(self, RECEIVER).accepted()

    def payment(self, sender, receiver, **more):
        people = {'sender_id': sender.id, 'receiver_id': receiver.id}
        return self.house.transaction(people, '11', **more)

    def has(self, tx, status, timeout=30):
        return self.house.wait(tx, lambda r: r['status'] == status, timeout)

    def completes(self, tx):
        self.house.pay([self.has(tx, 'pending_sender')])
        self.has(tx, 'completed', 60)


TESTS = []


def under(*policies):
    def keep(act):
        TESTS.extend((policy, act) for policy in policies)
        return act
    return keep


@under(*POLICIES)
def step_by_step(walk):
    """Nothing, a part, all, a code, a verdict: each type tells at each step what it needs."""
    for kind in (SENDER, RECEIVER):
        person = Person(walk, kind)
        asked = person.get()
        expect(asked['status'] == 'NEEDS_INFO' and 'id' not in asked, f'nobody yet: {asked}')
        expect(all(name in asked['fields'] for name in person.values), f'asked for: {asked}')
        some = {name: person.values[name] for name in ('first_name', 'last_name')}
        part = person.put(**some)
        expect(part['status'] == 'NEEDS_INFO' and part['id'] == person.id, f'a part: {part}')
        expect(set(part['provided_fields']) == set(some), f'provided: {part}')
        expect('first_name' not in part['fields'], f'not asked again: {part}')
        whole = person.put(**{n: v for n, v in person.values.items() if n not in some})
        if kind == SENDER:
            mobile = whole['provided_fields']['mobile_number']
            expect(mobile['status'] == 'VERIFICATION_REQUIRED', f'to be proven: {whole}')
            expect(whole['status'] == 'NEEDS_INFO', f'not yet: {whole}')
            whole = person.prove()
        if walk.policy == 'manual':
            expect(whole['status'] == 'PROCESSING', f'in review: {whole}')
            person.judged('approve')
        end = person.becomes('ACCEPTED')
        expect(set(end['provided_fields']) == set(person.values), f'all provided: {end}')
        expect(not any(not f.get('optional') for f in end.get('fields', {}).values()),
               f'nothing is needed: {end}')


@under('manual', 'external')
def a_rejected_field_is_sent_again(walk):
    """The paid-for look: NEEDS_INFO with the field's error, until it is given anew."""
    for kind, name, again in ((SENDER, 'id_number', 'CD7654321'),
                              (RECEIVER, 'tax_id', '52998224725')):
        person = Person(walk, kind)
        person.put(**{n: v for n, v in person.values.items() if n != 'first_name'})
        walk.script(person, {'verdict': 'resubmit', 'fields': {name: 'unreadable'}},
                    {'verdict': 'accepted'})
        person.put(first_name=person.values['first_name'])
        if kind == SENDER:
            person.prove()
        person.judged('reject', '--field', f'{name}=unreadable')
        got = person.becomes('NEEDS_INFO')
        expect(got['provided_fields'][name]['status'] == 'REJECTED', f'rejected: {got}')
        expect(got['provided_fields'][name].get('error'), f'and why: {got}')
        expect(got['fields'][name]['optional'] is False, f'and asked for: {got}')
        person.put(**{name: again})
        if walk.policy == 'manual':
            expect(person.status() == 'PROCESSING', f'looked at again: {person.get()}')
        person.judged('approve')
        person.becomes('ACCEPTED')


@under('manual', 'external')
def rejected_for_good(walk):
    for kind in (SENDER, RECEIVER):
        person = Person(walk, kind, last_name='Refused')
        person.put(**person.values)
        if kind == SENDER:
            person.prove()
        person.judged('reject')
        got = person.becomes('REJECTED')
        expect(got.get('message'), f'and a message: {got}')


@under(*POLICIES)
def another_number_is_proven_again(walk):
    person = Person(walk, SENDER).accepted()
    number = f'+5521{int(person.memo):09d}'
    got = person.put(mobile_number=number)
    expect(got['status'] == 'NEEDS_INFO', f'it starts again: {got}')
    expect(got['provided_fields']['mobile_number']['status'] == 'VERIFICATION_REQUIRED', str(got))
    person.prove(number)
    person.judged('approve')
    person.becomes('ACCEPTED')


@under(*POLICIES)
def other_payout_details_are_looked_at(walk):
    """After acceptance: to review where somebody reviews, and written down everywhere."""
    person = Person(walk, RECEIVER).accepted()
    walk.script(person, {'verdict': 'pending'}, {'verdict': 'pending'}, {'verdict': 'accepted'})
    got = person.put(bank_account_number='000999888')
    wanted = 'ACCEPTED' if walk.policy == 'auto' else 'PROCESSING'
    expect(got['status'] == wanted, f'{wanted}: {got}')
    told = walk.house.sql("select count(*) from windlass.audit where what = 'customer_put' "
                          f"and subject = '{person.id}' "
                          "and detail -> 'fields' ? 'bank_account_number'")
    expect(int(told[0][0]) == 2, f'both times are in the audit trail: {told}')
    person.judged('approve')
    person.becomes('ACCEPTED')


@under(*POLICIES)
def a_payment_waits_for_papers_and_goes_on(walk):
    """A payment of a receiver who is not ready asks the wallet, and takes its answer at once."""
    sender = Person(walk, SENDER).accepted()
    receiver = Person(walk, RECEIVER).accepted()
    # What was accepted is taken back: the transaction is there already.
    walk.watcher.kill()
    tx = walk.payment(sender, receiver)
    receiver.put(tax_id='')
    expect(receiver.status() == 'NEEDS_INFO', f'a paper is missing: {receiver.get()}')
    walk.watcher.start()
    walk.has(tx, 'pending_customer_info_update')
    began = time.monotonic()
    receiver.put(tax_id='12345678909')
    receiver.judged('approve')
    walk.house.wait(tx, lambda r: r['status'] in ('pending_receiver', 'pending_sender'), 30)
    took = time.monotonic() - began
    if walk.policy == 'auto':
        # Within one poll, whose length is in the settings; what the machine adds is not ours.
        poll = float(walk.house.env.get('WINDLASS_POLL_INTERVAL_MS', '1000')) / 1000
        expect(took < poll + 4, f'back within one poll: {took:.1f} s')
    walk.completes(tx)


@under(*POLICIES)
def papers_expire(walk):
    sender = Person(walk, SENDER, id_expiration_date=walk.day(3)).accepted()
    receiver = Person(walk, RECEIVER).accepted()
    walk.watcher.kill()
    tx = walk.payment(sender, receiver, with_quote=False)
    walk.clock(5)
    try:
        got = sender.get()
        expect(got['status'] == 'NEEDS_INFO', f'the paper has expired: {got}')
        expect(got['provided_fields']['id_expiration_date']['status'] == 'REJECTED', str(got))
        expect('id_expiration_date' in got['fields'], f'and is asked for: {got}')
        walk.watcher.start()
        walk.has(tx, 'pending_customer_info_update')
        sender.put(id_expiration_date=walk.day(400))
        sender.judged('approve')
        sender.becomes('ACCEPTED')
        walk.completes(tx)
    finally:
        walk.clock(0)
        if not walk.watcher.running:
            walk.watcher.start()


@under(*POLICIES)
def erased(walk):
    sender, receiver = walk.people()
    walk.watcher.kill()
    tx = walk.payment(sender, receiver)
    query = urllib.parse.urlencode({'creator': WALLET, 'account': WALLET, 'memo': receiver.memo,
                                    'memo_type': 'id'})
    http('DELETE', f'{walk.house.platform}/_sim/customer?{query}')
    got = receiver.get()
    expect(got['status'] == 'NEEDS_INFO' and 'id' not in got, f'nobody is left: {got}')
    left = walk.house.sql('select (select count(*) from windlass.customer where id = '
                          f"'{receiver.id}'), (select count(*) from windlass.document where "
                          f"customer = '{receiver.id}')")
    expect(left == [['0', '0']], f'nothing is left: {left}')
    walk.watcher.start()
    walk.has(tx, 'error')
    # The platform is told first, and what it answered is stored then.
    walk.house.until('it is told by name', lambda: walk.house.payment(tx)[1].startswith(
        'customer_deleted'))


def main():
    given = options(__doc__).parse_args()
    passed = failed = 0
    with House(keep=given.keep, WINDLASS_REVIEW_FIRST_MS='200') as house:
        walk = Walk(house)
        for policy in POLICIES:
            walk.under(policy)
            for act in (act for at, act in TESTS if at == policy):
                name = f'{act.__name__} ({policy})'
                if given.only and given.only not in name:
                    continue
                try:
                    act(walk)
                    passed += 1
                    print(f'ok {name}', flush=True)
                except Exception:       # noqa: BLE001: the next test shall run
                    failed += 1
                    print(f'not ok {name}\n{traceback.format_exc()}', flush=True)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
