"""GET /transactions, /transactions/{id}, /health, PATCH, and who may ask."""

import time
import unittest

from tests.platform.auth import b64, make_jwt, sign
from tests.platform.harness import PlatformCase


def record(number, status='pending_receiver', **members):
    return {'id': f'{number:03d}', 'sep': '31', 'kind': 'receive', 'status': status,
            'started_at': f'2026-01-01T00:00:{number:02d}Z', **members}


class Lists(PlatformCase):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        paid = {1: '2026-01-02T00:00:02Z', 4: '2026-01-02T00:00:01Z', 5: '2026-01-02T00:00:02Z'}
        await self.call('POST', '/_sim/record', [
            record(number, 'pending_sender' if number == 3 else 'pending_receiver',
                   **({'transfer_received_at': paid[number]} if number in paid else {}))
            for number in (2, 4, 6, 1, 3, 5)])

    async def ids(self, query):
        status, got = await self.call('GET', f'/transactions?sep=31{query}')
        return ''.join(one['id'][2:] for one in got['records']) if status == 200 else status

    async def test_order_nulls_last_and_ids_ascending_both_ways(self):
        by = '&order_by=transfer_received_at'
        for query, wanted in ((by, '415236'), (by + '&order=desc', '154236'), ('', '123456'),
                              ('&order=DESC', '654321'),
                              ('&order_by=user_action_required_by&order=desc', '123456'),
                              (by + '&order=desc&page_size=2&page_number=1', '42'),
                              (by + '&page_size=4&page_number=1', '36'),
                              ('&page_number=9', ''), ('&page_size=0', ''),
                              ('&page_size=', '123456'),
                              ('&page_size=1000000', '123456'),
                              ('&statuses=pending_sender', '3'), ('&statuses=completed', ''),
                              ('&statuses=pending_sender,pending_receiver&order=desc', '654321'),
                              ('&statuses=completed&statuses=pending_sender', '3')):
            with self.subTest(query):
                self.assertEqual(await self.ids(query), wanted)

    async def test_bad_values_are_500(self):
        for query in ('&order=up', '&order_by=nope', '&statuses=nope', '&statuses=',
                      '&page_number=-1', '&page_size=-1', '&page_size=x',
                      '&page_number=99999999999'):
            with self.subTest(query):
                self.assertEqual(await self.ids(query), 500)
        self.assertEqual((await self.call('GET', '/transactions'))[0], 400)
        self.assertEqual((await self.call('GET', '/transactions?sep=99'))[0], 500)
        self.assertEqual((await self.call('GET', '/transactions?sep=24'))[1], {'records': []})

    async def test_a_record_that_changes_moves_in_the_order(self):
        await self.call('POST', '/_sim/record', record(
            2, 'completed', transfer_received_at='2026-01-03T00:00:00Z'))
        self.assertEqual(await self.ids('&order_by=transfer_received_at&order=desc'), '215436')
        self.assertEqual(await self.ids('&statuses=completed'), '2')
        self.assertEqual(await self.ids('&statuses=pending_receiver'), '1456')

    async def test_other_paths_and_methods(self):
        for method, target, status in (('GET', '/transactions/', 404), ('GET', '/nope', 404),
                                       ('POST', '/rpc', 404), ('DELETE', '/transactions', 500),
                                       ('GET', '/transactions/none', 404),
                                       ('GET', '/transactions/001', 200)):
            self.assertEqual((await self.call(method, target))[0], status, (method, target))

    async def test_get_transactions_wants_every_member_in_upper_case(self):
        good = {'sep': 31, 'order_by': 'CREATED_AT', 'order': 'DESC', 'page_number': 0,
                'page_size': 2}
        got = await self.rpc('get_transactions', **good)
        self.assertEqual([one['id'] for one in got['records']], ['006', '005'])
        for change in ({'order_by': 'created_at'}, {'order': 'desc'}, {'page_size': None},
                       {'sep': 'x'}):
            self.assertEqual(await self.rpc('get_transactions', **{**good, **change}), -32603)

    async def test_patch_goes_past_the_rules(self):
        status, got = await self.call('PATCH', '/transactions', {'records': [
            {'transaction': {'id': '003', 'status': 'completed', 'message': 'm'}}]})
        self.assertEqual((status, got['records'][0]['status']), (200, 'completed'))
        for one, code in (({'id': 'none', 'status': 'error'}, 400), ({'id': '001'}, 500)):
            self.assertEqual((await self.call('PATCH', '/transactions', {
                'records': [{'transaction': one}]}))[0], code)


class Times(PlatformCase):
    async def test_nine_digits_when_changed_six_when_stored(self):
        made = await self.created()
        self.assertRegex(made['started_at'], r'\.\d{9}Z$|\.\d{6}Z$')
        stored = (await self.call('GET', f'/transactions/{made["id"]}'))[1]
        self.assertRegex(stored['started_at'], r'^[^.]*(\.\d{3}|\.\d{6})?Z$')

    async def test_the_database_rounds_up_too(self):
        await self.call('POST', '/_sim/record', record(
            1, completed_at='2026-01-01T00:00:00.999999500Z'))
        got = (await self.call('GET', '/transactions/001'))[1]
        self.assertEqual(got['completed_at'], '2026-01-01T00:00:01Z')


SECRET = 'a secret of more than thirty-two bytes'


class WithJwt(PlatformCase):
    more = ('--auth', 'jwt', '--platform-secret', SECRET)

    async def asked(self, *headers):
        return (await self.call('GET', '/transactions?sep=31', headers=headers))[0]

    async def test_tokens(self):
        now = time.time()
        good = make_jwt(SECRET, now)
        head, claims, _ = good.split('.')
        other = b64(b'{"alg":"HS512"}') + b'.' + claims.encode()
        other = (other + b'.' + sign(SECRET, other)).decode()
        bare = b64(b'{"alg":"HS256"}') + b'.' + b64(b'{}')
        unlimited = (bare + b'.' + sign(SECRET, bare)).decode()
        for value, status in ((f'Bearer {good}', 200), (f'bearer {good}', 403), (good, 403),
                              (f'Bearer {make_jwt(SECRET, now - 31)}', 403),
                              (f'Bearer {make_jwt(SECRET + "x", now)}', 403),
                              (f'Bearer {other}', 403), (f'Bearer {head}.{claims}', 403),
                              (f'Bearer {unlimited}', 200), ('Bearer', 403)):
            self.assertEqual(await self.asked(('Authorization', value)), status, value)
        self.assertEqual(await self.asked(('X-Api-Key', SECRET)), 403)

    async def test_a_simulated_clock_does_not_spoil_a_token_of_now(self):
        for offset in (86_400_000, -86_400_000):
            await self.call('POST', '/_sim/clock', {'offset_ms': offset})
            token = make_jwt(SECRET, time.time())
            self.assertEqual(await self.asked(('Authorization', f'Bearer {token}')), 200)

    async def test_a_refusal_has_line_breaks_and_health_is_open(self):
        got = await self.client.call('GET', self.base + '/transactions?sep=31')
        self.assertEqual((got.status, got.body.count(b'\n')), (403, 2))
        self.assertEqual((await self.call('GET', '/health'))[0],
                         403 if self.behave == '3.1' else 200)


class OldWithJwt(WithJwt):
    behave = '3.1'


class WithKey(PlatformCase):
    more = ('--auth', 'api_key', '--platform-secret', SECRET)

    async def test_keys(self):
        for headers, status in (([], 403), ([('X-Api-Key', SECRET)], 200),
                                ([('X-Api-Key', SECRET + 'x')], 403),
                                ([('Authorization', f'Bearer {make_jwt(SECRET, time.time())}')],
                                 403)):
            got = await self.call('GET', '/transactions?sep=31', headers=headers)
            self.assertEqual(got[0], status, headers)


if __name__ == '__main__':
    unittest.main()
