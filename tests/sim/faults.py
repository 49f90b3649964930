"""Faults on purpose: which request they hit, and what happens to it.

A rule names what it is `on` (a JSON-RPC method, a path, a route pattern, `METHOD /path`, a path
with `*` at its end, or `*` for every request), which of the matching requests it hits (`nth`: a
number or a list of them, counted from 1 when the rule was set; `rate`: 0..1, drawn from the seed;
neither: every one), and the `kind`.  With `match` only requests count that have this text in their
path, query or body: one payment's.  `delay_ms` is the wait of a zombie and of a slow one (3000) and
of a timeout (without it for ever), and cuts a drip off; `for_ms` is how long a refusing simulator
does not listen (300); `applied` is how many calls of a JSON-RPC array a partial one carries out.

`executed` says whether the request is carried out where that is not in the kind's nature.
"""

import asyncio
import json
import random
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from tests.sim.wire import Response, answer, error

# kind -> is the request carried out (None: the rule may say so; else it does not)
KINDS = {
    'refuse': False,
    'reset_before': False,
    'reset_after': True,
    'timeout': None,
    'zombie': True,
    '500_before': False,
    '500_after': True,
    '429': False,
    'truncate': True,
    'wrong_id': True,
    'wrong_amount': True,
    'twice': True,
    'html': None,
    'redirect': None,
    'drip': True,
    'slow': True,
    'huge': True,
    'partial': True,
}

MEMBERS = {'on', 'nth', 'rate', 'kind', 'match', 'delay_ms', 'for_ms', 'applied', 'executed'}
HUGE = 1024 ** 3


class BadFault(ValueError):
    pass


class Rule:
    def __init__(self, given):
        unknown = set(given) - MEMBERS
        if unknown:
            raise BadFault(f'unknown member {sorted(unknown)[0]}')
        self.given = given
        self.on = given.get('on')
        self.kind = given.get('kind')
        self.nth = given.get('nth')
        self.rate = given.get('rate')
        self.delay_ms = given.get('delay_ms')
        self.for_ms = given.get('for_ms', 300)
        self.applied = given.get('applied', 0)
        self.match = given.get('match')
        self.match_bytes = str(self.match).encode()
        self.seen = 0
        self.hits = 0
        self.now = 0            # requests that suffer from it at this moment
        self.check()
        fixed = KINDS[self.kind]
        self.executed = fixed if fixed is not None else bool(given.get('executed', False))
        self.numbers = {self.nth} if isinstance(self.nth, int) else set(self.nth or ())

    def check(self):
        if not isinstance(self.on, str) or not self.on:
            raise BadFault('on: a method name or a path is needed')
        if self.kind not in KINDS:
            raise BadFault(f'kind: one of {", ".join(KINDS)}')
        if self.nth is not None and self.rate is not None:
            raise BadFault('nth or rate, not both')
        if self.nth is not None and not is_count(self.nth):
            raise BadFault('nth: a number from 1, or a list of them')
        if self.rate is not None and not (isinstance(self.rate, (int, float))
                                          and 0 <= self.rate <= 1):
            raise BadFault('rate: a number from 0 to 1')
        if 'executed' in self.given and KINDS[self.kind] is not None:
            raise BadFault(f'executed: {self.kind} leaves no choice')
        if self.match is not None and not (isinstance(self.match, str) and self.match):
            raise BadFault('match: a text')
        for name in ('delay_ms', 'for_ms', 'applied'):
            value = self.given.get(name, 0)
            if type(value) is not int or value < 0:
                raise BadFault(f'{name}: a whole number')

    def is_about(self, request):
        return (self.match is None or self.match in unquote(request.target)
                or self.match_bytes in request.body)

    def fits(self, request, names):
        on = self.on
        if not self.is_about(request):
            return False
        if on in names or on in (request.path, request.route, f'{request.method} {request.path}',
                                 f'{request.method} {request.route}'):
            return True
        return on.endswith('*') and (request.path.startswith(on[:-1]) or
                                     f'{request.method} {request.path}'.startswith(on[:-1]))

    def strikes(self, dice):
        self.seen += 1
        if self.rate is not None:
            hit = dice.random() < self.rate
        else:
            hit = not self.numbers or self.seen in self.numbers
        self.hits += hit
        return hit


def is_count(nth):
    values = nth if isinstance(nth, list) else [nth]
    return bool(values) and all(type(n) is int and n >= 1 for n in values)


class Faults:
    """The rules in force.  `names(request)` gives the JSON-RPC method names in a request."""

    def __init__(self, seed=0, names=lambda request: ()):
        self.seed = seed
        self.names = names
        self.rules = []
        self.dice = random.Random(seed)

    def set(self, given):
        """Replace all rules; BadFault and no change if one is wrong."""
        rules = [Rule(one) for one in given]
        self.rules = rules
        self.dice = random.Random(self.seed)

    def add(self, given):
        self.rules.extend([Rule(one) for one in given])

    def pick(self, request):
        """The first rule that strikes this request.  Every rule that fits has counted it."""
        names = self.names(request)
        struck = None
        for rule in self.rules:
            if rule.fits(request, names) and rule.strikes(self.dice) and struck is None:
                struck = rule
        return struck

    def listing(self):
        return [{**rule.given, 'seen': rule.seen, 'hits': rule.hits, 'now': rule.now}
                for rule in self.rules]


async def settle(result):
    return await result if asyncio.iscoroutine(result) or asyncio.isfuture(result) else result


async def suffer(rule, request, execute, connection, listener):
    """What becomes of the request under `rule`.  `execute()` carries it out and gives the answer.

    The answer that still goes out in the ordinary way, or None if the connection was dealt with.
    """
    rule.now += 1
    try:
        if rule.kind == 'zombie':
            connection.abort()
            await asyncio.sleep(seconds(rule))
            await settle(execute())
            return None
        if rule.kind == 'partial':
            request.cut_to(rule.applied)
        given = await settle(execute()) if rule.executed else None
        return await OUTCOMES[rule.kind](rule, given, connection, listener)
    finally:
        rule.now -= 1


def seconds(rule):
    return (3000 if rule.delay_ms is None else rule.delay_ms) / 1000


async def refuse(rule, given, connection, listener):
    """The connection dies, and for a while nobody listens: a re-send meets a refusal too."""
    connection.abort()
    await listener.away(rule.for_ms / 1000)


async def reset(rule, given, connection, listener):
    connection.abort()


async def timeout(rule, given, connection, listener):
    """No answer.  The connection stays open until the peer gives up, or delay_ms have passed."""
    waited = 0.0
    limit = None if rule.delay_ms is None else rule.delay_ms / 1000
    while not connection.closed and (limit is None or waited < limit):
        await asyncio.sleep(0.05)
        waited += 0.05
    connection.abort()


async def failed(rule, given, connection, listener):
    return error(500, 'fault on purpose')


async def too_many(rule, given, connection, listener):
    return answer(429, {'error': 'fault on purpose'}, headers=(('Retry-After', '1'),))


async def truncate(rule, given, connection, listener):
    """The head promises the whole body, half of it comes."""
    head = given.head(False)
    connection.transport.write(head + given.body[:len(given.body) // 2])
    connection.close()


async def html(rule, given, connection, listener):
    page = b'<html><head><title>Welcome</title></head><body><h1>It works</h1></body></html>\n'
    return Response(200, page, 'text/html')


async def redirect(rule, given, connection, listener):
    return answer(302, {'error': 'fault on purpose'}, headers=(('Location', '/elsewhere'),))


async def slow(rule, given, connection, listener):
    """The answer that it would be, later."""
    await asyncio.sleep(seconds(rule))
    return given


async def drip(rule, given, connection, listener):
    """A byte a second, to the end or until delay_ms have passed."""
    limit = None if rule.delay_ms is None else rule.delay_ms / 1000
    try:
        await asyncio.wait_for(connection.drip(given), limit)
    except asyncio.TimeoutError:
        connection.abort()


async def huge(rule, given, connection, listener):
    """A thousand million blanks before the answer's first byte would come."""
    head = Response(given.status, b'', given.content_type).head(False)
    head = head.replace(b'Content-Length: 0', f'Content-Length: {HUGE}'.encode())
    await connection.flood(head, HUGE)


async def wrong_id(rule, given, connection, listener):
    return edited(given, other_ids)


async def wrong_amount(rule, given, connection, listener):
    return edited(given, other_amounts)


async def twice(rule, given, connection, listener):
    return edited(given, doubled)


def edited(given, change):
    try:
        value = json.loads(given.body)
    except ValueError:
        return given
    made = answer(given.status, change(value), headers=given.headers)
    return made


def other_ids(value):
    """The outermost `id`, `reference` and `payout_id` of an object, or of each element of an
    array, are those of something else."""
    if isinstance(value, list):
        return [other_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: other_id(one) if name in ('id', 'reference', 'payout_id') else one
            for name, one in value.items()}


def other_id(value):
    if isinstance(value, bool) or value is None:
        return value
    return value + 1 if isinstance(value, int) else f'{value}-other'


def doubled(value):
    """A list, or a member `records` or `payouts` wherever it is, has every element twice."""
    if isinstance(value, list):
        return [one for one in value for _ in range(2)]
    if not isinstance(value, dict):
        return value
    return {name: doubled(one) if isinstance(one, dict) or name in ('records', 'payouts') else one
            for name, one in value.items()}


def other_amounts(value):
    """Every `amount` that is a number, text or not, is one more."""
    if isinstance(value, list):
        return [other_amounts(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: one_more(one) if name == 'amount' and not isinstance(one, dict)
            else other_amounts(one) for name, one in value.items()}


def one_more(value):
    try:
        return str(Decimal(str(value)) + 1) if isinstance(value, str) else value + 1
    except (InvalidOperation, TypeError):
        return value


OUTCOMES = {
    'refuse': refuse,
    'reset_before': reset,
    'reset_after': reset,
    'timeout': timeout,
    '500_before': failed,
    '500_after': failed,
    '429': too_many,
    'truncate': truncate,
    'wrong_id': wrong_id,
    'wrong_amount': wrong_amount,
    'twice': twice,
    'html': html,
    'redirect': redirect,
    'drip': drip,
    'huge': huge,
    'slow': slow,
    'partial': reset,
}
