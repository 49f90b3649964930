#!/usr/bin/env python3
"""A simulated bank behind api/payout-rail.openapi.yaml, with the faults of tests/sim/door.py.

    python3 tests/rail/bank.py --port 9000 --state DIR [--api-key KEY] [--settle-ms 1000]
            [--slow-ms 3000] [--window SECONDS] [--seed N] [--sync]

Amounts are magic by their cents, accounts by how they begin, see payouts.py. Besides what every
door answers:
    POST /_sim/change      {"reference": ..., "status": "returned", "code": ..., "fixable": false,
                           "field": ...}: what an executed payout becomes; the last three may be
                           left out
A repeated key is answered with the stored answer
for --window seconds, then the key is forgotten; references never are. GET /_sim/books has all that
was ever executed under `executed`, one entry a reference, and every line of the journal.
"""
import argparse
import asyncio
import hmac
import pathlib
import sys
from datetime import datetime

ROOT = pathlib.Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.openapi import Contract  # noqa: E402
from tests.rail.payouts import Payouts, encoded  # noqa: E402
from tests.sim import door as sim  # noqa: E402

CONTRACT = ROOT / 'api' / 'payout-rail.openapi.yaml'
KEY_MAX = 128

# An answer that never leaves: the connection is cut instead.
LOST = sim.Response(500, b'', 'text/plain')


class BankSite(sim.Site):
    """A site that can lose an answer."""

    def serve(self, request, connection):
        result = super().serve(request, connection)
        if asyncio.iscoroutine(result):
            return self.deliver(result, connection)
        return self.or_cut(result, connection)

    async def deliver(self, result, connection):
        return self.or_cut(await result, connection)

    def or_cut(self, result, connection):
        if result is LOST:
            connection.abort()
            return None
        return result


class Bank:
    def __init__(self, door, site, payouts, api_key, slow_s):
        self.door = door
        self.payouts = payouts
        self.api_key = api_key
        self.slow_s = slow_s
        site.guard = self.guard
        site.route('POST', f'/{payouts.LIST}', self.submit)
        site.route('GET', f'/{payouts.LIST}', self.list)
        site.route('GET', f'/{payouts.LIST}/{{reference}}', self.find)
        site.route('POST', '/_sim/change', self.change)
        site.route('GET', '/health', lambda request: sim.answer(200, {'status': 'green'}))

    def now(self):
        return self.door.clock.micros()

    def guard(self, request):
        if self.api_key is None or request.path in ('/health', '/_sim/change'):
            return None
        given = request.headers.get('x-api-key', '')
        if hmac.compare_digest(given.encode(), self.api_key.encode()):
            return None
        return sim.error(401, 'wrong or no X-Api-Key')

    def submit(self, request):
        key = request.headers.get('idempotency-key', '')
        if not 1 <= len(key) <= KEY_MAX:
            return sim.error(400, f'Idempotency-Key: 1 to {KEY_MAX} characters')
        media = request.headers.get('content-type', '').partition(';')[0].strip().lower()
        if media != 'application/json':
            return sim.error(400, 'Content-Type: application/json')
        decision = self.payouts.submit(key, request.body, self.now())
        if decision.lost:
            return LOST
        response = sim.Response(decision.status, decision.body)
        return self.later(response) if decision.slow else response

    async def later(self, response):
        await asyncio.sleep(self.slow_s)
        return response

    def find(self, request):
        payout = self.payouts.find(request.params['reference'], self.now())
        return sim.answer(200, payout) if payout else sim.error(404, 'no such reference')

    def change(self, request):
        try:
            given = request.json()
            reference, status = given.pop('reference'), given.pop('status')
        except (ValueError, KeyError, AttributeError):
            return sim.error(400, 'reference and status are needed')
        if status not in ('accepted', 'settled', 'returned') \
                or not set(given) <= {'code', 'fixable', 'field'}:
            return sim.error(400, 'accepted, settled or returned; code, fixable and field')
        if not self.payouts.change(reference, status, self.now(), **given):
            return sim.error(404, 'no such payout was executed')
        return sim.answer(200, {})

    def list(self, request):
        given = request.arguments()
        try:
            since = micros(given['since'])
            after, limit = int(given.get('after', '0')), int(given.get('limit', '100'))
        except (KeyError, ValueError):
            return sim.error(400, 'since: a moment; after and limit: numbers')
        if after < 0 or not 1 <= limit <= 1000:
            return sim.error(400, 'limit: 1 to 1000')
        page = self.payouts.changed_since(since, after, limit, self.now())
        return sim.Response(200, encoded(page))


def micros(text):
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError('no zone')
    return round(moment.timestamp() * 1_000_000)


def arguments(what='a simulated bank'):
    parser = argparse.ArgumentParser(description=what)
    sim.add_arguments(parser)
    parser.add_argument('--api-key', help='without it everybody may pay')
    parser.add_argument('--settle-ms', type=int, default=1000)
    parser.add_argument('--slow-ms', type=int, default=3000, help='of an amount with .03')
    parser.add_argument('--window', type=float, default=86400, help='seconds a key is remembered')
    return parser.parse_args()


async def main(given, name='bank', kind=Payouts, contract=CONTRACT):
    door = sim.door_of(name, given)
    payouts = kind(door.record, sim.iso, Contract(contract), given.seed,
                   given.settle_ms * 1000, round(given.window * 1_000_000))
    door.load(payouts.apply)
    door.books = lambda: payouts.books(door.clock.micros())
    door.on_reset = payouts.forget
    site = BankSite(door)
    Bank(door, site, payouts, given.api_key, given.slow_ms / 1000)
    port = await site.listen(given.host, given.port)
    print(f'{name}: listening on {given.host}:{port}', flush=True)
    await sim.forever()


if __name__ == '__main__':
    options = arguments()
    sys.exit(sim.run(main(options)))
