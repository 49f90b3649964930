"""The ledger, its Horizon, the observer's habits, events, and a restart in the middle."""

import asyncio
import base64
import hashlib
import json
import unittest

from tests.platform import strkey, xdr
from tests.platform.harness import STRANGER, USDC, VAULT, WALLET, PlatformCase
from tests.sim.client import CallFailed

FAKE = f'FAKE:{STRANGER}'


class Observing(PlatformCase):
    async def status(self, made):
        got = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        return got['status'], 'transfer_received_at' in got

    async def test_a_payment_is_reported(self):
        made = await self.waiting()
        told = await self.pay(at='2026-05-01T10:00:00.7Z')
        got = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        self.assertEqual((got['transfer_received_at'], got['source_account'], got['amount_in']),
                         ('2026-05-01T10:00:00Z', WALLET,
                          {'amount': '101.0000000', 'asset': USDC}))
        shown = got['stellar_transactions'][0]
        self.assertEqual((shown['id'], shown['memo']), (told['hash'], '987'))
        self.assertEqual(shown['payments'][0]['amount'],
                         {'amount': '101.0000000', 'asset': USDC.removeprefix('stellar:')})

    async def test_wrong_asset_and_wrong_amount_are_taken_alike(self):
        made = await self.waiting()
        await self.pay(asset=FAKE, amount='7')
        got = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        self.assertEqual(got['amount_in'], {'amount': '7.0000000', 'asset': USDC})
        self.assertEqual(got['stellar_transactions'][0]['payments'][0]['amount']['asset'], FAKE)

    async def test_what_it_does_not_report(self):
        made = await self.waiting()
        for more in ({'memo': '986'}, {'to': STRANGER}, {'successful': False}, {'memo': None}):
            await self.pay(**more)
            self.assertEqual(await self.status(made), ('pending_sender', False), more)
        await self.pay()
        second = await self.pay()
        self.assertEqual(second['observed'], 'no open payment has this memo')

    async def test_two_open_payments_with_one_memo_move_neither(self):
        made = [await self.waiting(), await self.waiting()]
        await self.pay()
        for one in made:
            self.assertEqual(await self.status(one), ('pending_sender', False))

    async def test_the_kind_of_memo_is_not_compared_and_a_muxed_address_is(self):
        text, muxed = await self.waiting('1'), await self.waiting('2')
        await self.pay('1', memo_type='text')
        await self.pay(None, to=strkey.mux(VAULT, 2))
        for made in (text, muxed):
            self.assertEqual(await self.status(made), ('pending_receiver', True))

    async def test_the_first_operation_that_fits_counts_alone(self):
        made = await self.waiting()
        await self.pay(operations=[{'to': STRANGER, 'amount': '1'}, {'to': VAULT, 'amount': '2'},
                                   {'to': VAULT, 'amount': '3'}])
        got = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        self.assertEqual(got['amount_in']['amount'], '2.0000000')
        self.assertEqual(len(got['stellar_transactions'][0]['payments']), 3)

    async def test_off_and_on_again(self):
        made = await self.waiting()
        await self.call('POST', '/_sim/observer', {'on': False})
        await self.pay()
        self.assertEqual((await self.status(made))[0], 'pending_sender')
        await self.call('POST', '/_sim/observer', {'on': True})
        self.assertEqual(await self.status(made), ('pending_receiver', True))

    async def test_bad_payments_are_refused(self):
        for change in ({'to': 'x'}, {'amount': '0'}, {'amount': '1.00000001'}, {'asset': 'x'},
                       {'memo': 'x'}, {'at': 'x'}, {'hash': 'x'}, {'from': None},
                       {'operations': [{'type': 'x'}]}):
            status, _ = await self.call('POST', '/_sim/payments', {
                'to': VAULT, 'from': WALLET, 'memo': '1', 'amount': '1', 'asset': USDC, **change})
            self.assertEqual(status, 400, change)


class Horizons(PlatformCase):
    async def ask(self, target):
        return await self.call('GET', target, base=self.ledger)

    async def test_a_transaction_and_its_operations(self):
        told = await self.pay(memo='5')
        status, got = await self.ask(f'/transactions/{told["hash"]}')
        self.assertEqual((status, got['memo'], got['memo_type'], got['successful']),
                         (200, '5', 'id', True))
        raw = base64.b64decode(got['envelope_xdr'])
        body = raw[4:-4 - 4 - 4 - 64]       # between the type and the one signature
        self.assertEqual(hashlib.sha256(xdr.NETWORK + raw[:4] + body).hexdigest(), told['hash'])
        for end in ('operations', 'payments'):
            _, got = await self.ask(f'/transactions/{told["hash"]}/{end}?join=transactions')
            one = got['_embedded']['records'][0]
            self.assertEqual((one['amount'], one['asset_code'], one['to'], one['from'],
                              one['type'], one['transaction']['memo']),
                             ('101.0000000', 'USDC', VAULT, WALLET, 'payment', '5'))

    async def test_unknown_things(self):
        for target, status in (('/transactions/' + 'ab' * 32, 404), ('/nope', 404),
                               ('/accounts/x/payments', 400),
                               (f'/accounts/{VAULT}/payments?limit=201', 400),
                               (f'/accounts/{VAULT}/payments?cursor=x', 400)):
            got = await self.ask(target)
            self.assertEqual((got[0], got[1]['status']), (status, status), target)

    async def test_pages_of_an_account(self):
        for number in range(5):
            await self.pay(memo=str(number), asset='native' if number == 3 else USDC)
        await self.pay(to=STRANGER)

        async def memos(query):
            _, got = await self.ask(f'/accounts/{VAULT}/payments?join=transactions{query}')
            records = got['_embedded']['records']
            return ''.join(one['transaction']['memo'] for one in records), records
        all_of_them, records = await memos('&limit=3')
        self.assertEqual(all_of_them, '012')
        self.assertEqual((await memos(f'&cursor={records[2]["paging_token"]}'))[0], '34')
        self.assertEqual((await memos('&order=desc&limit=2'))[0], '43')
        self.assertEqual((await memos('&cursor=now'))[0], '')
        self.assertEqual((await memos('&order=desc&limit=2'))[1][1]['asset_type'], 'native')


class Faults(PlatformCase):
    """The fault rules by method name; what was carried out shows in the record."""

    async def status_after(self, kind, **members):
        made = await self.created()
        await self.call('DELETE', '/_sim/faults')
        await self.call('POST', '/_sim/faults', {'on': 'request_onchain_funds', 'kind': kind,
                                                 'nth': 1, **members})
        self.client.close()
        try:
            status, _ = await self.call('POST', '/', [{
                'jsonrpc': '2.0', 'id': 1, 'method': 'request_onchain_funds', 'params': {
                    'transaction_id': made['id'], 'destination_account': VAULT, 'memo': '1'}}])
        except CallFailed:
            status = 'lost'
        got = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        return status, got['status'], made['id']

    async def test_before_and_after(self):
        for kind, wanted in (('reset_before', ('lost', 'pending_receiver')),
                             ('reset_after', ('lost', 'pending_sender')),
                             ('500_before', (500, 'pending_receiver')),
                             ('500_after', (500, 'pending_sender')),
                             ('truncate', ('lost', 'pending_sender'))):
            self.assertEqual((await self.status_after(kind))[:2], wanted, kind)

    async def test_a_zombie_is_carried_out_later(self):
        status, before, record_id = await self.status_after('zombie', delay_ms=100)
        self.assertEqual((status, before), ('lost', 'pending_receiver'))
        await asyncio.sleep(0.2)
        got = (await self.call('GET', f'/transactions/{record_id}'))[1]
        self.assertEqual(got['status'], 'pending_sender')

    async def test_the_doors_own_requests_never_suffer(self):
        await self.call('POST', '/_sim/faults', {'on': '*', 'kind': '500_before'})
        self.assertEqual((await self.call('GET', '/transactions?sep=31'))[0], 500)
        self.assertEqual((await self.call('GET', '/_sim/books'))[0], 200)


class Restart(PlatformCase):
    async def test_a_restart_goes_on_where_it_ended(self):
        await self.call('POST', '/_sim/clock', {'offset_ms': 3_600_000})
        made = await self.waiting()
        await self.pay('1')
        before = (await self.call('GET', '/_sim/books'))[1]
        await self.stop()
        await self.start()
        after = (await self.call('GET', '/_sim/books'))[1]
        self.assertEqual(after, before)
        self.assertEqual(self.app.door.clock.offset_ms, 3_600_000)
        await self.pay()
        got = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        self.assertEqual(got['status'], 'pending_receiver')

    async def test_reset_forgets_all(self):
        await self.paid()
        await self.call('POST', '/_sim/reset')
        self.assertEqual((await self.call('GET', '/transactions?sep=31'))[1], {'records': []})
        books = (await self.call('GET', '/_sim/books'))[1]
        self.assertEqual((books['payments'], books['calls'], books['entries']), ([], {}, []))


class Events(PlatformCase):
    more = ('--events',)

    async def told(self, count):
        for _ in range(200):
            found = [json.loads(body) for head, body in
                     zip(self.business.heads, self.business.bodies) if '/event' in head[0]]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)
        self.fail(f'{len(found)} events, not {count}')

    async def test_every_change_is_told_in_order(self):
        self.business.always = (200, {})
        await self.paid()
        found = await self.told(3)
        self.assertEqual([one['type'] for one in found],
                         ['transaction_created'] + ['transaction_status_changed'] * 2)
        self.assertEqual(list(found[0]), ['id', 'timestamp', 'type', 'payload'])
        self.assertEqual([one['payload']['transaction']['status'] for one in found],
                         ['pending_receiver', 'pending_sender', 'pending_receiver'])

    async def test_a_refused_event_holds_the_others_back_and_outlives_a_restart(self):
        await self.call('POST', '/_sim/settings', {'think_ms': 0})
        self.business.always = (500, {})
        await self.waiting()
        await self.told(1)
        self.assertEqual(len(self.app.events.queue), 2)
        await self.stop()
        self.business.always = (200, {})
        await self.start()
        found = await self.told(3)
        ids = [one['id'] for one in found]
        self.assertEqual(ids[0], ids[1])
        self.assertNotEqual(ids[1], ids[2])


if __name__ == '__main__':
    unittest.main()
