"""An HTTP/1.1 client that behaves as OkHttp 4.12, which the platform calls the business with.

- Connections are kept and used again, the one that was used last first.
- A request whose kept connection dies before a byte of an answer is sent again, silently, on a
  new one - GET, PUT and POST alike.  On a new connection a failure is final.
- Redirects are followed, 20 at most: 307 and 308 with method and body, the others as GET.
- 408 is sent again once; 503 once if it says Retry-After: 0.
- Headers are sent as given, then Content-Length, Host, Connection, Accept-Encoding, User-Agent.
"""

import asyncio
import gzip
import ssl
import zlib
from urllib.parse import urljoin, urlsplit

PORTS = {'http': 80, 'https': 443}
USER_AGENT = 'okhttp/4.12.0'
BODY_MAX = 16 * 1024 * 1024
REDIRECTS_MAX = 20


class CallFailed(Exception):
    """No usable answer: refused, reset, timed out, or not HTTP."""


class StaleConnection(Exception):
    """A kept connection turned out to be dead before any byte of an answer."""


class Answer:
    __slots__ = ('status', 'headers', 'body')

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class Client:
    """`sent(method, target, headers, body)` is told of each request that goes out."""

    def __init__(self, timeout=600.0, idle_max=5, user_agent=USER_AGENT, sent=None):
        self.timeout = timeout
        self.idle_max = idle_max
        self.user_agent = user_agent
        self.sent = sent
        self.idle = {}
        self.context = None

    async def call(self, method, url, headers=(), body=None):
        """The Answer, or CallFailed."""
        try:
            return await asyncio.wait_for(self.follow(method, url, headers, body), self.timeout)
        except asyncio.TimeoutError:
            raise CallFailed('timeout') from None
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError, zlib.error) as why:
            raise CallFailed(f'{type(why).__name__}: {why}') from None

    async def follow(self, method, url, headers, body):
        redirects, again = 0, True
        while True:
            got = await self.exchange(method, url, headers, body)
            if again and (got.status == 408 or
                          got.status == 503 and got.headers.get('retry-after') == '0'):
                again = False
                continue
            where = got.headers.get('location')
            if got.status not in (300, 301, 302, 303, 307, 308) or where is None:
                return got
            redirects += 1
            if redirects > REDIRECTS_MAX:
                raise ValueError(f'more than {REDIRECTS_MAX} redirects')
            url = urljoin(url, where)
            if got.status not in (307, 308) and method not in ('GET', 'HEAD'):
                method, body = 'GET', None

    async def exchange(self, method, url, headers, body):
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            raise ValueError(f'{url}: only http and https are spoken here')
        host, port = parts.hostname, parts.port or PORTS[parts.scheme]
        tls = self.tls() if parts.scheme == 'https' else None
        target = (parts.path or '/') + (f'?{parts.query}' if parts.query else '')
        data = self.head(method, target, parts.netloc, headers, body) + (body or b'')
        key = (parts.scheme, host, port)
        while True:
            kept = self.take(key)
            reader, writer = kept or await asyncio.open_connection(host, port, limit=1 << 20,
                                                                   ssl=tls)
            if self.sent is not None:
                self.sent(method, target, headers, body)
            try:
                return await self.speak(key, reader, writer, data, method, kept is not None)
            except StaleConnection:
                continue

    def head(self, method, target, netloc, headers, body):
        lines = [f'{method} {target} HTTP/1.1']
        lines.extend(f'{name}: {value}' for name, value in headers)
        if body is not None:
            lines.append(f'Content-Length: {len(body)}')
        lines.append(f'Host: {netloc}')
        lines.append('Connection: Keep-Alive')
        lines.append('Accept-Encoding: gzip')
        lines.append(f'User-Agent: {self.user_agent}')
        return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')

    def tls(self):
        """Whom the machine believes, or the file in SSL_CERT_FILE, is believed."""
        if self.context is None:
            self.context = ssl.create_default_context()
        return self.context

    def take(self, key):
        kept = self.idle.get(key, [])
        while kept:
            reader, writer = kept.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None

    async def speak(self, key, reader, writer, data, method, reused):
        done = False
        try:
            try:
                writer.write(data)
                await writer.drain()
                first = await reader.readuntil(b'\r\n\r\n')
            except (ConnectionError, asyncio.IncompleteReadError) as why:
                if reused and not getattr(why, 'partial', b''):
                    raise StaleConnection from None
                raise
            status, names, keep = read_answer_head(first)
            body, whole = await read_body(reader, method, status, names)
            done = keep and whole
        finally:
            kept = self.idle.setdefault(key, [])
            if done and len(kept) < self.idle_max:
                kept.append((reader, writer))
            else:
                writer.close()
        if names.get('content-encoding', '').lower() == 'gzip' and body:
            body = gzip.decompress(body)
        return Answer(status, names, body)

    def close(self):
        for kept in self.idle.values():
            for _, writer in kept:
                writer.close()
        self.idle.clear()


def read_answer_head(data):
    lines = data.decode('latin-1').split('\r\n')
    version, _, rest = lines[0].partition(' ')
    if not version.startswith('HTTP/1.'):
        raise ValueError('not HTTP')
    status = int(rest[:3])
    names = {}
    for line in lines[1:]:
        name, colon, value = line.partition(':')
        if colon:
            names[name.strip().lower()] = value.strip()
    connection = names.get('connection', '').lower()
    keep = 'close' not in connection if version == 'HTTP/1.1' else 'keep-alive' in connection
    return status, names, keep


async def read_body(reader, method, status, names):
    """(body, may the connection be kept)."""
    if method == 'HEAD' or status in (204, 304):
        return b'', True
    if 'chunked' in names.get('transfer-encoding', '').lower():
        parts, total = [], 0
        while True:
            size = int((await reader.readuntil(b'\r\n')).split(b';')[0], 16)
            total += size
            if total > BODY_MAX:
                raise ValueError('answer too large')
            if size == 0:
                while await reader.readuntil(b'\r\n') != b'\r\n':
                    pass
                return b''.join(parts), True
            parts.append((await reader.readexactly(size + 2))[:-2])
    if 'content-length' in names:
        length = int(names['content-length'])
        if length > BODY_MAX:
            raise ValueError('answer too large')
        return await reader.readexactly(length), True
    body = await reader.read(BODY_MAX + 1)
    while len(body) <= BODY_MAX:
        more = await reader.read(BODY_MAX + 1 - len(body))
        if not more:
            return body, False
        body += more
    raise ValueError('answer too large')
