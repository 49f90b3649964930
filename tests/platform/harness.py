"""A platform and a business of a test's own, in the test's process."""

import asyncio
import json
import tempfile
import unittest

from tests.platform.app import App
from tests.platform.platform import options
from tests.sim.client import Client

USDC = 'stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
BRL = 'iso4217:BRL'
VAULT = 'GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF'
WALLET = 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW'
STRANGER = 'GD2NABV4PHKRN42LJCI7VYSZUWBUQIDTNPCBMNTJ2BFLSU4MKPF6367A'
RATE = {'price': '0.2', 'sell_amount': '101', 'buy_amount': '500',
        'fee': {'total': '1.00', 'asset': USDC}}


class Business:
    """Answers what a test says, and keeps every request as it came: its head and its body."""

    def __init__(self):
        self.heads = []
        self.bodies = []
        self.answers = []
        self.always = (200, {})
        self.drop = 0               # so many requests lose their connection
        self.server = None
        self.port = None

    async def start(self):
        self.server = await asyncio.start_server(self.serve, '127.0.0.1', 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b'\r\n\r\n')).decode().split('\r\n')[:-2]
                names = dict(line.split(': ', 1) for line in head[1:])
                body = await reader.readexactly(int(names.get('Content-Length', 0)))
                self.heads.append(head)
                self.bodies.append(body)
                if self.drop:
                    self.drop -= 1
                    break
                status, value = self.answers.pop(0) if self.answers else self.always
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                writer.write(f'HTTP/1.1 {status} x\r\nContent-Length: {len(data)}\r\n\r\n'.encode()
                             + data)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    @property
    def targets(self):
        return [head[0].rsplit(' ', 1)[0] for head in self.heads]


class PlatformCase(unittest.IsolatedAsyncioTestCase):
    behave = '4.3'
    more = ()

    async def asyncSetUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.business = Business()
        await self.business.start()
        self.client = Client(timeout=5, user_agent='test')
        await self.start()

    async def start(self):
        self.app = App(options().parse_args([
            '--port', '0', '--horizon-port', '0', '--state', self.folder.name,
            '--callback-url', f'http://127.0.0.1:{self.business.port}',
            '--behave', self.behave, *self.more]))
        self.site, self.horizon = self.app.platform_site(), self.app.horizon_site()
        self.base = f'http://127.0.0.1:{await self.site.listen("127.0.0.1", 0)}'
        self.ledger = f'http://127.0.0.1:{await self.horizon.listen("127.0.0.1", 0)}'
        if self.app.events is not None:
            self.app.events.start(self.app.business, self.app.world.nanos)

    async def stop(self):
        if self.app.events is not None:
            self.app.events.task.cancel()
        self.site.server.close()
        self.horizon.server.close()
        self.app.client.close()
        self.app.door.journal.close()

    async def asyncTearDown(self):
        await self.stop()
        self.client.close()
        self.business.server.close()
        self.folder.cleanup()

    async def call(self, method, target, value=None, headers=(), base=None):
        body = None if value is None else json.dumps(value).encode()
        if body is not None:
            headers = [('Content-Type', 'application/json'), *headers]
        got = await self.client.call(method, (base or self.base) + target, headers, body)
        return got.status, json.loads(got.body) if got.body else None

    async def rpc(self, method, record_id=None, **params):
        """The result of one call, or its error code."""
        if record_id is not None:
            params['transaction_id'] = record_id
        status, got = await self.call('POST', '/', [{
            'jsonrpc': '2.0', 'id': 1, 'method': method, 'params': params}])
        if status != 200:
            return status
        return got[0]['error']['code'] if 'error' in got[0] else got[0]['result']

    async def created(self, **members):
        """A payment without quote, as the wallet makes it; its record."""
        self.business.answers.append((200, {'rate': RATE}))
        status, record = await self.call('POST', '/_sim/transactions', {
            'amount': '101', 'asset_code': 'USDC', 'funding_method': 'PIX',
            'destination_asset': BRL, 'sender_id': 's', 'receiver_id': 'r',
            'fields': {'transaction': {}}, 'creator': {'account': WALLET}, **members})
        self.assertEqual(status, 201, record)
        return record

    async def waiting(self, memo='987'):
        """A payment that waits for its money."""
        record = await self.created()
        got = await self.rpc('request_onchain_funds', record['id'], destination_account=VAULT,
                             memo=memo, memo_type='id')
        self.assertEqual(got['status'], 'pending_sender', got)
        return got

    async def pay(self, memo='987', amount='101', asset=USDC, **more):
        status, got = await self.call('POST', '/_sim/payments', {
            'to': VAULT, 'from': WALLET, 'memo': memo, 'memo_type': 'id', 'amount': amount,
            'asset': asset, **more})
        self.assertEqual(status, 200, got)
        return got

    async def paid(self, memo='987'):
        record = await self.waiting(memo)
        await self.pay(memo)
        return (await self.call('GET', f'/transactions/{record["id"]}'))[1]
