"""One request, byte for byte as a case says it, and the answer that came, if any."""

import dataclasses
import socket
import urllib.parse

SILENCE_S = 15.0


@dataclasses.dataclass
class Answer:
    status: int | None  # None: the connection ended without one
    headers: dict[str, str]
    body: bytes


def message(method: str, target: bytes, headers: list[tuple[str, bytes]], body: bytes) -> bytes:
    head = method.encode() + b' ' + target + b' HTTP/1.1\r\n'
    for name, value in headers:
        head += name.encode() + b': ' + value + b'\r\n'
    return head + b'\r\n' + body


def read_all(sock: socket.socket) -> bytes:
    got = b''
    try:
        while more := sock.recv(65536):
            got += more
    except ConnectionError:
        pass  # it hung up; what it said before counts
    return got


def unchunked(text: bytes) -> bytes:
    whole = b''
    while text:
        size, _, text = text.partition(b'\r\n')
        whole += text[:int(size, 16)]
        text = text[int(size, 16) + 2:]
    return whole


def parsed(raw: bytes) -> Answer:
    head, _, body = raw.partition(b'\r\n\r\n')
    lines = head.decode('latin-1').split('\r\n')
    if not lines[0].startswith('HTTP/1.1 '):
        return Answer(None, {}, raw)
    pairs = (line.split(':', 1) for line in lines[1:])
    headers = {name.lower(): value.strip() for name, value in pairs}
    if headers.get('transfer-encoding') == 'chunked':
        body = unchunked(body)
    return Answer(int(lines[0].split()[1]), headers, body)


def exchange(url: str, raw: bytes, is_cut: bool = False) -> Answer:
    """Sends all of it and reads to the end; is_cut: says that nothing more comes."""
    server = urllib.parse.urlsplit(url)
    address = (server.hostname or '', server.port or 80)
    with socket.create_connection(address, timeout=SILENCE_S) as sock:
        try:
            sock.sendall(raw)
            if is_cut:
                sock.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass  # refused before all was sent
        return parsed(read_all(sock))
