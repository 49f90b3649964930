"""A small FastCGI client that can also do everything a web server never would.

    fcgi.py --socket PATH [--method M] [--target T] [--type CT] [NAME=VALUE...] <body
        one request; prints the status, the headers, an empty line, the body
    fcgi.py --socket PATH --knock
        only connects: exit 0 if somebody listens
"""

import argparse
import os
import socket
import struct
import sys

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
KEEP = 1


class Closed(Exception):
    """The program closed the connection without a whole answer."""


def record(kind: int, content: bytes = b'', request_id: int = 1) -> bytes:
    return struct.pack('>BBHHBB', 1, kind, request_id, len(content), 0, 0) + content


def begin(keep: bool = False, role: int = 1) -> bytes:
    return record(BEGIN, struct.pack('>HB5x', role, KEEP if keep else 0))


def length(n: int) -> bytes:
    return bytes([n]) if n < 128 else struct.pack('>I', n | 0x80000000)


def pair(name: str, value: str) -> bytes:
    key, text = name.encode(), os.fsencode(value)
    return length(len(key)) + length(len(text)) + key + text


def stream(kind: int, content: bytes) -> bytes:
    """Records of at most 64 KiB, then the empty one that ends the stream."""
    parts = [record(kind, content[i:i + 65535]) for i in range(0, len(content), 65535)]
    return b''.join(parts) + record(kind)


def params(method: str, target: str, body: bytes = b'', content_type: str = '',
           more: 'list[tuple[str, str]]' = ()) -> bytes:
    pairs = [('REQUEST_METHOD', method), ('REQUEST_URI', target),
             ('CONTENT_LENGTH', str(len(body)) if body else ''), ('CONTENT_TYPE', content_type)]
    told = {name for name, _ in more}
    pairs = [(name, value) for name, value in pairs if name not in told] + list(more)
    return stream(PARAMS, b''.join(pair(name, value) for name, value in pairs))


def whole(method: str, target: str, body: bytes = b'', content_type: str = '',
          keep: bool = False, more: 'list[tuple[str, str]]' = ()) -> bytes:
    return begin(keep) + params(method, target, body, content_type, more) + stream(STDIN, body)


class Connection:
    """One connection; answers are read until the program ends the request."""

    def __init__(self, path: str, timeout: float = 20.0):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes):
        self.socket.sendall(data)

    def exactly(self, n: int) -> bytes:
        got = b''
        while len(got) < n:
            try:
                more = self.socket.recv(n - len(got))
            except (ConnectionResetError, BrokenPipeError):
                more = b''
            if not more:
                raise Closed()
            got += more
        return got

    def answer(self) -> 'tuple[int, dict[str, str], bytes]':
        out = b''
        while True:
            _, kind, _, size, padding, _ = struct.unpack('>BBHHBB', self.exactly(8))
            content = self.exactly(size + padding)[:size]
            if kind == STDOUT:
                out += content
            elif kind == END:
                break
        head, _, body = out.partition(b'\r\n\r\n')
        if not head:
            raise Closed()
        lines = head.decode().split('\r\n')
        headers = dict(line.split(': ', 1) for line in lines)
        return int(headers.pop('Status').split()[0]), headers, body

    def is_closed(self) -> bool:
        """Waits for the program to close; anything it sends counts against it."""
        try:
            return self.socket.recv(1) == b''
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False


def ask(path: str, method: str, target: str, body: bytes = b'', content_type: str = '',
        more: 'list[tuple[str, str]]' = ()) -> 'tuple[int, dict[str, str], bytes]':
    with Connection(path) as c:
        try:
            c.send(whole(method, target, body, content_type, more=more))
        except BrokenPipeError:
            pass  # it answered before it had read all
        return c.answer()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--socket', required=True)
    parser.add_argument('--knock', action='store_true')
    parser.add_argument('--method', default='GET')
    parser.add_argument('--target', default='/')
    parser.add_argument('--type', default='')
    parser.add_argument('more', nargs='*', metavar='NAME=VALUE')
    args = parser.parse_args()
    if args.knock:
        try:
            Connection(args.socket).socket.close()
        except OSError:
            return 1
        return 0
    more = [tuple(pair.split('=', 1)) for pair in args.more]
    try:
        status, headers, body = ask(args.socket, args.method, args.target,
                                    sys.stdin.buffer.read(), args.type, more)
    except (Closed, OSError) as fault:
        print(type(fault).__name__)
        return 1
    print(status)
    for name, value in headers.items():
        print(f'{name}: {value}')
    print()
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    return 0


if __name__ == '__main__':
    sys.exit(main())
