"""A small HTTP/1.1 server on asyncio, for simulators.

Bounded (head, body, chunks), keep-alive, one request at a time per connection, answers in order.
A handler takes a Request and gives a Response, or an awaitable of one.  A connection can also be
told to misbehave: the fault kinds in faults.py are written on abort(), drip() and flood().
"""

import asyncio
import json
import socket
import struct
import sys
import traceback
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

HEAD_MAX = 64 * 1024
BODY_MAX = 16 * 1024 * 1024

REASONS = {status.value: status.phrase for status in HTTPStatus}


class Malformed(Exception):
    """The peer did not speak HTTP; the answer is `status` and the connection ends."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class Request:
    """One request as it came: `headers` by lower-case name, `raw_headers` in wire order."""

    __slots__ = ('method', 'target', 'path', 'query_text', 'raw_headers', 'headers', 'body',
                 'params', 'route', '_query', '_json')

    def __init__(self, method, target, raw_headers, headers):
        self.method = method
        self.target = target
        path, _, self.query_text = target.partition('?')
        self.path = path
        self.raw_headers = raw_headers
        self.headers = headers
        self.body = b''
        self.params = {}
        self.route = None
        self._query = None
        self._json = None

    @property
    def query(self):
        """Decoded pairs in order, empty values kept."""
        if self._query is None:
            self._query = parse_qsl(self.query_text, keep_blank_values=True)
        return self._query

    def arguments(self):
        """The query as a dict; of a repeated name the last value."""
        return dict(self.query)

    def json(self):
        """The body as JSON; ValueError if it is none.  Parsed once."""
        if self._json is None:
            self._json = json.loads(self.body)
        return self._json

    def cut_to(self, count):
        """Of an array only so many elements came."""
        whole = self.json()
        if isinstance(whole, list):
            self._json = whole[:count]
            self.body = json.dumps(self._json).encode()


class Response:
    __slots__ = ('status', 'body', 'content_type', 'headers')

    def __init__(self, status=200, body=b'', content_type='application/json', headers=()):
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers

    def head(self, keep):
        lines = [f'HTTP/1.1 {self.status} {REASONS.get(self.status, "Unknown")}']
        if self.body or self.status not in (204, 304):
            lines.append(f'Content-Type: {self.content_type}')
            lines.append(f'Content-Length: {len(self.body)}')
        lines.extend(f'{name}: {value}' for name, value in self.headers)
        if not keep:
            lines.append('Connection: close')
        return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')


def answer(status, value, headers=()):
    """A JSON answer, raw UTF-8, without needless spaces."""
    text = json.dumps(value, ensure_ascii=False, separators=(',', ':'))
    return Response(status, text.encode(), headers=headers)


def error(status, why):
    return answer(status, {'error': why})


def read_head(head):
    """(Request, keep, length, chunked) from the bytes before the empty line."""
    lines = head.decode('latin-1').split('\r\n')
    first = lines[0].split(' ')
    if len(first) != 3 or not first[2].startswith('HTTP/1.'):
        raise Malformed(400, 'request line')
    method, target, version = first
    if not target.startswith('/') and target != '*':
        raise Malformed(400, 'request target')
    raw, headers = [], {}
    for line in lines[1:]:
        name, colon, value = line.partition(':')
        if not colon or not name or name != name.strip():
            raise Malformed(400, 'header line')
        value = value.strip(' \t')
        raw.append((name, value))
        name = name.lower()
        headers[name] = f'{headers[name]}, {value}' if name in headers else value
    request = Request(method, target, raw, headers)
    connection = headers.get('connection', '').lower()
    keep = 'close' not in connection if version == 'HTTP/1.1' else 'keep-alive' in connection
    chunked = 'chunked' in headers.get('transfer-encoding', '').lower()
    text = headers.get('content-length', '0')
    if not text.isascii() or not text.isdigit():
        raise Malformed(400, 'content length')
    if int(text) > BODY_MAX:
        raise Malformed(413, 'body too large')
    return request, keep, int(text), chunked


def read_chunks(buffer, start):
    """(body, position behind it) of a chunked body at `start`, or None if more has to come."""
    parts, total, at = [], 0, start
    while True:
        end = buffer.find(b'\r\n', at, at + 64)
        if end < 0:
            if len(buffer) - at >= 64:
                raise Malformed(400, 'chunk size')
            return None
        try:
            size = int(bytes(buffer[at:end]).split(b';')[0], 16)
        except ValueError:
            raise Malformed(400, 'chunk size') from None
        total += size
        if size < 0 or total > BODY_MAX:
            raise Malformed(413, 'body too large')
        at = end + 2
        if size == 0:
            return read_trailer(buffer, at, b''.join(parts))
        if len(buffer) < at + size + 2:
            return None
        parts.append(bytes(buffer[at:at + size]))
        at += size + 2


def read_trailer(buffer, at, body):
    while True:
        end = buffer.find(b'\r\n', at)
        if end < 0:
            if len(buffer) - at > HEAD_MAX:
                raise Malformed(400, 'trailer')
            return None
        if end == at:
            return body, at + 2
        at = end + 2


class Connection(asyncio.Protocol):
    """One client.  `serve(request, connection)` answers, or gives an awaitable that does."""

    def __init__(self, serve, opened=None):
        self.serve = serve
        self.opened = opened
        self.transport = None
        self.buffer = bytearray()
        self.pending = None        # (request, length, chunked) while its body is still coming
        self.keep = True
        self.busy = False
        self.closed = False
        self.room = asyncio.Event()
        self.room.set()

    def connection_made(self, transport):
        self.transport = transport
        if self.opened is not None:
            self.opened(self)

    def connection_lost(self, exc):
        self.closed = True
        self.room.set()

    def pause_writing(self):
        self.room.clear()

    def resume_writing(self):
        self.room.set()

    def data_received(self, data):
        self.buffer += data
        if not self.busy:
            self.go_on()

    def go_on(self):
        """Serve what the buffer holds, one request after the other."""
        try:
            while not self.busy and not self.closed:
                request = self.next_request()
                if request is None:
                    return
                self.run(request)
        except Malformed as fault:
            self.keep = False
            self.send(error(fault.status, str(fault)))

    def next_request(self):
        if self.pending is None and not self.next_head():
            return None
        request, length, chunked = self.pending
        if chunked:
            found = read_chunks(self.buffer, 0)
            if found is None:
                return None
            request.body, length = found
        else:
            if len(self.buffer) < length:
                return None
            request.body = bytes(self.buffer[:length])
        del self.buffer[:length]
        self.pending = None
        return request

    def next_head(self):
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            if len(self.buffer) > HEAD_MAX:
                raise Malformed(431, 'head too large')
            return False
        request, self.keep, length, chunked = read_head(bytes(self.buffer[:end]))
        del self.buffer[:end + 4]
        self.pending = (request, length, chunked)
        if request.headers.get('expect', '').lower() == '100-continue':
            self.transport.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        return True

    def run(self, request):
        try:
            result = self.serve(request, self)
        except Exception:
            result = broken(request)
        if isinstance(result, Response):
            self.send(result)
        elif result is not None:
            self.busy = True
            asyncio.ensure_future(self.finish(request, result))

    async def finish(self, request, awaitable):
        try:
            result = await awaitable
        except Exception:
            result = broken(request)
        self.busy = False
        if result is not None:
            self.send(result)
        self.go_on()

    def send(self, response):
        if self.closed:
            return
        self.transport.write(response.head(self.keep) + response.body)
        if not self.keep:
            self.close()

    def close(self):
        self.closed = True
        self.transport.close()

    def abort(self):
        """Reset: no further byte, the peer sees the connection die."""
        self.closed = True
        sock = self.transport.get_extra_info('socket')
        if sock is not None and not self.transport.is_closing():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.transport.abort()

    async def drip(self, response, seconds=1.0):
        """The answer, a byte at a time."""
        for byte in response.head(False) + response.body:
            if self.closed:
                return
            self.transport.write(bytes([byte]))
            await asyncio.sleep(seconds)
        self.close()

    async def flood(self, head, total):
        """`head`, then `total` bytes of blanks, no faster than the peer takes them."""
        self.transport.write(head)
        block = b' ' * 65536
        while total > 0 and not self.closed:
            await self.room.wait()
            self.transport.write(block[:total])
            total -= len(block)
            await asyncio.sleep(0)
        if not self.closed:
            self.close()


def broken(request):
    """A handler of the simulator itself failed: said on stderr, so that a test run shows it."""
    print(f'simulator: {request.method} {request.target}', file=sys.stderr)
    traceback.print_exc()
    return error(500, 'the simulator failed, see its standard error')


class Routes:
    """(method, pattern) -> handler; `{name}` in a pattern takes one decoded path segment."""

    def __init__(self):
        self.exact = {}
        self.patterns = []

    def add(self, method, pattern, handler):
        if '{' in pattern:
            self.patterns.append((method, pattern, pattern.split('/'), handler))
        else:
            self.exact[method, pattern] = handler

    def find(self, request):
        """The handler, with request.route and request.params set; None if no path fits, False
        if the path is known but not with this method."""
        handler = self.exact.get((request.method, request.path))
        if handler is not None:
            request.route = request.path
            return handler
        known = any(path == request.path for _, path in self.exact)
        parts = request.path.split('/')
        for method, pattern, wanted, found in self.patterns:
            params = match(wanted, parts)
            if params is None:
                continue
            known = True
            if method == request.method:
                request.route = pattern
                request.params = params
                return found
        return False if known else None


def match(wanted, parts):
    if len(wanted) != len(parts):
        return None
    params = {}
    for want, part in zip(wanted, parts):
        if want.startswith('{'):
            if not part:
                return None
            params[want[1:-1]] = unquote(part)
        elif want != part:
            return None
    return params
