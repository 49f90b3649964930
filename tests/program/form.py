"""Sends a multipart PUT as the platform's client does, and prints the answer like fcgi.py.

    form.py --socket PATH NAME=VALUE... NAME@FILE...

Text parts have no Content-Type, files are application/octet-stream under a name of the platform's,
or what TYPE says in the environment.
"""
import argparse
import os
import re

import fcgi

TYPE = os.environ.get('TYPE', 'application/octet-stream')
BOUNDARY = '2a13ee50-853a-4181-8f59-daa8a306a1ab'


def part(name: str, content: bytes, is_file: bool) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if is_file:
        camel = re.sub('_(.)', lambda m: m[1].upper(), name)
        head += f'; filename="{camel}"\r\nContent-Type: {TYPE}'
    head += f'\r\nContent-Length: {len(content)}\r\n\r\n'
    return head.encode() + content + b'\r\n'


def body_of(words: 'list[str]') -> bytes:
    body = b''
    for word in words:
        name, sign, rest = re.fullmatch(r'([a-z_]+)([=@])(.*)', word, re.S).groups()
        if sign == '=':
            body += part(name, rest.encode(), False)
        else:
            with open(rest, 'rb') as file:
                body += part(name, file.read(), True)
    return body + f'--{BOUNDARY}--\r\n'.encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--socket', required=True)
    parser.add_argument('words', nargs='+', metavar='NAME=VALUE')
    args = parser.parse_args()
    status, headers, body = fcgi.ask(args.socket, 'PUT', '/customer', body_of(args.words),
                                     f'multipart/form-data; boundary={BOUNDARY}')
    print(status)
    for name, value in headers.items():
        print(f'{name}: {value}')
    print()
    print(body.decode(), end='')


if __name__ == '__main__':
    main()
