"""The wallet's door and the callbacks behind it: bytes on the wire, and what the wallet gets."""

import base64
import json
import time
import unittest
from decimal import Decimal

from tests.platform import money, strkey
from tests.platform.auth import jwt_holds
from tests.platform.harness import BRL, RATE, STRANGER, USDC, WALLET, PlatformCase
from tests.sim.client import Client

SECRET = 'another secret of more than 32 bytes'
LINE = ['Host', 'Connection', 'Accept-Encoding', 'User-Agent']
SHAPES = {
    'GET': ['Content-Type', 'AUTH', *LINE],
    'PUT': ['AUTH', 'Content-Type', 'Content-Length', *LINE],
    'DELETE': ['Content-Type', 'AUTH', 'Content-Length', *LINE],
}


def names(head):
    return [line.split(':')[0] for line in head[1:]]


class Headers(PlatformCase):
    header, proof = None, ''

    async def test_header_order_of_each_callback(self):
        self.business.answers += [(200, {'status': 'ACCEPTED'}), (200, {'id': 'c'}),
                                  (200, {'id': 'c'}), (204, b'')]
        await self.call('GET', f'/_sim/customer?creator={WALLET}')
        await self.call('PUT', '/_sim/customer', {'creator': WALLET})
        await self.call('DELETE', f'/_sim/customer?creator={WALLET}')
        for head in self.business.heads:
            wanted = [self.header if one == 'AUTH' else one
                      for one in SHAPES[head[0].split(' ')[0]] if one != 'AUTH' or self.header]
            self.assertEqual(names(head), wanted, head[0])
            values = dict(line.split(': ', 1) for line in head[1:])
            self.assertEqual(values['User-Agent'], 'okhttp/4.12.0')
            if self.header:
                self.check_proof(values[self.header])

    def check_proof(self, value):
        self.assertEqual(value, self.proof)


class KeyHeaders(Headers):
    more = ('--callback-auth', 'api_key', '--callback-secret', SECRET)
    header, proof = 'X-Api-Key', SECRET


class JwtHeaders(Headers):
    more = ('--callback-auth', 'jwt', '--callback-secret', SECRET)
    header = 'Authorization'

    def check_proof(self, value):
        token = value.removeprefix('Bearer ')
        self.assertTrue(jwt_holds(SECRET, token, time.time()))
        claims = json.loads(base64.urlsafe_b64decode(token.split('.')[1] + '=='))
        self.assertEqual((list(claims), claims['exp'] - claims['iat']), (['iat', 'exp'], 30))


class Customers(PlatformCase):
    async def put(self, **members):
        self.business.answers.append((200, {'id': 'c1', 'status': 'ACCEPTED'}))
        return await self.call('PUT', '/_sim/customer', {'creator': {'account': WALLET}, **members})

    async def test_query_encoding(self):
        self.business.always = (200, {'status': 'ACCEPTED'})
        await self.call('GET', f'/_sim/customer?creator={WALLET}&id=a%2Bb%20~*%2F%C3%A9%27&lang=pt')
        self.assertEqual(self.business.targets[-1],
                         f'GET /customer?id=a%2Bb%20%7E*%2F%C3%A9%27&account={WALLET}&lang=pt')

    async def test_put_json_in_the_platforms_order_without_unknown_members(self):
        status, got = await self.put(colour='blue', city='São "Paulo" <&>', first_name='',
                                     type='sep31-sender', memo='5', lang='pt')
        self.assertEqual((status, got), (202, {'id': 'c1'}))
        self.assertEqual(self.business.bodies[-1].decode(),
                         f'{{"account":"{WALLET}","memo":"5","memo_type":"id",'
                         '"type":"sep31-sender","first_name":"","city":"São \\"Paulo\\" <&>"}')

    async def test_put_multipart_when_a_file_is_among_the_members(self):
        await self.put(first_name='Ána', photo_id_front=base64.b64encode(b'\x00\xff').decode())
        media = [line for line in self.business.heads[-1] if line.startswith('Content-Type')][0]
        boundary = media.split('boundary=')[1]
        self.assertEqual(self.business.bodies[-1], (
            f'--{boundary}\r\nContent-Disposition: form-data; name="account"\r\n'
            f'Content-Length: 56\r\n\r\n{WALLET}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="first_name"\r\n'
            'Content-Length: 4\r\n\r\nÁna\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="photo_id_front"; '
            'filename="photoIdFront"\r\nContent-Type: application/octet-stream\r\n'
            'Content-Length: 2\r\n\r\n').encode() + b'\x00\xff'
            + f'\r\n--{boundary}--\r\n'.encode())

    async def test_delete_looks_up_first(self):
        self.business.answers += [(200, {'id': 'a/b:c', 'status': 'ACCEPTED'}), (204, b'')]
        got = await self.call('DELETE', f'/_sim/customer?creator={WALLET}&memo=7')
        self.assertEqual((got, self.business.targets), ((200, None), [
            f'GET /customer?account={WALLET}&memo=7&memo_type=id', 'DELETE /customer/a%2Fb:c']))
        self.business.always = (200, {'status': 'NEEDS_INFO'})
        self.assertEqual((await self.call('DELETE', f'/_sim/customer?creator={WALLET}'))[0], 404)

    async def test_the_platform_refuses_first(self):
        for query, status in ((f'creator={WALLET}&account={STRANGER}', 403),
                              (f'creator={WALLET}&memo=x', 400),
                              (f'creator={WALLET}&creator_memo=5', 403),
                              (f'creator={WALLET}&creator_memo=5&memo=6', 403),
                              (f'creator={WALLET}&transaction_id=none',
                               404 if self.behave == '3.1' else 403)):
            self.assertEqual((await self.call('GET', f'/_sim/customer?{query}'))[0], status, query)
        self.assertEqual((await self.put(birth_date='17/05/1990'))[0], 400)
        self.assertEqual(self.business.targets, [])

    async def test_what_the_wallet_sees_of_an_answer(self):
        for (status, body), seen in (
                ((200, {'status': 'x', 'a': 1}), (200, {'status': 'x', 'a': 1})),
                ((200, {}), (502, {'error': 'internal server error'})),
                ((201, {'status': 'x'}), (502, {'error': 'internal server error'})),
                ((200, b'no'), (502, {'error': 'internal server error'})), ((200, b''), (500, ...)),
                ((400, {'error': 'e', 'b': 1}), (400, {'error': 'e'})), ((422, {}), (400, {})),
                ((404, b'<'), (404, {'error': 'Not Found'})), ((401, {'error': 'e'}), (500, ...)),
                ((429, {'error': 'e'}), (502, {'error': 'internal server error'})),
                ((599, b''), (500, ...))):
            self.business.answers.append((status, body))
            got = await self.call('GET', f'/_sim/customer?creator={WALLET}')
            self.assertEqual(got[0], seen[0], (status, body))
            if seen[1] is not ...:
                self.assertEqual(got[1], seen[1])

    async def test_a_muxed_wallet(self):
        muxed = strkey.mux(WALLET, 77)
        self.business.always = (200, {'status': 'ACCEPTED'})
        self.assertEqual((await self.call('GET', f'/_sim/customer?creator={muxed}'))[0], 403)
        await self.call('GET', f'/_sim/customer?creator={muxed}&memo=77')
        self.assertEqual(self.business.targets[-1],
                         f'GET /customer?account={WALLET}&memo=77&memo_type=id')


class OldCustomers(Customers):
    behave = '3.1'

    async def test_query_encoding(self):
        self.business.always = (200, {'status': 'ACCEPTED'})
        await self.call('GET', f'/_sim/customer?creator={WALLET}&id=a')
        self.assertEqual(self.business.targets[-1], 'GET /customer?id=a')

    async def test_any_wallet_may_name_a_transaction(self):
        made = await self.created()
        self.business.always = (200, {'id': 's', 'status': 'ACCEPTED'})
        where = f'creator={STRANGER}&transaction_id={made["id"]}&type=sep31-receiver'
        await self.call('GET', f'/_sim/customer?{where}')
        self.assertEqual(self.business.targets[-1],
                         f'GET /customer?id=r&transaction_id={made["id"]}&type=sep31-receiver')
        await self.call('PUT', '/_sim/customer', {'creator': STRANGER,
                                                  'transaction_id': made['id']})
        self.assertEqual(json.loads(self.business.bodies[-1]),
                         {'id': 's', 'account': STRANGER, 'transaction_id': made['id']})


class Transactions(PlatformCase):
    async def test_only_the_owner_may_name_a_transaction(self):
        made = await self.created()
        self.business.always = (200, {'status': 'ACCEPTED'})
        for who, status in ((STRANGER, 403), (WALLET, 200)):
            where = f'creator={who}&transaction_id={made["id"]}'
            self.assertEqual((await self.call('GET', f'/_sim/customer?{where}'))[0], status)
        self.assertEqual(self.business.targets[-1],
                         f'GET /customer?id=s&account={WALLET}&transaction_id={made["id"]}')

    async def test_a_connection_that_dies_when_used_again_is_not_noticed(self):
        await self.created()
        self.business.drop = 1
        await self.created()
        self.assertEqual(len(self.business.heads), 3)

    async def test_amounts_without_quote(self):
        for change, out, asked in (({}, {'asset': BRL}, BRL),
                                   ({'destination_asset': USDC}, {'amount': '100', 'asset': USDC},
                                    USDC), ({'destination_asset': None}, {}, USDC)):
            rate = {**RATE, 'price': '1', 'buy_amount': '100'} if asked == USDC else RATE
            self.business.answers.append((200, {'rate': rate}))
            _, got = await self.call('POST', '/_sim/transactions', {
                'amount': '101', 'asset_code': 'USDC', 'funding_method': 'PIX',
                'destination_asset': BRL, 'fields': {'transaction': {}}, 'client_name': 'a b',
                'creator': {'account': WALLET}, **change})
            self.assertEqual((got['amount_out'], got['fee_details'], got['customers']), (
                out, {'total': '1', 'asset': USDC}, {'sender': {}, 'receiver': {}}))
            self.assertTrue(self.business.targets[-1].endswith('&client_id=a%20b'))

    async def test_refusals(self):
        for change in ({'amount': '0'}, {'amount': 'x'}, {'amount': '0.5'}, {'amount': '1000001'},
                       {'asset_code': 'BTC'}, {'asset_code': 'BRL'}, {'funding_method': 'CASH'},
                       {'funding_method': None}, {'fields': {}}, {'fields': None},
                       {'quote_id': 'none'}, {'destination_asset': 'iso4217:XXX'}):
            status, got = await self.call('POST', '/_sim/transactions', {
                'amount': '101', 'asset_code': 'USDC', 'funding_method': 'PIX',
                'fields': {'transaction': {}}, 'creator': {'account': WALLET}, **change})
            self.assertEqual((status, list(got)), (400, ['error']), change)

    async def test_many_at_once(self):
        self.business.always = (200, {'rate': RATE})
        one = {'amount': '101', 'asset_code': 'USDC', 'funding_method': 'PIX',
               'destination_asset': BRL, 'fields': {'transaction': {}},
               'creator': {'account': WALLET}}
        _, got = await self.call('POST', '/_sim/transactions', [one, {**one, 'amount': 'x'}, one])
        self.assertEqual([made['status'] for made in got], [201, 400, 201])


FIRM = {'id': 'q1', 'expires_at': '2099-01-01T00:00:00Z'}


class Quotes(PlatformCase):
    async def quote(self, rate, **change):
        self.business.answers = [(200, {'rate': rate})]
        return await self.call('POST', '/_sim/quote', {
            'sell_asset': USDC, 'buy_asset': BRL, 'sell_amount': '101', 'context': 'sep31',
            'buy_delivery_method': 'PIX', 'country_code': 'BR', 'creator': {'account': WALLET},
            **change})

    async def test_a_good_one_is_kept_and_paid_with(self):
        status, got = await self.quote({**RATE, **FIRM}, expire_after='2027-01-01T00:00:00+00:00')
        self.assertEqual((status, got['total_price']), (201, '0.202'))
        self.assertEqual(self.business.targets[-1], (
            'GET /rate?type=firm&sell_asset=stellar%3AUSDC%3AGDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7EN'
            'KCV37P6SUEO6XQBKPP&sell_amount=101&buy_asset=iso4217%3ABRL&buy_delivery_method=PIX'
            '&country_code=BR&expire_after=2027-01-01T00%3A00%3A00%2B00%3A00'
            f'&client_id={WALLET}'))
        kept = await self.rpc('get_quote', quote_id='q1')
        self.assertEqual((kept['creator'], kept['fee']), ({'account': WALLET}, RATE['fee']))
        calls = len(self.business.targets)
        made = await self.created(quote_id='q1')
        self.assertEqual((made['amount_out'], made['quote_id'], made['fee_details']),
                         ({'amount': '500', 'asset': BRL}, 'q1', RATE['fee']))
        self.assertEqual(len(self.business.targets), calls)
        self.business.answers.clear()
        status, _ = await self.call('POST', '/_sim/transactions', {
            'amount': '102', 'asset_code': 'USDC', 'funding_method': 'PIX', 'quote_id': 'q1',
            'fields': {'transaction': {}}, 'creator': {'account': WALLET}})
        self.assertEqual(status, 400)

    async def test_an_expired_quote(self):
        await self.quote({**RATE, 'id': 'old', 'expires_at': '2020-01-01T00:00:00Z'})
        status, _ = await self.call('POST', '/_sim/transactions', {
            'amount': '101', 'asset_code': 'USDC', 'funding_method': 'PIX', 'quote_id': 'old',
            'fields': {'transaction': {}}, 'creator': {'account': WALLET}})
        self.assertEqual(status, 201 if self.behave == '3.1' else 400)

    async def test_each_check_on_an_answer(self):
        fee = RATE['fee']
        for change, status in (
                ({}, 201), ({'id': None}, 502), ({'expires_at': None}, 502),
                ({'expires_at': '2027-01-01'}, 502), ({'expires_at': '2027-01-01T00:00:00'}, 502),
                ({'expires_at': '2027-01-01T00:00:00+00:00'}, 201), ({'price': None}, 502),
                ({'price': 'x'}, 500), ({'price': 0.2}, 201), ({'sell_amount': '100'}, 502),
                ({'sell_amount': '101.000'}, 201), ({'buy_amount': '500.001'}, 502),
                ({'buy_amount': '0'}, 502), ({'buy_amount': None}, 502),
                ({'fee': {**fee, 'total': '-1'}}, 502), ({'fee': {**fee, 'asset': 'x'}}, 502),
                ({'fee': {**fee, 'total': '1.00000001'}}, 502),
                ({'fee': {**fee, 'details': []}}, 502),
                ({'fee': {**fee, 'details': [{'name': 'a', 'amount': '0.4'},
                                             {'name': 'b', 'amount': '0.6'}]}}, 201),
                ({'fee': {**fee, 'details': [{'name': 'a', 'amount': '1.1'}]}}, 502),
                ({'fee': {**fee, 'details': [{'amount': '1'}]}}, 502),
                ({'fee': None, 'price': '0.202'}, 201), ({'fee': None}, 502),
                ({'fee': {'total': '5', 'asset': BRL}, 'price': '0.2'}, 201),
                ({'fee': {'total': '0', 'asset': BRL, 'details': [{'name': 'a', 'amount': '0'}]},
                  'price': '0.202'}, 502),
                ({'price': '0.2000000003'}, 502), ({'price': '0.2000000001'}, 201)):
            rate = {name: value for name, value in {**RATE, **FIRM, **change}.items()
                    if value is not None}
            got = await self.quote(rate)
            self.assertEqual(got[0], status, (change, got))

    async def test_what_the_platform_refuses_before_it_asks(self):
        for change in ({'sell_amount': None}, {'buy_amount': '1'}, {'context': 'sep30'},
                       {'sell_asset': 'x'}, {'buy_asset': None}, {'expire_after': 'tomorrow'},
                       {'buy_delivery_method': 'WIRE'}, {'country_code': 'US'},
                       {'sell_amount': '-1'}):
            self.assertEqual((await self.quote({**RATE, **FIRM}, **change))[0], 400, change)
        self.assertEqual(self.business.targets, [])

    async def test_prices_ask_for_one_asset_after_the_other(self):
        usd = {**RATE, 'price': '1', 'buy_amount': '100'}
        self.business.answers = [(200, {'rate': usd}), (200, {'rate': RATE})]
        where = f'/_sim/prices?sell_asset={USDC}&sell_amount=101'
        got = await self.call('GET', where)
        self.assertEqual([one['asset'] for one in got[1]['buy_assets']], ['iso4217:USD', BRL])
        self.business.answers = [(503, {})]
        self.assertEqual((await self.call('GET', where))[0], 502)
        self.assertEqual(len(self.business.targets), 3)
        self.business.always = (200, {'rate': RATE})
        got = await self.call('GET', where + '&buy_delivery_method=PIX')
        self.assertEqual([one['asset'] for one in got[1]['buy_assets']], [BRL])

    def test_the_total_price_is_cut_not_rounded(self):
        self.assertEqual(money.total_price(Decimal(2), Decimal(3)), '0.6666666666')
        self.assertEqual(money.to_asset(Decimal('1.005'), 2), '1')

    async def test_price(self):
        self.business.always = (200, {'rate': {**RATE, 'sell_amount': '51', 'buy_amount': '250'}})
        got = await self.call('GET', f'/_sim/price?sell_asset={USDC}&buy_asset={BRL}'
                              '&buy_amount=250&context=sep31')
        self.assertEqual((got[0], got[1]['total_price']), (200, '0.204'))
        self.assertNotIn('sell_amount', self.business.targets[-1])


class OldQuotes(Quotes):
    behave = '3.1'


class Multipart(PlatformCase):
    async def test_a_wallets_form_without_file_goes_on_as_json(self):
        self.business.always = (200, {'id': 'c'})
        body = '\r\n'.join(('--b', 'Content-Disposition: form-data; name="city"', '', 'São Paulo',
                            '--b--', '')).encode()
        client = Client(timeout=5)
        got = await client.call('PUT', f'{self.base}/_sim/customer?creator={WALLET}',
                                [('Content-Type', 'multipart/form-data; boundary=b')], body)
        client.close()
        self.assertEqual(got.status, 202)
        self.assertEqual(json.loads(self.business.bodies[-1]),
                         {'account': WALLET, 'city': 'São Paulo'})


if __name__ == '__main__':
    unittest.main()
