#!/usr/bin/env python3
"""Customers whom somebody else looks at, and codes that prove a number: all that a hook may say.

    hooks.py [--only NAME] [--keep]

One stack for all; each test has people of its own.  Ends with "N passed, N failed".
"""

import json
import pathlib
import re
import struct
import sys
import time
import urllib.error
import urllib.request
import uuid
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import WALLET, House, http  # noqa: E402
from tests.watcher.suite import Tests, Wrong, ended, expect, named, options, run  # noqa: E402

TESTS = Tests()


def field(name, **more):
    return {'name': name, 'description': {'en': name}, **more}


TYPES = [
    {'name': 'sep31-sender', 'label': {'en': 'Sender'}, 'review': 'external',
     'fields': [field('first_name'), field('last_name'), field('id_number', optional=True),
                field('photo_id_front', optional=True)]},
    {'name': 'sep31-receiver', 'label': {'en': 'Receiver'}, 'review': 'external',
     'fields': [field('last_name'), field('mobile_number', proof=True),
                field('email_address', optional=True, proof=True)]},
    {'name': 'watched', 'label': {'en': 'Watched'}, 'review': 'manual',
     'fields': [field('last_name')]},
]


def once(shown):
    """One review a version: rules that were loaded may have them judged again meanwhile."""
    versions = [one['version'] for one in shown]
    expect(versions and len(set(versions)) == len(versions), f'versions {versions}')


def same(got, wanted):
    if got != wanted:
        raise Wrong(f'{got!r}, not {wanted!r}')


def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


# A grey picture.
PICTURE = (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 64, 64, 8, 0, 0, 0, 0))
           + chunk(b'IDAT', zlib.compress((b'\0' + b'\x80' * 64) * 64)) + chunk(b'IEND', b''))


class People:
    """A wallet that talks to us as the platform would."""

    def __init__(self, house):
        self.house = house
        self.ours = f'http://127.0.0.1:{house.env["WINDLASS_PORT"]}'
        self.memo = 0
        self.watcher = house.watcher('hooks')

    def call(self, method, path, body=None, kind='application/json'):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        call = urllib.request.Request(self.ours + path, data, {'Content-Type': kind},
                                      method=method)
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as fault:
            return fault.code, json.loads(fault.read())

    def whom(self):
        self.memo += 1
        return {'account': WALLET, 'memo': str(self.memo), 'memo_type': 'id'}

    def put(self, whom, kind, **values):
        status, body = self.call('PUT', '/customer', {**whom, 'type': kind, **values})
        expect(status == 200, f'{status} {body}')
        return body

    def refused(self, whom, kind, **values):
        status, body = self.call('PUT', '/customer', {**whom, 'type': kind, **values})
        same(status, 400)
        return body['error']

    def put_file(self, whom, kind, name, data):
        edge = uuid.uuid4().hex
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
                 for n, v in {**whom, 'type': kind}.items()]
        parts.append((f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; '
                      f'filename="photo"\r\nContent-Type: application/octet-stream\r\n\r\n'
                      ).encode() + data + f'\r\n--{edge}--\r\n'.encode())
        status, body = self.call('PUT', '/customer', b''.join(parts),
                                 f'multipart/form-data; boundary={edge}')
        expect(status == 200, f'{status} {body}')
        return body

    def get(self, whom, kind):
        query = '&'.join(f'{name}={value}' for name, value in whom.items())
        status, body = self.call('GET', f'/customer?{query}&type={kind}')
        same(status, 200)
        return body

    def becomes(self, whom, kind, status, timeout=20):
        self.house.until(f'{whom["memo"]} is {status}',
                         lambda: self.get(whom, kind)['status'] == status, timeout)
        return self.get(whom, kind)

    def sender(self, last_name='Souza', script=(), **more):
        """In review; what the hook says of them first."""
        whom = self.whom()
        mine = self.put(whom, 'sep31-sender', first_name='Ana')['id']
        if script:
            http('POST', f'{self.house.hooks}/_sim/script',
                 {'customer': mine, 'answers': list(script)})
        self.put(whom, 'sep31-sender', last_name=last_name, **more)
        return whom

    # --- the hooks

    def books(self):
        return http('GET', f'{self.house.hooks}/_sim/books')

    def shown(self, whom):
        """Every review of theirs, as the hook has it, oldest version first."""
        mine = self.get(whom, 'sep31-sender')['id']
        return sorted((one for one in self.books()['reviews'].values()
                       if one['customer'] == mine), key=lambda one: one['version'])

    def codes(self, destination):
        return http('GET', f'{self.house.hooks}/_sim/codes?destination='
                           + destination.replace('+', '%2B'))['codes']

    def code(self, destination, count=1):
        self.house.until(f'{count} codes for {destination}',
                         lambda: len(self.codes(destination)) >= count, 15)
        return self.codes(destination)[-1]['code']

    def hurry(self):
        """Nobody waits for the hook's next time."""
        self.house.sql("update windlass.review set next_at = '2000-01-01' "
                       "where state in ('new', 'pending')")
        self.house.sql("update windlass.contact_code set next_at = '2000-01-01' "
                       "where state = 'new'")

    def hurried(self, what, holds, timeout=60):
        def look():
            self.hurry()
            return holds()
        self.house.until(what, look, timeout)

    def reviews(self, whom):
        return [tuple(row) for row in self.house.sql(
            "select r.state, r.outcome, octet_length(r.sealed) > 0 from windlass.review r "
            "join windlass.customer c on c.id = r.customer "
            f"where c.memo = '{whom['memo']}' order by r.version")]

    def is_pending(self, whom):
        self.house.until('the hook has it', lambda: 'pending' in
                         [state for state, _, _ in self.reviews(whom)], 15)

    def log(self):
        return self.watcher.log.read_text()

    def counted(self, hook):
        """Outcome -> how often, of the watchers of this machine."""
        with urllib.request.urlopen(f'{self.ours}/metrics', timeout=10) as answer:
            text = answer.read().decode()
        return {outcome: int(n) for outcome, n in re.findall(
            rf'windlass_hook_calls_total\{{hook="{hook}",outcome="(\w+)"\}} (\d+)', text)}


# --- reviews

@TESTS.test
def a_customer_is_in_review_and_then_accepted(people):
    whom = people.whom()
    body = people.put(whom, 'sep31-sender', first_name='Ana', last_name='Souza',
                      tax_id='39053344705')
    same(body['status'], 'PROCESSING')
    people.becomes(whom, 'sep31-sender', 'ACCEPTED')
    shown, = people.shown(whom)
    same((shown['type'], shown['version'], shown['documents']), ('sep31-sender', 1, []))
    same(shown['fields'], {'first_name': 'Ana', 'last_name': 'Souza'})
    same(people.reviews(whom), [('done', 'accepted', 'f')])


@TESTS.test
def nobody_else_is_looked_at(people):
    whom = people.whom()
    same(people.put(whom, 'watched', last_name='Souza')['status'], 'PROCESSING')
    lacking = people.whom()
    people.put(lacking, 'sep31-sender', first_name='Ana')
    people.house.until('the note is gone', lambda: people.house.sql(
        'select count(*) from windlass.review_wanted') == [['0']], 10)
    same(people.reviews(whom) + people.reviews(lacking), [])


@TESTS.test
def a_rejected_field_is_asked_for_again(people):
    whom = people.sender('Blurred', id_number='AB1')
    body = people.becomes(whom, 'sep31-sender', 'NEEDS_INFO')
    same(body['provided_fields']['id_number']['status'], 'REJECTED')
    expect('blurred' in body['provided_fields']['id_number']['error'], body)
    expect('id_number' in body['fields'], body)
    people.put(whom, 'sep31-sender', last_name='Souza', id_number='AB2')
    people.becomes(whom, 'sep31-sender', 'ACCEPTED')
    same([one['fields'].get('id_number') for one in people.shown(whom)], ['AB1', 'AB2'])


@TESTS.test
def rejected_is_rejected(people):
    whom = people.sender('Refused')
    body = people.becomes(whom, 'sep31-sender', 'REJECTED')
    expect(body['message'], 'the wallet is told')
    expect('on_a_list' not in json.dumps(body), 'but not why')


@TESTS.test
def pending_is_asked_for_until_there_is_a_verdict(people):
    whom = people.sender('Slow')
    people.is_pending(whom)
    same(people.get(whom, 'sep31-sender')['status'], 'PROCESSING')
    people.becomes(whom, 'sep31-sender', 'ACCEPTED', 30)


@TESTS.test
def documents_come_first(people):
    whom = people.whom()
    people.put(whom, 'watched', last_name='Souza')
    people.put_file(whom, 'sep31-sender', 'photo_id_front', PICTURE)
    people.put(whom, 'sep31-sender', first_name='Ana')
    people.becomes(whom, 'sep31-sender', 'ACCEPTED')
    shown = people.shown(whom)[-1]
    document, = shown['documents']
    same((document['name'], document['content_type']), ('photo_id_front', 'image/png'))
    same(people.books()['documents'][shown['id']]['photo_id_front']['sha256'], document['sha256'])


@TESTS.test
def what_the_hook_says_wrong_changes_nothing_and_is_told(people):
    good = {'verdict': 'accepted'}
    lies = ['<html>', '', '[]', '{"id":', {**good, 'id': str(uuid.uuid4())}, {'verdict': 'maybe'},
            {'verdict': 'resubmit', 'fields': {'birth_date': 'odd'}},
            {'verdict': 'resubmit', 'fields': {'shoe_size': 'odd'}},
            {'verdict': 'resubmit', 'fields': {'last_name': 'Souza is forged'}},
            {'verdict': 'resubmit'}, {**good, 'fields': {'last_name': 'odd'}},
            {'verdict': 'rejected', 'reason': 'Ana is on a list'}]
    before = people.counted('review').get('odd', 0)
    said = len(people.log())
    whom = people.sender(script=lies)
    people.hurried('all lies are told', lambda: people.counted('review')['odd']
                   >= before + len(lies))
    people.hurried('accepted', lambda: people.get(whom, 'sep31-sender')['status'] == 'ACCEPTED')
    once(people.shown(whom))
    log = people.log()[said:]
    for why in ('no JSON object', 'another id', 'an unknown verdict', 'a field that was not shown',
                "a field's code is none", 'no field is named', 'the reason is no code'):
        expect(why in log, f'{why} in the log')
    expect('Souza' not in log and 'on a list' not in log, 'what it said is not')


@TESTS.test
def whatever_happens_to_a_call_the_next_is_the_same(people):
    kinds = ['reset_before', 'reset_after', '500_before', '500_after', 'html', 'redirect',
             'truncate', '429', 'wrong_id']
    before = people.books()['differing']
    http('POST', f'{people.house.hooks}/_sim/faults',
         [{'on': '/reviews', 'kind': kind, 'nth': n} for n, kind in enumerate(kinds, 1)])
    whom = people.sender()
    people.hurried('it was sent often enough', lambda: people.reviews(whom)
                   == [('done', 'accepted', 'f')], 120)
    http('DELETE', f'{people.house.hooks}/_sim/faults')
    people.becomes(whom, 'sep31-sender', 'ACCEPTED', 5)
    once(people.shown(whom))
    same(people.books()['differing'], before)


@TESTS.test
def an_answer_that_is_huge_or_slow_ends(people):
    for kind, outcome in (('huge', 'odd'), ('drip', 'away'), ('timeout', 'away')):
        before = people.counted('review').get(outcome, 0)
        fault = {'on': '/reviews', 'kind': kind, 'nth': 1}
        http('POST', f'{people.house.hooks}/_sim/faults', [fault])
        whom = people.sender()
        people.house.until(f'{kind} is told', lambda: people.counted('review')[outcome]
                           > before, 20)
        http('DELETE', f'{people.house.hooks}/_sim/faults')
        people.hurried(f'accepted after {kind}',
                       lambda: people.get(whom, 'sep31-sender')['status'] == 'ACCEPTED', 90)


@TESTS.test
def a_customer_who_changes_is_reviewed_anew(people):
    whom = people.sender(script=[{'verdict': 'pending'}] * 2)
    people.is_pending(whom)
    people.house.sql("update windlass.review set next_at = 'infinity' where state = 'pending'")
    people.put(whom, 'sep31-sender', last_name='Refused')
    people.house.until('there is another', lambda: len(people.reviews(whom)) == 2, 10)
    people.hurried('the first is over', lambda: people.reviews(whom)[0]
                   == ('superseded', '', 'f'), 10)
    people.hurried('the second decides', lambda: people.get(whom, 'sep31-sender')['status']
                   == 'REJECTED', 20)
    same(people.reviews(whom), [('superseded', '', 'f'), ('done', 'rejected', 'f')])


@TESTS.test
def an_answer_about_an_older_version_is_not_applied(people):
    """The customer changes while the hook thinks."""
    http('POST', f'{people.house.hooks}/_sim/faults',
         [{'on': 'POST /reviews', 'kind': 'drip', 'nth': 1}])
    whom = people.sender('Refused')
    time.sleep(1.5)
    people.put(whom, 'sep31-sender', last_name='Souza')
    http('DELETE', f'{people.house.hooks}/_sim/faults')
    people.hurried('the second decides', lambda: people.get(whom, 'sep31-sender')['status']
                   == 'ACCEPTED', 90)
    same(people.reviews(whom)[-1], ('done', 'accepted', 'f'))


@TESTS.test
def what_the_hook_forgot_is_sent_again(people):
    whom = people.sender('Slow')
    people.is_pending(whom)
    review = people.shown(whom)[0]['id']
    http('POST', f'{people.house.hooks}/_sim/forget', {'review': review})
    people.hurried('it is back', lambda: review in people.books()['reviews'], 20)
    people.hurried('accepted', lambda: people.get(whom, 'sep31-sender')['status'] == 'ACCEPTED')
    same(people.books()['differing'], 0)


@TESTS.test
def a_killed_watcher_leaves_it_to_the_next(people):
    whom = people.sender(script=[{'verdict': 'pending'}] * 2)
    for _ in range(3):
        people.watcher.kill()
        people.watcher.start()
        time.sleep(0.4)
        people.hurry()
    people.hurried('accepted', lambda: people.get(whom, 'sep31-sender')['status'] == 'ACCEPTED')
    same(people.books()['differing'], 0)
    once(people.shown(whom))


@TESTS.test
def many_at_once_are_done_soon(people):
    began = time.monotonic()
    everybody = [people.sender() for _ in range(60)]
    for whom in everybody:
        people.becomes(whom, 'sep31-sender', 'ACCEPTED', 20)
    expect(time.monotonic() - began < 20, f'it took {time.monotonic() - began:.0f} s')


@TESTS.test
def who_is_erased_is_not_asked_about(people):
    whom = people.sender('Held')
    people.is_pending(whom)
    mine = people.get(whom, 'sep31-sender')['id']
    people.call('DELETE', f'/customer/{mine}')
    people.hurry()
    same(people.house.sql(f"select count(*) from windlass.review where customer = '{mine}'"),
         [['0']])
    people.becomes(people.sender(), 'sep31-sender', 'ACCEPTED')


@TESTS.test
def a_policy_that_becomes_external_finds_who_waits(people):
    whom = people.whom()
    people.put(whom, 'watched', last_name='Souza')
    time.sleep(1.5)
    same(people.reviews(whom), [])
    load(people.house, [{**one, 'review': 'external'} for one in TYPES])
    people.becomes(whom, 'watched', 'ACCEPTED')
    load(people.house, TYPES)


@TESTS.test
def what_a_type_asks_for_by_now_was_not_accepted_unseen(people):
    whom = people.sender(script=[{'verdict': 'pending'}] * 2, tax_id='39053344705')
    people.is_pending(whom)
    people.house.sql("update windlass.review set next_at = 'infinity' where state = 'pending'")
    load(people.house, [{**one, 'fields': one['fields'] + [field('tax_id')] * (
        one['name'] == 'sep31-sender')} for one in TYPES])
    time.sleep(1.5)     # whoever has a copy of the book asks again
    people.hurried('accepted', lambda: people.get(whom, 'sep31-sender')['status'] == 'ACCEPTED')
    same([one['fields'].get('tax_id') for one in people.shown(whom)], [None, '39053344705'])
    same(sorted(people.reviews(whom)), [('done', 'accepted', 'f'), ('superseded', '', 'f')])
    load(people.house, TYPES)


# --- codes

@TESTS.test
def a_code_proves_a_number(people):
    whom, number = people.whom(), '+5511999990001'
    body = people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=number)
    same(body['status'], 'NEEDS_INFO')
    same(body['provided_fields']['mobile_number']['status'], 'VERIFICATION_REQUIRED')
    code = people.code(number)
    wrong = '000000' if code != '000000' else '000001'
    why = people.refused(whom, 'sep31-receiver', mobile_number_verification=wrong)
    expect('mobile_number_verification' in why and wrong not in why, why)
    people.put(whom, 'sep31-receiver', mobile_number_verification=code)
    body = people.becomes(whom, 'sep31-receiver', 'ACCEPTED')
    same(body['provided_fields']['mobile_number']['status'], 'ACCEPTED')
    expect(code not in json.dumps(body), 'the code is shown nowhere')
    # The same again is no mistake, and sends nothing.
    people.put(whom, 'sep31-receiver', mobile_number=number, mobile_number_verification=code)
    same(people.get(whom, 'sep31-receiver')['status'], 'ACCEPTED')
    same(len(people.codes(number)), 1)


@TESTS.test
def a_changed_number_starts_again(people):
    whom, first, second = people.whom(), '+5511999990002', '+5511999990003'
    people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=first)
    code = people.code(first)
    people.put(whom, 'sep31-receiver', mobile_number_verification=code)
    people.becomes(whom, 'sep31-receiver', 'ACCEPTED')
    same(people.put(whom, 'sep31-receiver', mobile_number=second)['status'], 'NEEDS_INFO')
    other = people.code(second)
    if other != code:
        people.refused(whom, 'sep31-receiver', mobile_number_verification=code)
    people.put(whom, 'sep31-receiver', mobile_number_verification=other)
    people.becomes(whom, 'sep31-receiver', 'ACCEPTED')


@TESTS.test
def too_many_wrong_ones_or_too_late_and_another_is_sent(people):
    whom, number = people.whom(), '+5511999990004'
    people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=number)
    code = people.code(number)
    wrong = '000000' if code != '000000' else '000001'
    for _ in range(4):
        expect('not the code' in people.refused(whom, 'sep31-receiver',
                                                mobile_number_verification=wrong), 'wrong')
    expect('another one' in people.refused(whom, 'sep31-receiver',
                                           mobile_number_verification=wrong), 'the fifth')
    second = people.code(number, 2)
    people.house.sql("update windlass.contact_code set expires_at = '2000-01-01'")
    expect('another one' in people.refused(whom, 'sep31-receiver',
                                           mobile_number_verification=second), 'too late')
    third = people.code(number, 3)
    people.put(whom, 'sep31-receiver', mobile_number_verification=third)
    people.becomes(whom, 'sep31-receiver', 'ACCEPTED')


@TESTS.test
def more_codes_than_are_good_are_not_sent(people):
    whom, number = people.whom(), '+5511999990005'
    people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=number)
    for count in range(1, 6):
        people.code(number, count)
        people.put(whom, 'sep31-receiver', mobile_number=number)    # too soon: none
        people.house.sql("update windlass.contact_code set expires_at = '2000-01-01'")
        people.put(whom, 'sep31-receiver', mobile_number=number)
    time.sleep(1.5)
    same(len(people.codes(number)), 5)
    expect('later' in people.refused(whom, 'sep31-receiver', mobile_number_verification='000000'),
           'the wallet is told')


@TESTS.test
def a_place_that_cannot_be_reached_is_rejected(people):
    whom, number = people.whom(), '+5511999990404'
    people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=number)
    people.house.until('it is rejected', lambda: people.get(whom, 'sep31-receiver')
                       ['provided_fields']['mobile_number']['status'] == 'REJECTED', 15)
    body = people.get(whom, 'sep31-receiver')
    expect('mobile_number' in body['fields'], body)
    people.put(whom, 'sep31-receiver', mobile_number='+5511999990006')
    people.put(whom, 'sep31-receiver',
               mobile_number_verification=people.code('+5511999990006'))
    people.becomes(whom, 'sep31-receiver', 'ACCEPTED')


@TESTS.test
def an_address_too_where_it_is_given(people):
    whom, number, address = people.whom(), '+5511999990007', 'ana7@example.org'
    people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=number,
               email_address=address, language_code='pt')
    people.put(whom, 'sep31-receiver', mobile_number_verification=people.code(number),
               email_address_verification=people.code(address))
    people.becomes(whom, 'sep31-receiver', 'ACCEPTED')
    same(people.codes(address)[0]['language'], 'pt')


@TESTS.test
def nothing_was_sent_nothing_comes_back(people):
    whom = people.whom()
    for values in ({'mobile_number_verification': '123456'},
                   {'mobile_number': '+5511999990008', 'mobile_number_verification': '123456'}):
        expect('mobile_number_verification' in people.refused(whom, 'sep31-receiver', **values),
               'it is named')
    same(people.codes('+5511999990008'), [])


@TESTS.test
def a_code_hook_that_fails_gets_the_same_again(people):
    number = '+5511999990009'
    http('POST', f'{people.house.hooks}/_sim/faults',
         [{'on': '/codes', 'kind': kind, 'nth': n} for n, kind in enumerate(
             ('reset_after', '500_before', 'html', '429'), 1)])
    whom = people.whom()
    people.put(whom, 'sep31-receiver', last_name='Souza', mobile_number=number)
    people.hurried('it is sent', lambda: people.house.sql(
        "select state from windlass.contact_code k join windlass.customer c on c.id = k.customer "
        f"where c.memo = '{whom['memo']}'") == [['sent']], 60)
    http('DELETE', f'{people.house.hooks}/_sim/faults')
    same(len(people.codes(number)), 1)
    same(people.books()['differing'], 0)


# --- all of it

@TESTS.test
def no_code_and_no_value_is_anywhere_in_clear(people):
    people.house.sql('checkpoint')
    secrets = {one['code'] for one in people.books()['codes']}
    words = {'+551199999000', 'Blurred', 'Refused', 'ana7@example.org'}
    for path in sorted((people.house.dir / 'log').iterdir()):
        text = path.read_text(errors='replace')
        for word in words:
            expect(word not in text, f'{word} in {path.name}')
        for code in secrets:
            expect(not re.search(rf'\b{code}\b', re.sub(r'ts=\S+|[0-9a-f-]{{36}}', '', text))
                   or path.name == 'hooks.log', f'{code} in {path.name}')
    dump = '\n'.join('\t'.join(row) for table in ('review', 'contact_code', 'audit', 'customer')
                     for row in people.house.sql(f'select * from windlass.{table}'))
    for word in words:
        expect(word not in dump and word.encode().hex() not in dump, f'{word} in the database')
    same(people.house.sql("select count(*) from windlass.contact_code where state <> 'new' "
                          "and sealed <> ''"), [['0']])


def load(house, types):
    path = house.dir / 'types.json'
    path.write_text(json.dumps(types))
    house.stack('run', f'{house.env["BUILD"]}/operator/windlass', 'load', 'types', str(path))


def judged(house):
    """Later nobody gets a new version, and with it a new review, by the types that are loaded."""
    house.sql('select windlass.clock_set(60000)')
    house.until('all are judged by these types', lambda: house.sql(
        'select j.is_done and j.version = d.version from windlass.judging j, '
        "windlass.book_document d where d.kind = 'types'") == [['t']])


def main():
    given = options(__doc__).parse_args()
    with House(given.keep) as house:
        load(house, TYPES)
        people = People(house)
        judged(house)

        def after(passed):
            if not passed:
                http('DELETE', f'{house.hooks}/_sim/faults')
        passed, failed = run(named(TESTS, given.only), people, after=after)
        people.watcher.end()
        strange = [line for line in people.log().splitlines() if not line.startswith('ts=')]
        for line in strange:
            print(f'fail: the watcher says {line}')
        failed += bool(strange)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
