#!/usr/bin/env python3
"""The simulated bank: exactly once by key and reference, outcomes, faults, and its memory on disk.

Every answer is held against api/payout-rail.openapi.yaml on its way.
"""
import contextlib
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from urllib.parse import quote

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.openapi import Contract, Unreadable, load  # noqa: E402

CONTRACT = Contract(ROOT / 'api' / 'payout-rail.openapi.yaml')
BENEFICIARY = {'first_name': 'Ana', 'last_name': 'Souza', 'bank_account_number': '1234567'}
LOST = (http.client.HTTPException, ConnectionError, TimeoutError, socket.timeout)


def order(reference='tx-1:1', amount='500.00', **changes):
    return {'reference': reference, 'amount': amount, 'currency': 'BRL', 'method': 'PIX',
            'beneficiary': BENEFICIARY, **changes}


class Bank:
    """One running bank, on a port of its own choosing."""

    def __init__(self, state, *options, program='bank.py'):
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / 'tests' / 'rail' / program), '--port', '0', '--state',
             str(state), *options], stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline()
        self.port = int(said.rsplit(':', 1)[1])

    def stop(self, kill=False):
        self.process.kill() if kill else self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def call(self, method, target, body=None, timeout=5, **headers):
        """(status, body as JSON); one of LOST if there is no whole answer."""
        line = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            names = {name.replace('_', '-'): value for name, value in headers.items()}
            line.request(method, target, data, {'Content-Type': 'application/json', **names})
            got = line.getresponse()
            return got.status, json.loads(got.read())
        finally:
            line.close()


class BankCase(unittest.TestCase):
    OPTIONS = ('--settle-ms', '100', '--slow-ms', '300', '--seed', '7')

    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.addCleanup(self.state.cleanup)
        self.start()

    def start(self, *options):
        self.bank = Bank(self.state.name, *self.OPTIONS, *options)
        self.addCleanup(self.bank.stop)

    def again(self, *options, kill=True):
        self.bank.stop(kill)
        self.start(*options)

    def held(self, path, method, got):
        status, body = got
        self.assertEqual(CONTRACT.answer_faults(path, method, status, body), [], got)
        return got

    def pay(self, body=None, key='tx-1:1', **options):
        headers = {'Idempotency_Key': key} if key is not None else {}
        return self.held('/payouts', 'post', self.bank.call(
            'POST', '/payouts', order() if body is None else body, **headers, **options))

    def look(self, reference='tx-1:1'):
        return self.held('/payouts/{reference}', 'get', self.bank.call(
            'GET', f'/payouts/{quote(reference, safe="")}'))

    def since(self, moment, **more):
        query = '&'.join(f'{name}={value}' for name, value in more.items())
        return self.held('/payouts', 'get', self.bank.call(
            'GET', f'/payouts?since={quote(moment)}&{query}'))

    def change(self, **given):
        return self.bank.call('POST', '/_sim/change', {'reference': 'tx-1:1', **given})[0]

    def fault(self, kind, on='POST /payouts', **members):
        self.bank.call('DELETE', '/_sim/faults')
        status, told = self.bank.call('POST', '/_sim/faults',
                                      {'on': on, 'kind': kind, 'nth': 1, **members})
        self.assertEqual(status, 200, told)

    def books(self):
        return self.bank.call('GET', '/_sim/books')[1]

    def executed(self):
        return {ref: one['status'] for ref, one in self.books()['executed'].items()}

    def wait_for(self, status, reference='tx-1:1'):
        for _ in range(100):
            found = self.look(reference)[1]
            if found.get('status') == status:
                return found
            time.sleep(0.02)
        self.fail(f'{reference} did not become {status}: {found}')


class Orders(BankCase):
    def test_an_order_is_echoed_and_settles(self):
        status, payout = self.pay()
        self.assertEqual(status, 201)
        self.assertEqual(payout['status'], 'accepted')
        for name in ('reference', 'amount', 'currency', 'method', 'beneficiary'):
            self.assertEqual(payout[name], order()[name])
        self.assertEqual(self.wait_for('settled')['bank_id'], payout['bank_id'])

    def test_a_repeated_order_gets_the_stored_answer_and_is_executed_once(self):
        first = self.pay()
        self.wait_for('settled')
        second = self.pay()
        self.assertEqual(second, (200, first[1]))
        self.assertEqual(self.executed(), {'tx-1:1': 'settled'})

    def test_twenty_equal_orders_at_once_are_executed_once(self):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.pay())) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(status for status, _ in answers), [200] * 19 + [201])
        self.assertEqual(len({body['bank_id'] for _, body in answers}), 1)
        self.assertEqual(len(self.executed()), 1)

    def test_a_key_with_another_body_is_a_conflict(self):
        self.pay()
        status, problem = self.pay(order(amount='501.00'))
        self.assertEqual((status, problem['error']), (409, 'key_reused'))
        self.assertEqual(self.look()[1]['amount'], '500.00')

    def test_a_reference_under_another_key_is_a_conflict(self):
        self.pay()
        status, problem = self.pay(key='other')
        self.assertEqual((status, problem['error']), (409, 'reference_used'))
        self.assertEqual(len(self.executed()), 1)
        self.assertEqual(self.books()['conflicts'], 1)

    def test_a_refused_reference_stays_used(self):
        self.pay(order(amount='500.01'))
        status, problem = self.pay(key='other')
        self.assertEqual((status, problem['error']), (409, 'reference_used'))

    def test_what_is_not_an_order_is_refused_and_leaves_the_key_free(self):
        bad = [b'', b'{', b'[]', order(amount='5,00'), order(amount='0.00'), order(amount='1e3'),
               order(amount=500), order(currency='brl'), order(reference='a b'),
               order(reference=''), order(beneficiary={}), order(beneficiary={'a': 1}),
               {k: v for k, v in order().items() if k != 'method'}]
        for body in bad:
            with self.subTest(body=body):
                self.assertEqual(self.pay(body)[0], 400)
        self.assertEqual(self.pay(key=None)[0], 400)
        self.assertEqual(self.pay(key='k' * 129)[0], 400)
        self.assertEqual(self.pay(Content_Type='text/plain')[0], 400)
        self.assertEqual(self.books()['executed'], {})
        self.assertEqual(self.pay()[0], 201)

    def test_an_unknown_reference_is_not_found(self):
        self.assertEqual(self.look('tx-9:1')[0], 404)


class Window(BankCase):
    def test_a_forgotten_key_does_not_pay_twice(self):
        self.again('--window', '0.3')
        self.assertEqual(self.pay()[0], 201)
        self.assertEqual(self.pay()[0], 200)
        time.sleep(0.4)
        status, problem = self.pay()
        self.assertEqual((status, problem['error']), (409, 'reference_used'))
        self.assertEqual(self.pay(order('tx-2:1'))[0], 201)
        self.assertEqual(sorted(self.executed()), ['tx-1:1', 'tx-2:1'])

    def test_the_window_follows_the_simulated_clock(self):
        self.pay()
        self.bank.call('POST', '/_sim/clock', {'offset_ms': 86_401_000})
        self.assertEqual(self.pay()[0], 409)


class Magic(BankCase):
    def test_01_is_refused_and_names_the_field(self):
        status, payout = self.pay(order(amount='12.01'))
        self.assertEqual((status, payout['status']), (422, 'refused'))
        self.assertTrue(payout['refusal']['fixable'])
        self.assertEqual(payout['refusal']['field'], 'bank_account_number')
        self.assertEqual(self.pay(order(amount='12.01')), (422, payout))
        self.assertEqual(self.look()[1]['status'], 'refused')
        self.assertEqual(self.books()['executed'], {})

    def test_01_names_a_field_that_was_given(self):
        person = {'last_name': 'Souza', 'first_name': 'Ana'}
        refusal = self.pay(order(amount='12.01', beneficiary=person))[1]['refusal']
        self.assertIn(refusal['field'], person)

    def test_02_is_refused_for_good(self):
        status, payout = self.pay(order(amount='12.0200'))
        self.assertEqual((status, payout['refusal']['fixable']), (422, False))
        self.assertNotIn('field', payout['refusal'])

    def test_03_is_executed_at_once_and_answered_late(self):
        before = time.monotonic()
        late = threading.Thread(target=self.pay, args=(order(amount='12.03'),))
        late.start()
        while self.look()[0] == 404 and time.monotonic() < before + 5:
            time.sleep(0.01)
        self.assertTrue(late.is_alive())
        late.join()
        self.assertGreaterEqual(time.monotonic() - before, 0.3)

    def test_04_is_accepted_and_comes_back(self):
        self.assertEqual(self.pay(order(amount='12.04'))[0], 201)
        payout = self.wait_for('returned')
        self.assertEqual(payout['return']['field'], 'bank_account_number')
        self.assertEqual(self.executed(), {'tx-1:1': 'returned'})

    def becomes(self, amount, statuses):
        """By a clock that is stepped from one change to the next."""
        self.again('--settle-ms', '600000')
        self.pay(order(amount=amount))
        for n, status in enumerate(statuses, 1):
            self.bank.call('POST', '/_sim/clock', {'offset_ms': n * 600_000 + 60_000})
            payout = self.look()[1]
            self.assertEqual(payout['status'], status)
            self.assertEqual('return' in payout, status == 'returned')

    def test_06_settles_and_comes_back_later(self):
        self.becomes('12.06', ('settled', 'returned', 'returned'))

    def test_07_wavers_and_settles(self):
        self.becomes('12.07', ('returned', 'accepted', 'settled', 'settled'))
        self.again()
        self.assertEqual(self.look()[1]['status'], 'settled')

    def test_08_is_left_until_somebody_says_what_it_becomes(self):
        self.pay(order(amount='12.08'))
        time.sleep(0.3)
        self.assertEqual(self.look()[1]['status'], 'accepted')
        self.assertEqual(self.change(status='returned', code='blocked', fixable=False), 200)
        self.again()
        payout = self.look()[1]
        self.assertEqual((payout['status'], payout['return']['code'], payout['return']['fixable']),
                         ('returned', 'blocked', False))
        self.assertEqual(self.change(status='settled'), 200)
        self.assertEqual(self.executed(), {'tx-1:1': 'settled'})

    def test_only_what_was_executed_becomes_something_else(self):
        self.pay(order(amount='12.02'))
        self.assertEqual(self.change(status='settled'), 404)
        self.assertEqual(self.change(status='settled', reference='none'), 404)
        self.assertEqual(self.change(status='refused'), 400)
        self.assertEqual(self.change(status='settled', odd='x'), 400)

    def test_accounts_are_magic_too(self):
        for start, status in (('4040', 422), ('4050', 201)):
            to = {**BENEFICIARY, 'bank_account_number': f'{start}1'}
            got, payout = self.pay(order(f'tx-{start}:1', beneficiary=to), key=f'tx-{start}:1')
            self.assertEqual(got, status)
            reason = payout.get('refusal') or self.wait_for('returned', 'tx-4050:1')['return']
            self.assertEqual((reason['fixable'], reason['field']), (True, 'bank_account_number'))

    def test_05_is_executed_and_the_answer_is_lost(self):
        with self.assertRaises(LOST):
            self.pay(order(amount='12.05'))
        self.assertEqual(self.look()[0], 200)
        self.assertEqual(self.pay(order(amount='12.05'))[0], 200)
        self.assertEqual(len(self.executed()), 1)


class Lists(BankCase):
    def test_the_list_pages_through_all_changes_in_order(self):
        for n in range(5):
            self.pay(order(f'tx-{n}:1'), key=f'tx-{n}:1')
        self.wait_for('settled', 'tx-4:1')
        seen, after = [], None
        while True:
            more = {'limit': 2} if after is None else {'limit': 2, 'after': after}
            page = self.since('2020-01-01T00:00:00Z', **more)[1]
            seen += [(one['reference'], one['status']) for one in page['payouts']]
            after = page.get('next')
            if after is None:
                break
        self.assertEqual(seen, [(f'tx-{n}:1', 'settled') for n in range(5)])

    def test_the_list_leaves_out_what_changed_before(self):
        self.pay()
        self.wait_for('settled')
        moment = self.pay(order('tx-2:1'), key='tx-2:1')[1]['created_at']
        references = [one['reference'] for one in self.since(moment)[1]['payouts']]
        self.assertEqual(references, ['tx-2:1'])

    def test_a_bad_question_is_refused(self):
        for query in ('', 'since=yesterday', 'since=2020-01-01T00:00:00',
                      'since=2020-01-01T00:00:00Z&limit=0',
                      'since=2020-01-01T00:00:00Z&limit=1001',
                      'since=2020-01-01T00:00:00Z&after=-1'):
            with self.subTest(query=query):
                got = self.bank.call('GET', f'/payouts?{query}')
                self.assertEqual(self.held('/payouts', 'get', got)[0], 400)


class Memory(BankCase):
    def test_everything_is_known_after_a_kill(self):
        first = self.pay()[1]
        self.pay(order('tx-2:1', amount='1.01'), key='tx-2:1')
        self.pay(order('tx-3:1', amount='1.04'), key='tx-3:1')
        self.wait_for('returned', 'tx-3:1')
        before = self.books()
        self.again()
        self.assertEqual(self.books(), before)
        self.assertEqual(self.pay(), (200, first))
        self.assertEqual(self.pay(key='other')[1]['error'], 'reference_used')
        self.assertEqual(self.look('tx-2:1')[1]['status'], 'refused')

    def test_what_was_accepted_settles_after_a_kill(self):
        self.pay()
        self.again()
        self.wait_for('settled')

    def test_a_reset_forgets_all(self):
        self.pay()
        self.bank.call('POST', '/_sim/reset')
        self.assertEqual(self.books()['executed'], {})
        self.assertEqual(self.look()[0], 404)
        self.assertEqual(self.pay()[0], 201)

    def test_the_key_of_the_rail_is_asked_for(self):
        self.again('--api-key', 'secret')
        self.assertEqual(self.pay()[0], 401)
        self.assertEqual(self.look()[0], 401)
        self.assertEqual(self.pay(X_Api_Key='wrong')[0], 401)
        self.assertEqual(self.books()['executed'], {})
        self.assertEqual(self.pay(X_Api_Key='secret')[0], 201)


class Faults(BankCase):
    """Each kind once: was the payout executed, what did the caller see, does a repeat settle it."""

    SEEN = {  # kind -> (rule members, executed, seen)
        'refuse': ({'for_ms': 100}, False, 'lost'),
        'reset_before': ({}, False, 'lost'),
        'reset_after': ({}, True, 'lost'),
        'timeout': ({}, False, 'lost'),
        'zombie': ({'delay_ms': 300}, False, 'lost'),
        '500_before': ({}, False, 500),
        '500_after': ({}, True, 500),
        '429': ({}, False, 429),
        'truncate': ({}, True, 'lost'),
        'html': ({}, False, 'not JSON'),
        'redirect': ({}, False, 302),
        'drip': ({}, True, 'lost'),
    }

    def seen(self):
        try:
            return self.bank.call('POST', '/payouts', order(), timeout=0.4,
                                  Idempotency_Key='tx-1:1')[0]
        except LOST:
            return 'lost'
        except ValueError:
            return 'not JSON'

    def test_each_kind(self):
        for kind, (members, executed, seen) in self.SEEN.items():
            with self.subTest(kind=kind):
                self.bank.call('POST', '/_sim/reset')
                self.fault(kind, **members)
                self.assertEqual(self.seen(), seen)
                if kind == 'refuse':
                    time.sleep(0.2)
                self.assertEqual(len(self.executed()), int(executed))
                if kind == 'zombie':
                    time.sleep(0.4)
                    self.assertEqual(len(self.executed()), 1)
                self.assertEqual(self.pay()[0], 200 if executed or kind == 'zombie' else 201)
                self.assertEqual(len(self.executed()), 1)

    def test_a_refusing_bank_does_not_listen(self):
        self.fault('refuse', for_ms=400)
        self.assertEqual(self.seen(), 'lost')
        with self.assertRaises(ConnectionRefusedError):
            self.bank.call('GET', '/health')

    def test_a_wrong_id_and_a_wrong_amount_are_told_for_a_right_payout(self):
        for kind, name in (('wrong_id', 'reference'), ('wrong_amount', 'amount')):
            with self.subTest(kind=kind):
                self.bank.call('POST', '/_sim/reset')
                self.fault(kind)
                payout = self.pay()[1]
                self.assertNotEqual(payout[name], order()[name])
                self.assertEqual(self.look()[1][name], order()[name])

    def test_a_huge_answer_never_ends(self):
        self.fault('huge')
        line = http.client.HTTPConnection('127.0.0.1', self.bank.port, timeout=5)
        with contextlib.closing(line):
            line.request('POST', '/payouts', json.dumps(order()).encode(),
                         {'Content-Type': 'application/json', 'Idempotency-Key': 'tx-1:1'})
            got = line.getresponse()
            self.assertGreater(int(got.headers['Content-Length']), 10 ** 8)
            self.assertEqual(got.read(100_000).strip(), b'')
        self.assertEqual(len(self.executed()), 1)

    def test_a_rate_strikes_the_same_requests_for_the_same_seed(self):
        runs = []
        for _ in range(2):
            self.bank.call('POST', '/_sim/reset')
            self.bank.call('POST', '/_sim/faults',
                           {'on': 'POST /payouts', 'kind': '500_before', 'rate': 0.5})
            runs.append([self.bank.call('POST', '/payouts', order(f'tx-{n}:1'),
                                        Idempotency_Key=f'tx-{n}:1')[0] for n in range(20)])
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(set(runs[0]), {201, 500})


class Contracts(unittest.TestCase):
    def test_every_contract_is_readable_and_whole(self):
        for path in sorted((ROOT / 'api').glob('*.openapi.yaml')):
            with self.subTest(path=path.name):
                self.assertEqual(Contract(path).mistakes(), [])
                self.assertEqual(load(path)['openapi'], '3.1.0')

    def test_what_another_reader_might_take_otherwise_is_refused(self):
        for text in ('a: yes: no', 'a: no', 'a: 1: 2', 'a: *b', 'a:\n  b: "c"\n   d: "e"',
                     'a: "b"\na: "c"', 'a:', "a: 'b'", 'a: |\n  b', '\ta: "b"'):
            with self.subTest(text=text), tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
                file.write(text)
                file.flush()
                with self.assertRaises(Unreadable):
                    load(file.name)


if __name__ == '__main__':
    unittest.main()
