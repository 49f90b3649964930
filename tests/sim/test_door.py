"""The door: each fault kind as a client sees it, the journal across a kill, the clock."""

import asyncio
import json
import os
import stat
import tempfile
import time
import unittest

from tests.sim.client import CallFailed, Client
from tests.sim.door import Door, Site, answer


class DoorCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.client = Client(timeout=3.0)
        self.calls = []
        await self.start()

    async def start(self, **options):
        self.door = Door('sample', self.folder.name, **options)
        self.door.load(lambda entry: self.calls.append(entry['what']))
        self.site = Site(self.door)
        self.site.route('POST', '/things/{id}', self.thing)
        port = await self.site.listen('127.0.0.1', 0)
        self.base = f'http://127.0.0.1:{port}'

    async def asyncTearDown(self):
        await self.stop()
        self.client.close()
        self.folder.cleanup()

    async def stop(self):
        self.site.server.close()
        self.door.journal.close()

    def thing(self, request):
        self.calls.append(request.params['id'])
        self.door.record('thing', what=request.params['id'])
        return answer(200, {'id': request.params['id'], 'sum': {'amount': '1.50'}})

    async def sim(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        got = await self.client.call(method, f'{self.base}/_sim/{path}', (), body)
        return got.status, json.loads(got.body)

    async def post(self, name='a'):
        return await self.client.call('POST', f'{self.base}/things/{name}', (), b'{}')

    async def fault(self, kind, **members):
        await self.sim('DELETE', 'faults')
        status, told = await self.sim(
            'POST', 'faults', {'on': '/things/{id}', 'kind': kind, 'nth': 1, **members})
        self.assertEqual(status, 200, told)
        self.calls.clear()


class Faults(DoorCase):
    async def test_each_kind_that_answers(self):
        cases = [('500_before', 500, 0), ('500_after', 500, 1), ('429', 429, 0),
                 ('html', 200, 0)]
        for kind, status, executed in cases:
            with self.subTest(kind):
                await self.fault(kind)
                self.assertEqual((await self.post()).status, status)
                self.assertEqual(len(self.calls), executed)
                self.assertEqual((await self.post()).status, 200)

    async def test_each_kind_that_breaks_the_connection(self):
        for kind, executed in [('reset_before', 0), ('reset_after', 1), ('truncate', 1)]:
            with self.subTest(kind):
                await self.fault(kind)
                self.client.close()
                with self.assertRaises(CallFailed):
                    await self.post()
                self.assertEqual(len(self.calls), executed)

    async def test_a_kept_connection_that_dies_is_sent_again_silently(self):
        await self.fault('reset_after')
        self.assertEqual((await self.post()).status, 200)
        self.assertEqual(self.calls, ['a', 'a'])

    async def test_refuse_closes_the_listening_socket(self):
        await self.fault('refuse', for_ms=200)
        self.client.close()
        with self.assertRaises(CallFailed):
            await self.post()
        with self.assertRaisesRegex(CallFailed, 'ConnectionRefused'):
            await self.post()
        await asyncio.sleep(0.3)
        self.assertEqual((await self.post()).status, 200)

    async def test_slow_answers_in_the_end_and_tells_meanwhile(self):
        await self.fault('slow', delay_ms=300)
        post = asyncio.create_task(self.post())
        now = 0
        while not post.done():
            _, told = await self.sim('GET', 'faults')
            now = max(now, told['faults'][0]['now'])
            await asyncio.sleep(0.01)
        self.assertEqual(((await post).status, now, self.calls), (200, 1, ['a']))
        _, told = await self.sim('GET', 'faults')
        self.assertEqual(told['faults'][0]['now'], 0)

    async def test_zombie_is_carried_out_later(self):
        await self.fault('zombie', delay_ms=150)
        self.client.close()
        with self.assertRaises(CallFailed):
            await self.post()
        self.assertEqual(self.calls, [])
        await asyncio.sleep(0.3)
        self.assertEqual(self.calls, ['a'])

    async def test_timeout_never_answers(self):
        self.client.timeout = 0.3
        for executed in (False, True):
            await self.fault('timeout', executed=executed)
            with self.assertRaisesRegex(CallFailed, 'timeout'):
                await self.post()
            self.assertEqual(len(self.calls), int(executed))

    async def test_lies(self):
        await self.fault('wrong_id')
        self.assertEqual(json.loads((await self.post()).body)['id'], 'a-other')
        await self.fault('wrong_amount')
        self.assertEqual(json.loads((await self.post()).body)['sum']['amount'], '2.50')

    async def test_redirect_leads_elsewhere(self):
        await self.fault('redirect')
        self.assertEqual((await self.post()).status, 404)
        self.assertEqual(self.calls, [])

    async def test_drip_and_huge_do_not_end_in_time(self):
        self.client.timeout = 1.5
        for kind in ('drip', 'huge'):
            with self.subTest(kind):
                await self.fault(kind)
                with self.assertRaises(CallFailed):
                    await self.post()
                self.assertEqual(self.calls, ['a'])

    async def test_nth_counts_only_what_fits(self):
        await self.fault('500_before', nth=[2, 4])
        seen = [(await self.post()).status for _ in range(5)]
        self.assertEqual(seen, [200, 500, 200, 500, 200])

    async def test_a_text_says_whose_requests_count(self):
        await self.fault('500_before', nth=2, match='/b')
        seen = [(await self.post(name)).status for name in 'babab']
        self.assertEqual(seen, [200, 200, 500, 200, 200])
        await self.fault('429', match='bytes of it')
        status = [(await self.client.call('POST', f'{self.base}/things/c', (), body)).status
                  for body in (b'other', b'the bytes of it')]
        self.assertEqual(status, [200, 429])

    async def test_of_an_array_a_part_is_carried_out(self):
        bodies = []
        self.site.route('POST', '/array', lambda request: bodies.append(request.json()))
        await self.fault('partial', on='/array', applied=2)
        self.client.close()
        with self.assertRaises(CallFailed):
            await self.client.call('POST', f'{self.base}/array', (), b'[{"n": 1}, 2, 3]')
        self.assertEqual(bodies, [[{'n': 1}, 2]])

    async def test_a_drip_is_cut_off_in_time(self):
        self.client.timeout = 10
        began = time.monotonic()
        await self.fault('drip', delay_ms=200)
        self.client.close()
        with self.assertRaises(CallFailed):
            await self.post()
        self.assertLess(time.monotonic() - began, 8)

    async def test_the_seed_makes_a_rate_repeatable(self):
        runs = []
        for _ in range(2):
            await self.sim('DELETE', 'faults')
            await self.sim('POST', 'faults', {'on': '*', 'kind': '429', 'rate': 0.5})
            runs.append([(await self.post()).status for _ in range(30)])
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(set(runs[0]), {200, 429})

    async def test_a_bad_rule_is_refused_and_changes_nothing(self):
        bad = [{'on': '/x'}, {'kind': '429'}, {'on': '/x', 'kind': 'no'},
               {'on': '/x', 'kind': '429', 'nth': 0}, {'on': '/x', 'kind': '429', 'rate': 2},
               {'on': '/x', 'kind': '429', 'nth': 1, 'rate': 1},
               {'on': '/x', 'kind': '429', 'a': 1}, {'on': '/x', 'kind': '429', 'match': ''},
               {'on': '/x', 'kind': 'partial', 'applied': -1},
               {'on': '/x', 'kind': '429', 'executed': True}, 3]
        for rule in bad:
            with self.subTest(rule):
                status, _ = await self.sim('POST', 'faults', [rule])
                self.assertEqual(status, 400)
        self.assertEqual((await self.sim('GET', 'faults'))[1], {'faults': []})


class Calls(DoorCase):
    async def test_each_route_is_counted_under_its_pattern_and_the_door_is_not(self):
        for name in 'aab':
            await self.post(name)
        await self.client.call('GET', f'{self.base}/nothing', (), None)
        self.door.waiting = lambda: 7
        _, told = await self.sim('GET', 'calls')
        self.assertEqual(told, {'calls': {'POST /things/{id}': 3, 'GET None': 1}, 'waiting': 7})


class Books(DoorCase):
    async def test_books_hold_what_was_answered_and_outlive_the_simulator(self):
        for name in ('a', 'b'):
            await self.post(name)
        await self.stop()
        with open(self.door.journal.path, 'ab') as file:
            file.write(b'{"half a line')
        self.calls.clear()
        await self.start()
        self.assertEqual(self.calls, ['a', 'b'])
        await self.post('c')
        _, books = await self.sim('GET', 'books?kind=thing')
        self.assertEqual([(e['n'], e['what']) for e in books['entries']],
                         [(1, 'a'), (2, 'b'), (3, 'c')])

    async def test_reset_begins_anew_and_keeps_the_old_journal(self):
        await self.post('a')
        await self.sim('POST', 'reset')
        self.assertEqual((await self.sim('GET', 'books'))[1]['entries'], [])
        self.assertTrue(os.path.exists(self.door.journal.path + '.1'))

    async def test_reset_to_a_line_is_as_it_was_then(self):
        for name in ('a', 'b', 'c'):
            await self.post(name)
        self.door.on_reset = self.calls.clear
        status, _ = await self.sim('POST', 'reset', {'to': 2})
        self.assertEqual((status, self.calls), (200, ['a', 'b']))
        await self.post('d')
        self.assertEqual([(e['n'], e['what']) for e in (await self.sim('GET', 'books'))[1]
                          ['entries']], [(1, 'a'), (2, 'b'), (3, 'd')])
        self.assertEqual(self.door.clock.offset_ms, 0)
        await self.sim('POST', 'reset', {'to': 1, 'offset_ms': -5000})
        self.assertEqual((self.calls, self.door.clock.offset_ms), (['a'], -5000))
        for bad in ({'to': -1}, {'offset_ms': '1'}, []):
            self.assertEqual((await self.sim('POST', 'reset', bad))[0], 400)


class Clocks(DoorCase):
    async def test_the_clock_command_gets_the_offset(self):
        script = os.path.join(self.folder.name, 'set-clock')
        with open(script, 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\necho "$1" >> {self.folder.name}/told\n[ "$1" != 13 ]\n')
        os.chmod(script, stat.S_IRWXU)
        self.door.clock.command = [script]
        status, told = await self.sim('POST', 'clock', {'offset_ms': 86_400_000})
        self.assertEqual((status, told['offset_ms']), (200, 86_400_000))
        status, _ = await self.sim('POST', 'clock', {'offset_ms': 13})
        self.assertEqual((status, self.door.clock.offset_ms), (500, 86_400_000))
        await self.sim('POST', 'clock', {'at': '2030-01-01T00:00:00Z'})
        self.assertTrue((await self.sim('GET', 'clock'))[1]['now'].startswith('2030-01-01T00:00:0'))
        with open(f'{self.folder.name}/told', encoding='utf-8') as file:
            self.assertEqual(file.read().split()[:2], ['86400000', '13'])

    async def test_a_bad_time_is_refused(self):
        for value in ({}, {'at': 'soon'}, {'at': '2030-01-01T00:00:00'}, {'offset_ms': '1'}, []):
            self.assertEqual((await self.sim('POST', 'clock', value))[0], 400)


class Http(DoorCase):
    async def raw(self, data):
        host, port = self.site.address
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(data)
        got = await asyncio.wait_for(reader.read(), 2)
        writer.close()
        return got

    async def test_chunked_pipelined_and_malformed(self):
        got = await self.raw(b'POST /things/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'
                             b'2;x=1\r\n{}\r\n0\r\nT: 1\r\n\r\n'
                             b'POST /things/b HTTP/1.1\r\nConnection: close\r\n\r\n')
        self.assertEqual(got.count(b'HTTP/1.1 200 OK'), 2)
        self.assertEqual(self.calls, ['a', 'b'])
        for data in (b'nonsense\r\n\r\n', b'GET / HTTP/1.1\r\nNo colon\r\n\r\n',
                     b'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n',
                     b'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'):
            self.assertTrue((await self.raw(data)).startswith(b'HTTP/1.1 400 '), data)

    async def test_unknown_path_and_method(self):
        self.assertEqual((await self.client.call('GET', f'{self.base}/x')).status, 404)
        self.assertEqual((await self.client.call('GET', f'{self.base}/things/a')).status, 405)


if __name__ == '__main__':
    unittest.main()
