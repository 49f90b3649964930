"""The platform's calls to the business: GET, PUT, DELETE /customer, GET /rate, POST /event.

Headers, their order, and the encodings are those of the real client.  Each answer becomes a
Told: what the platform makes of it, and what the wallet gets to see.
"""

import json
import uuid
from urllib.parse import quote

from tests.platform import kyc
from tests.platform.records import dumps
from tests.sim.client import CallFailed
from tests.sim.wire import REASONS

JSON_BODY = 'application/json; charset=utf-8'
INTERNAL = 'internal server error'
UNAVAILABLE = 'service not available'

# code of the business -> (kind, status for the wallet); what is not here is a server error
REFUSALS = {400: ('bad_request', 400), 422: ('bad_request', 400), 404: ('not_found', 404),
            401: ('unauthorized', 500)}


class Told:
    """`kind`: ok, bad_request, not_found, unauthorized, server_error, unreadable, unavailable."""

    __slots__ = ('kind', 'body', 'status', 'error')

    def __init__(self, kind, status, body=None, why=None):
        self.kind = kind
        self.status = status
        self.body = body
        self.error = why

    def wallet_body(self):
        return {} if self.error is None else {'error': self.error}


def query_value(value):
    """Escaped as OkHttp's addQueryParameter does it: `~` and `+` too, `*` not."""
    return quote(str(value), safe='*').replace('~', '%7E')


def path_segment(value):
    """Escaped as OkHttp's addPathSegment does it: `:` and `@` stay."""
    return quote(str(value), safe="!$&'()*+,;=:@[]")


def query(order, given):
    pairs = [f'{name}={query_value(given[name])}' for name in order if given.get(name) is not None]
    return '?' + '&'.join(pairs) if pairs else ''


def multipart(members):
    """(content type, body) of members in order; a value of bytes is a file."""
    boundary = str(uuid.uuid4())
    parts = []
    for name, value in members.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, bytes):
            head += f'; filename="{kyc.camel(name)}"\r\nContent-Type: application/octet-stream'
        data = value if isinstance(value, bytes) else str(value).encode()
        parts.append(f'{head}\r\nContent-Length: {len(data)}\r\n\r\n'.encode() + data + b'\r\n')
    parts.append(f'--{boundary}--\r\n'.encode())
    return f'multipart/form-data; boundary={boundary}', b''.join(parts)


class Business:
    def __init__(self, client, base_url, proof, door):
        self.client = client
        self.base = base_url.rstrip('/')
        self.proof = proof
        self.door = door

    async def get_customer(self, given):
        return await self.ask('GET', '/customer' + query(kyc.LOOKUP, given), (200,))

    async def put_customer(self, given):
        """`given`: the members of the request; those the platform does not know are dropped."""
        members = {name: given[name] for name in kyc.PUT_ORDER if given.get(name) is not None}
        if any(isinstance(value, bytes) for value in members.values()):
            media, body = multipart(members)
        else:
            media, body = JSON_BODY, dumps(members)
        return await self.send('PUT', '/customer', media, body, (200, 201, 202))

    async def delete_customer(self, customer_id):
        headers = [('Content-Type', 'application/json'), *self.proof.headers()]
        return await self.exchange('DELETE', f'/customer/{path_segment(customer_id)}', headers,
                                   b'', (200, 204), False)

    async def get_rate(self, given):
        return await self.ask('GET', '/rate' + query(kyc.RATE, given), (200,))

    async def post_event(self, body):
        """True if the business took it: any code from 200 to 399."""
        headers = [*self.proof.headers(), ('Content-Type', JSON_BODY)]
        try:
            answer = await self.client.call('POST', self.base + '/event', headers, body)
        except CallFailed:
            return False
        return 200 <= answer.status < 400

    async def ask(self, method, target, accepted):
        headers = [('Content-Type', 'application/json'), *self.proof.headers()]
        return await self.exchange(method, target, headers, None, accepted, True)

    async def send(self, method, target, media, body, accepted):
        headers = [*self.proof.headers(), ('Content-Type', media)]
        return await self.exchange(method, target, headers, body, accepted, True)

    async def exchange(self, method, target, headers, body, accepted, wants_body):
        try:
            answer = await self.client.call(method, self.base + target, headers, body)
        except CallFailed as why:
            self.note(method, target, None, str(why))
            return Told('unavailable', 502, why=UNAVAILABLE)
        self.note(method, target, answer.status, None)
        return told(answer, accepted, wants_body)

    def note(self, method, target, status, why):
        self.door.record('callback', method=method, target=target, status=status,
                         **({'failed': why} if why else {}))


def told(answer, accepted, wants_body):
    if answer.status in accepted:
        return understood(answer.body) if wants_body else Told('ok', 200)
    kind, status = REFUSALS.get(answer.status, ('server_error', 502))
    if kind == 'unauthorized':
        return Told(kind, status, why='Internal Server Error')
    if kind == 'server_error':
        if answer.status not in REASONS:
            return Told('unreadable', 500, why=f'{answer.status} is no status code')
        return Told(kind, status, why=INTERNAL)
    return Told(kind, status, why=refusal_text(answer.body, status))


def understood(body):
    if body.strip() in (b'', b'null'):
        return Told('unreadable', 500, why='the answer of the business is empty')
    try:
        value = json.loads(body)
    except ValueError:
        return Told('server_error', 502, why=INTERNAL)
    if not isinstance(value, dict):
        return Told('server_error', 502, why=INTERNAL)
    return Told('ok', 200, body=value)


def refusal_text(body, status):
    """The member `error`; without a readable one the reason phrase; None if it is absent."""
    try:
        value = json.loads(body)
    except ValueError:
        return REASONS[status]
    if not isinstance(value, dict):
        return REASONS[status]
    said = value.get('error')
    if isinstance(said, (dict, list)):
        return REASONS[status]
    return said if said is None or isinstance(said, str) else json.dumps(said)
