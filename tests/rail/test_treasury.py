#!/usr/bin/env python3
"""The simulated treasury: what it has of its own; the rest is the bank's, see test_bank.py.

Every answer is held against api/treasury-rail.openapi.yaml on its way.
"""
import pathlib
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.openapi import Contract  # noqa: E402
from tests.rail.test_bank import LOST, Bank  # noqa: E402

CONTRACT = Contract(ROOT / 'api' / 'treasury-rail.openapi.yaml')
ACCOUNT = 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW'
ASSET = 'stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'


def order(reference='tx-1:2', amount='11', **changes):
    return {'reference': reference, 'amount': amount, 'asset': ASSET, 'account': ACCOUNT,
            'memo': '77', 'memo_type': 'id', **changes}


class Refunds(unittest.TestCase):
    def setUp(self):
        state = tempfile.TemporaryDirectory()
        self.addCleanup(state.cleanup)
        self.treasury = Bank(state.name, '--settle-ms', '100', '--seed', '7', program='treasury.py')
        self.addCleanup(self.treasury.stop)

    def held(self, path, method, got):
        self.assertEqual(CONTRACT.answer_faults(path, method, *got), [], got)
        return got

    def pay(self, body, key):
        return self.held('/refunds', 'post', self.treasury.call(
            'POST', '/refunds', body, Idempotency_Key=key))

    def look(self, reference):
        return self.held('/refunds/{reference}', 'get', self.treasury.call(
            'GET', f'/refunds/{reference}'))

    def settled(self, reference):
        for _ in range(1000):
            found = self.look(reference)[1]
            if found['status'] == 'settled':
                return found
            time.sleep(0.02)
        raise self.failureException(f'{reference} did not settle: {found}')

    def test_a_refund_is_echoed_and_settles_with_a_transaction_of_its_own(self):
        for n in (1, 2):
            status, refund = self.pay(order(f'tx-{n}:2'), f'tx-{n}:2')
            self.assertEqual((status, refund['status']), (201, 'accepted'))
            self.assertEqual({name: refund[name] for name in order()}, order(f'tx-{n}:2'))
            self.assertNotIn('stellar_transaction_id', refund)
        hashes = {self.settled(f'tx-{n}:2')['stellar_transaction_id'] for n in (1, 2)}
        self.assertEqual(len(hashes), 2)
        listed = self.held('/refunds', 'get', self.treasury.call(
            'GET', '/refunds?since=2020-01-01T00:00:00Z'))[1]['refunds']
        self.assertEqual({one['stellar_transaction_id'] for one in listed}, hashes)
        books = self.treasury.call('GET', '/_sim/books')[1]['executed']
        self.assertEqual({one['hash'] for one in books.values()}, hashes)

    def test_a_refund_is_made_once_whatever_is_sent(self):
        self.pay(order(), 'tx-1:2')
        self.assertEqual(self.pay(order(), 'tx-1:2')[0], 200)
        self.assertEqual(self.pay(order(amount='12'), 'tx-1:2')[1]['error'], 'key_reused')
        self.assertEqual(self.pay(order(), 'tx-1:3')[1]['error'], 'reference_used')
        books = self.treasury.call('GET', '/_sim/books')[1]
        self.assertEqual((list(books['executed']), books['conflicts']), (['tx-1:2'], 2))

    def test_magic_amounts_refuse_or_lose_the_answer(self):
        status, refund = self.pay(order(amount='11.02'), 'tx-1:2')
        self.assertEqual((status, refund['status'], refund['refusal']['code']),
                         (422, 'refused', 'no_trustline'))
        with self.assertRaises(LOST):
            self.pay(order('tx-2:1', '11.05'), 'tx-2:1')
        self.assertEqual(self.look('tx-2:1')[0], 200)

    def test_what_is_no_order_is_refused(self):
        for changes in ({'account': 'somebody'}, {'asset': 'USD'}, {'amount': '0'},
                        {'memo_type': 'number'}):
            self.assertEqual(self.pay(order(**changes), 'tx-1:2')[0], 400, changes)
        self.assertEqual(self.look('tx-1:2')[0], 404)


if __name__ == '__main__':
    unittest.main()
