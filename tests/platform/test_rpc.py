"""JSON-RPC: the state machine cell by cell, the envelope, parameters, and what 3.1 does else."""

import asyncio
import unittest

from tests.platform.harness import BRL, USDC, VAULT, PlatformCase
from tests.platform.methods import table
from tests.platform.records import STATUSES

# The contract's table, written down once more on its own: method -> {(status, paid): next}.
# A refund is one of the whole amount, a look-up of a customer is left out.
R, S, E, C = 'pending_receiver', 'pending_sender', 'pending_external', 'completed'
K = 'pending_customer_info_update'
STAR = ('pending_stellar', 'pending_anchor', 'pending_transaction_info_update')
CELLS = {
    'request_onchain_funds': {(R, 0): S},
    'notify_onchain_funds_received': {(S, 0): R, (S, 1): R},
    'notify_offchain_funds_pending': {(R, 0): E, (R, 1): E},
    'notify_offchain_funds_sent': {(R, 0): C, (R, 1): C, (E, 0): C, (E, 1): C},
    'notify_customer_info_updated': {(R, 0): R, (R, 1): R, (K, 0): R, (K, 1): R},
    'notify_refund_sent': {(s, p): 'refunded' for s in (R, 'pending_stellar') for p in (0, 1)},
    'notify_transaction_error': {(s, p): 'error' for s in (R, S, E, K, *STAR) for p in (0, 1)},
    'notify_transaction_expired': {(s, 0): 'expired' for s in (R, S, E, K, *STAR)},
    'notify_transaction_recovery': {('error', 1): R, ('expired', 1): R},
}
SEP31 = (R, S, E, K, *STAR, C, 'refunded', 'error', 'expired')
HASH = 'ab' * 32
MONEY = {'amount': '101', 'asset': USDC}
REFUND = {'id': HASH, 'amount': MONEY, 'amount_fee': {'amount': '0', 'asset': USDC}}
PARAMS = {'destination_account': VAULT, 'memo': '5', 'memo_type': 'id', 'message': 'm',
          'stellar_transaction_id': HASH, 'refund': REFUND}


def record(number, status, paid):
    made = {'id': f't{number}', 'sep': '31', 'kind': 'receive', 'status': status,
            'amount_in': MONEY, 'amount_out': {'amount': '500', 'asset': BRL},
            'fee_details': {'total': '1', 'asset': USDC}, 'started_at': '2026-01-01T00:00:00Z'}
    if paid:
        made['transfer_received_at'] = '2026-01-01T00:00:01Z'
    return made


class StateMachine(PlatformCase):
    async def test_every_cell(self):
        await self.call('POST', '/_sim/observer', {'on': False})
        await self.pay(hash=HASH)
        number = 0
        for method in table(False):
            for status in SEP31:
                for paid in (0, 1):
                    number += 1
                    given = record(number, status, paid)
                    await self.call('POST', '/_sim/record', given)
                    got = await self.rpc(method, given['id'], **PARAMS)
                    wanted = CELLS.get(method, {}).get((status, paid), -32600)
                    with self.subTest(method=method, status=status, paid=paid):
                        self.assertEqual(got if isinstance(got, int) else got['status'], wanted)

    async def test_the_books_count_refused_and_forbidden_calls(self):
        made = await self.created()
        await self.rpc('notify_offchain_funds_sent', made['id'])
        await self.rpc('notify_offchain_funds_sent', made['id'])
        books = (await self.call('GET', '/_sim/books'))[1]
        self.assertEqual(books['forbidden'],
                         {'notify_offchain_funds_sent of an unpaid payment': 1})
        self.assertEqual(books['refused'], {'notify_offchain_funds_sent -32600': 1})
        self.assertEqual(books['statuses'][C], 1)

    def test_all_statuses_of_the_table_are_known(self):
        self.assertLessEqual(set(SEP31), STATUSES)


class Envelope(PlatformCase):
    async def test_bodies_that_are_no_array(self):
        for body, media, status in ((b'{}', 'application/json', 400),
                                    (b'', 'application/json', 400),
                                    (b'[{', 'application/json', 400), (b'[]', 'text/plain', 500),
                                    (b'[null]', 'application/json', 500),
                                    (b'[]', 'application/json', 200)):
            got = await self.client.call('POST', self.base + '/', [('Content-Type', media)], body)
            self.assertEqual(got.status, status, body)

    async def test_faults_of_a_call(self):
        cases = [({'id': None}, -32600, ['jsonrpc', 'error']),
                 ({'id': True}, -32600, ['jsonrpc', 'error', 'id']),
                 ({'jsonrpc': '1.0'}, -32600, ['jsonrpc', 'error', 'id']),
                 ({'method': 'none_such'}, -32601, ['jsonrpc', 'error', 'id']),
                 ({'method': 'do_stellar_refund'}, -32601, ['jsonrpc', 'error', 'id']),
                 ({'params': None, 'method': 'notify_transaction_error'}, -32603,
                  ['jsonrpc', 'error', 'id'])]
        for change, code, members in cases:
            given = {'jsonrpc': '2.0', 'id': 1, 'method': 'get_transaction',
                     'params': {'transaction_id': 'x'}, **change}
            _, got = await self.call('POST', '/', [given])
            with self.subTest(change):
                self.assertEqual((got[0]['error']['code'], list(got[0])), (code, members))

    async def test_forty_calls_and_no_more(self):
        one = {'jsonrpc': '2.0', 'id': 1, 'method': 'get_transaction', 'params': {}}
        self.assertEqual(len((await self.call('POST', '/', [one] * 40))[1]), 40)
        got = (await self.call('POST', '/', [one] * 41))[1]
        self.assertEqual([got[0]['error']['code'], 'id' in got[0], len(got)], [-32600, False, 1])


class Parameters(PlatformCase):
    async def refusals(self, method, prepare, cases):
        for change, code in cases:
            made = await prepare()
            with self.subTest(change):
                got = await self.rpc(method, made['id'], **change)
                self.assertEqual(got if isinstance(got, int) else got['status'], code)
                if isinstance(code, int):
                    stored = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
                    self.assertEqual(stored['status'], made['status'])

    async def test_request_onchain_funds(self):
        good = {'destination_account': VAULT, 'memo': '1'}
        fee = {'total': '1', 'asset': USDC}
        await self.refusals('request_onchain_funds', self.created, [
            ({}, -32602), ({'memo': '1'}, -32602), ({**good, 'memo': '-1'}, -32602),
            ({**good, 'memo': str(2 ** 64)}, -32602), ({**good, 'memo': str(2 ** 64 - 1)}, S),
            ({**good, 'amount_in': MONEY}, -32602), ({**good, 'fee_details': fee}, -32602),
            ({**good, 'amount_expected': {'amount': '1'}}, -32602),
            ({**good, 'amount_in': {'amount': '1'}, 'fee_details': fee}, -32603),
            ({**good, 'amount_in': MONEY, 'fee_details': {'total': '1'}}, -32602),
            ({**good, 'amount_in': MONEY, 'fee_details': {
                'total': '2', 'asset': USDC, 'details': [{'name': 'n', 'amount': '1'}]}}, -32602),
            ({**good, 'amount_out': {'amount': '1.001', 'asset': BRL}}, -32602),
            ({**good, 'amount_out': MONEY}, -32602),
            ({**good, 'user_action_required_by': 'soon'}, -32602),
            ({**good, 'amount_in': MONEY, 'fee_details': fee}, S)])

    async def test_a_refund_is_held_against_the_record(self):
        zero = {'amount': '0', 'asset': USDC}
        await self.refusals('notify_refund_sent', self.fresh_paid, [
            ({}, -32602), ({'refund': {'amount': MONEY}}, -32603),
            ({'refund': {'amount': zero, 'amount_fee': zero}}, -32602),
            ({'refund': {'amount': MONEY, 'amount_fee': {'amount': '0.1', 'asset': USDC}}},
             -32602),
            ({'refund': {'amount': {'amount': '100', 'asset': USDC}, 'amount_fee': zero}},
             'pending_anchor'),
            ({'refund': {'amount': MONEY, 'amount_fee': zero}}, 'refunded')])

    async def test_a_second_refund_is_refused(self):
        made = await self.fresh_paid()
        await self.call('POST', '/_sim/record', {**made, 'refunds': {'payments': []}})
        self.assertEqual(await self.rpc('notify_refund_sent', made['id'], refund=REFUND), -32600)

    async def fresh_paid(self):
        self.memo = getattr(self, 'memo', 5000) + 1
        return await self.paid(str(self.memo))

    async def test_a_path_payment_as_first_operation_cannot_be_reported(self):
        made = await self.waiting()
        told = await self.pay(operations=[{'type': 'path_payment_strict_send', 'to': VAULT,
                                           'amount': '101'}])
        self.assertIn('refused', told['observed'])
        got = await self.rpc('notify_onchain_funds_received', made['id'],
                             stellar_transaction_id=told['hash'])
        self.assertEqual(got, -32603)

    async def test_look_up_of_a_customer(self):
        for answer, wanted in (((200, {'status': 'ACCEPTED'}), R),
                               ((200, {'status': 'NEEDS_INFO'}), K),
                               ((200, {'status': 'PROCESSING'}), R),
                               ((200, {'status': 'ok'}), -32603),
                               ((200, {'status': 'REJECTED'}), -32602), ((404, {}), -32603),
                               ((400, {'error': 'no'}), -32602), ((503, {}), -32603)):
            made = await self.created()
            self.business.answers.append(answer)
            got = await self.rpc('notify_customer_info_updated', made['id'], customer_id='c 1',
                                 customer_type='sep31-sender')
            self.assertEqual(got if isinstance(got, int) else got['status'], wanted, answer)
        self.assertEqual(self.business.targets[-1],
                         f'GET /customer?id=c%201&transaction_id={made["id"]}&type=sep31-sender')

    async def test_deadline_goes_with_the_next_call(self):
        made = await self.created()
        got = await self.rpc('request_onchain_funds', made['id'], destination_account=VAULT,
                             memo='7', user_action_required_by='2099-01-01T00:00:00Z')
        self.assertEqual(got['user_action_required_by'], '2099-01-01T00:00:00Z')
        await self.pay('7')
        stored = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        self.assertNotIn('user_action_required_by', stored)


class Races(PlatformCase):
    async def eight(self):
        made = await self.paid()
        await self.call('POST', '/_sim/settings', {'think_ms': 30})
        clients = [self.rpc('notify_offchain_funds_sent', made['id']) for _ in range(8)]
        got = await asyncio.gather(*clients)
        return [one if isinstance(one, int) else one['status'] for one in got]

    async def test_one_of_eight_equal_calls_wins(self):
        got = await self.eight()
        self.assertEqual((got.count(C), got.count(-32603)), (1, 7), got)


class OldRaces(Races):
    behave = '3.1'

    async def test_one_of_eight_equal_calls_wins(self):
        self.assertEqual((await self.eight()).count(C), 8)


class Old(PlatformCase):
    behave = '3.1'

    async def test_memos(self):
        b64 = 'keflRkMydK49SLg/kht/OGootZKs69bISwis1O6ZUYg='
        for memo, kind, wanted in (('1', 'id', S), (b64, 'hash', S), ('x' * 28, 'text', S),
                                   ('x' * 29, 'text', -32603), ('-1', 'id', -32603),
                                   ('ab' * 32, 'hash', -32603), ('!!', 'hash', -32603),
                                   (None, 'id', -32602), ('', 'none', -32602), ('1', None, 500),
                                   ('1', 'ID', 500), (b64, 'return', 500),
                                   (str(2 ** 63), 'id', 500), (str(2 ** 63 - 1), 'id', S)):
            made = await self.created()
            got = await self.rpc('request_onchain_funds', made['id'], destination_account=VAULT,
                                 memo=memo, memo_type=kind)
            self.assertEqual(got if isinstance(got, int) else got['status'], wanted, (memo, kind))

    async def test_a_broken_array_was_carried_out_all_the_same(self):
        made = [await self.created() for _ in range(3)]
        calls = [{'jsonrpc': '2.0', 'id': 1, 'method': 'request_onchain_funds', 'params': {
            'transaction_id': one['id'], 'destination_account': VAULT, 'memo': memo,
            'memo_type': 'id'}} for one, memo in zip(made, ('1', 'abc', '2'))]
        self.assertEqual((await self.call('POST', '/', calls))[0], 500)
        stored = [(await self.call('GET', f'/transactions/{one["id"]}'))[1]['status']
                  for one in made]
        self.assertEqual(stored, [S, R, S])

    async def test_do_stellar_refund_needs_custody(self):
        made = await self.paid()
        self.assertEqual(await self.rpc('do_stellar_refund', made['id'], refund=REFUND), -32602)


class CustodyServer(PlatformCase):
    behave = '3.1'
    more = ('--custody',)

    async def custody_paid(self):
        made = await self.created()
        self.assertEqual(await self.rpc('request_onchain_funds', made['id'], memo='1'), -32602)
        got = await self.rpc('request_onchain_funds', made['id'])
        self.assertEqual((got['status'], got['destination_account']), (S, VAULT))
        await self.pay(got['memo'])
        return made['id']

    async def until(self, record_id, status):
        for _ in range(100):
            got = (await self.call('GET', f'/transactions/{record_id}'))[1]
            if got['status'] == status:
                return got
            await asyncio.sleep(0.02)
        self.fail(f'{got["status"]}, not {status}')

    async def test_it_refunds_and_reports_by_itself(self):
        await self.call('POST', '/_sim/custody', {'delay_ms': 20})
        record_id = await self.custody_paid()
        less = {**REFUND, 'amount': {'amount': '50', 'asset': USDC}}
        self.assertEqual(await self.rpc('do_stellar_refund', record_id, refund=less), -32602)
        got = await self.rpc('do_stellar_refund', record_id, refund=REFUND)
        self.assertEqual((got['status'], 'refunds' in got), ('pending_stellar', False))
        got = await self.until(record_id, 'refunded')
        paid = (await self.call('GET', f'/transactions/{got["refunds"]["payments"][0]["id"]}',
                                base=self.ledger))[1]
        self.assertEqual(paid['memo'], got['memo'])

    async def test_it_fails_and_may_be_tried_again(self):
        await self.call('POST', '/_sim/custody', {'mode': 'fails', 'delay_ms': 0})
        record_id = await self.custody_paid()
        await self.rpc('do_stellar_refund', record_id, refund=REFUND)
        await self.until(record_id, 'error')
        await self.call('POST', '/_sim/custody', {'mode': 'works'})
        self.assertEqual((await self.rpc('notify_transaction_recovery', record_id))['status'], R)
        await self.rpc('do_stellar_refund', record_id, refund=REFUND)
        await self.until(record_id, 'refunded')

    async def test_it_does_not_pay_back_what_never_came(self):
        made = await self.created()
        self.assertEqual(await self.rpc('do_stellar_refund', made['id'], refund=REFUND), -32603)

    async def test_down(self):
        record_id = await self.custody_paid()
        await self.call('POST', '/_sim/custody', {'mode': 'down'})
        self.assertEqual(await self.rpc('do_stellar_refund', record_id, refund=REFUND), -32603)
        await self.until(record_id, R)

    async def test_eight_at_once_order_eight_transfers(self):
        record_id = await self.custody_paid()
        await self.call('POST', '/_sim/settings', {'think_ms': 30})
        await asyncio.gather(*[self.rpc('do_stellar_refund', record_id, refund=REFUND)
                               for _ in range(8)])
        books = (await self.call('GET', '/_sim/books'))[1]
        self.assertEqual(len(books['custody_orders']), 8)


if __name__ == '__main__':
    unittest.main()
