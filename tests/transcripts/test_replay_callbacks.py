"""The replay of callbacks passes a server that keeps the rules, and fails one for each it breaks.

The server here is as small as the rules allow. It is no model for ours.
"""
import contextlib
import io
import json
import re
import sys
import threading
import unittest
import uuid
from datetime import datetime, timedelta, timezone
from decimal import ROUND_FLOOR, Decimal, localcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from tests.transcripts import replay_callbacks
from tests.transcripts.expected_callbacks import DECIMALS
from tests.transcripts.platform_rules import given, moment

SECRET = replay_callbacks.recordings.CALLBACK_SECRET
PRICE = {('stellar', 'iso4217:BRL'): Decimal('0.2'), ('stellar', 'iso4217:USD'): Decimal('1'),
         ('iso4217', 'stellar'): Decimal('5'), ('stellar', 'stellar'): Decimal(1)}
NEEDED = {'first_name': {'type': 'string', 'description': 'Your first name'}}
LIMIT = 100_000
LONGEST = timedelta(minutes=10)


class Refuse(Exception):
    def __init__(self, status, error='not possible'):
        super().__init__(error)
        self.status = status


class Server:
    """`broken` maps the name of a rule to True where it is to be broken."""

    def __init__(self, auth='none', broken=None):
        self.auth, self.broken = auth, broken
        self.owner, self.ids, self.erased = {}, {}, set()
        self.http = ThreadingHTTPServer(('127.0.0.1', 0), self.handler())
        self.url = f'http://127.0.0.1:{self.http.server_address[1]}'
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def breaks(self, rule):
        return self.broken == rule

    def answer(self, method, target, headers, body):
        try:
            self.authenticate(headers)
            if target.startswith('/event'):
                return (503 if self.breaks('event') else 200), {}
            if method == 'DELETE':
                return self.erase(target.rpartition('/')[2])
            asked = self.asked(method, target, headers, body)
            return self.rate(asked) if target.startswith('/rate') else self.customer(method, asked)
        except Refuse as why:
            return why.status, {} if self.breaks('error') else {'error': str(why)}

    def authenticate(self, headers):
        token = headers.get('Authorization', '')
        if (self.auth == 'api_key' and headers.get('X-Api-Key') != SECRET
                or self.auth == 'jwt' and not token.startswith('Bearer eyJ')):
            raise Refuse(401)

    @staticmethod
    def asked(method, target, headers, body):
        if headers.get('Content-Type', '').startswith('multipart'):
            if body.count(b'\xff\xd8\xff') > 1:
                raise Refuse(400, 'a picture that begins twice')
            return {name.decode(): value.decode() for name, value in re.findall(
                rb'name="(\w+)"\r\nContent-Length: \d+\r\n\r\n(.*?)\r\n--', body, re.S)}
        return given({'method': method, 'target': target}, body)

    def customer(self, method, asked):
        if asked.get('type', 'sep31-sender') not in ('sep31-sender', 'sep31-receiver'):
            raise Refuse(400)
        key = tuple(asked.get(name, '') for name in ('account', 'memo', 'memo_type'))
        found = asked.get('id') or self.ids.get(key)
        if 'id' in asked and (found not in self.owner or self.foreign(found, asked)):
            raise Refuse(404)
        if found is None and method == 'PUT':
            found = self.ids[key] = str(uuid.uuid4())
            self.owner[found] = asked['account']
        body = {'status': 'NEEDS_INFO', 'fields': {} if self.breaks('fields') else NEEDED}
        if found and not self.breaks('id'):
            body['id'] = found
        return 200, body

    def foreign(self, found, asked):
        return not self.breaks('owner') and asked.get('account') not in (None, self.owner[found])

    def erase(self, found):
        if found not in self.owner:
            raise Refuse(404)
        if not self.breaks('erase'):
            self.ids = {key: one for key, one in self.ids.items() if one != found}
        return 204, None

    def rate(self, asked):
        sell, buy = asked['sell_asset'], asked['buy_asset']
        kind = (sell.split(':')[0], buy if (sell.split(':')[0], buy) in PRICE
                else buy.split(':')[0])
        fee, price = Decimal(1), PRICE[kind]
        with localcontext() as context:
            context.prec = 60
            amounts = self.amounts(asked, price, fee)
            price = (amounts['sell'] - fee) / amounts['buy']
        rate = {'price': f'{price:.{4 if self.breaks("price") else 40}f}',
                'sell_amount': str(amounts['sell']), 'buy_amount': str(amounts['buy']),
                'fee': {'total': '1', 'asset': buy if self.breaks('fee') else sell}}
        if asked['type'] == 'firm':
            rate |= {'id': str(uuid.uuid4()), 'expires_at': self.until(asked)}
        return 200, {'rate': rate}

    def amounts(self, asked, price, fee):
        if 'buy_amount' in asked:
            buy = Decimal(asked['buy_amount'])
            return {'buy': buy, 'sell': buy * price + fee}
        sell = Decimal(asked['sell_amount'])
        places = Decimal(1).scaleb(-DECIMALS[asked['buy_asset']])
        buy = ((sell - fee) / price).quantize(places, ROUND_FLOOR)
        if buy <= 0 or (sell > LIMIT and not self.breaks('limit')):
            raise Refuse(400)
        return {'buy': buy, 'sell': sell + (1 if self.breaks('echo') else 0)}

    def until(self, asked):
        now = datetime.now(timezone.utc)
        wanted = moment(asked['expire_after']) if 'expire_after' in asked else now
        if wanted > now + LONGEST:
            raise Refuse(400)
        until = max(now, wanted) + timedelta(seconds=0 if self.breaks('expires_at') else 60)
        return until.isoformat(timespec='seconds').replace('+00:00', 'Z')

    def handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self):
                body = self.rfile.read(int(self.headers.get('Content-Length', '0')))
                status, value = server.answer(self.command, self.path, self.headers, body)
                data = b'' if value is None else json.dumps(value).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_POST = do_DELETE = serve

            def log_message(self, *_):
                pass

        return Handler


def failures(auth='none', broken=None, **options):
    """Ids of the lines that failed."""
    server = Server(auth, broken)
    said = io.StringIO()
    flags = [part for name, value in options.items() for part in (f'--{name}', value)]
    try:
        with contextlib.redirect_stdout(said), mock.patch.object(
                sys, 'argv', ['replay', '--url', server.url, '--auth', auth, *flags]):
            status = replay_callbacks.main()
    finally:
        server.close()
    failed = re.findall(r'^FAILED \S+ ([^:]+):', said.getvalue(), re.M)
    assert bool(failed) == bool(status), said.getvalue()
    return failed


class Replay(unittest.TestCase):
    def test_a_server_that_keeps_the_rules_passes(self):
        for auth in ('none', 'api_key', 'jwt'):
            with self.subTest(auth=auth):
                self.assertEqual(failures(auth), [])

    def test_each_broken_rule_fails_a_line_that_is_about_it(self):
        for rule, line in (('event', 'none.event-paid'), ('error', 'none.rate-huge'),
                           ('fields', 'none.customer-get-memo-new'),
                           ('owner', 'none.customer-put-id-foreign'),
                           ('erase', 'none.customer-delete-lookup-none'),
                           ('price', 'none.rate-seven-decimals'), ('fee', 'none.rate-firm-buy'),
                           ('limit', 'none.rate-huge'), ('echo', 'none.rate-fee-lookup'),
                           ('expires_at', 'none.rate-firm-expire-past')):
            with self.subTest(rule=rule):
                self.assertIn(line, failures(broken=rule))

    def test_without_customers_there_is_no_replay(self):
        with self.assertRaises(SystemExit):
            failures(broken='id')

    def test_a_wrong_secret_is_refused(self):
        with self.assertRaises(SystemExit):
            failures('api_key', secret='x' * 32)
