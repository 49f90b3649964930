#!/usr/bin/env python3
"""Send the recorded callbacks to a running server and hold every answer against the rules.

    replay_callbacks.py --url http://127.0.0.1:8081 --auth none|api_key|jwt [--secret TEXT]
                        [--platform 4.3.0|3.1.4] [--only STEP] [--verbose]

Sends the lines that were recorded in that mode of authentication, byte for byte: request line,
headers in order, body. Changed is only what cannot be as it was: the value of Host; ids of
customers, which are made here first under the account and memo of the recording; tokens, signed
anew; `expire_after`, moved by the age of the recording; Content-Length, where a body changed.
expected_callbacks.py says what status is right, platform_rules.py what the platform asks of the
body, api/callbacks.openapi.yaml what we promise. One line for each failure, a count at the end,
status 1 if there was any.
"""
import argparse
import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import re
import socket
import sys
import time
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, urlsplit

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.openapi import Contract  # noqa: E402
from tests.transcripts import platform_rules as rules  # noqa: E402
from tests.transcripts import recordings  # noqa: E402
from tests.transcripts.expected_callbacks import (  # noqa: E402
    ACCEPTED, DECIMALS, expected, step)

TIMEOUT_S = 15
MADE_UP_MEMO = 9_000_000_000   # for customers of whom no memo was recorded


class Socket:
    """What http.client reads an answer from."""

    def __init__(self, line):
        self.line = line

    def makefile(self, *_):
        return self.line.makefile('rb')


class Server:
    def __init__(self, url, auth, secret):
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port or 80
        self.auth, self.secret = auth, secret

    def send(self, method, target, headers, body):
        """(status, content type, body bytes)."""
        head = f'{method} {target} HTTP/1.1\r\n' + ''.join(f'{n}: {v}\r\n' for n, v in headers)
        with socket.create_connection((self.host, self.port), TIMEOUT_S) as line:
            line.sendall(head.encode() + b'\r\n' + body)
            answer = http.client.HTTPResponse(Socket(line), method=method)
            answer.begin()
            return answer.status, answer.getheader('Content-Type') or '', answer.read()

    def credentials(self):
        if self.auth == 'api_key':
            return [('X-Api-Key', self.secret)]
        return [('Authorization', f'Bearer {token(self.secret)}')] if self.auth == 'jwt' else []

    def ask(self, method, target, value):
        body = json.dumps(value).encode()
        headers = [('Content-Type', 'application/json; charset=utf-8'), *self.credentials(),
                   ('Content-Length', str(len(body))), ('Host', f'{self.host}:{self.port}')]
        return self.send(method, target, headers, body)


def token(secret):
    """As the platform makes them: HS256, iat and exp and nothing else."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b'=')
    now = int(time.time())
    signed = b'.'.join(part(json.dumps(value, separators=(',', ':')).encode())
                       for value in ({'alg': 'HS256'}, {'iat': now, 'exp': now + 30}))
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return (signed + b'.' + part(mac)).decode()


def asked_by(request):
    """The members of a request, of whatever encoding."""
    if 'body_base64' in request:
        parts = re.findall(rb'name="(\w+)"\r\nContent-Length: \d+\r\n\r\n(.*?)\r\n--',
                           recordings.body_bytes(request), re.S)
        return {name.decode(): value.decode() for name, value in parts}
    return rules.given(request, recordings.body_bytes(request))


def is_customer(line):
    return line['request']['target'].startswith('/customer')


def key_of(asked):
    return asked.get('account', ''), asked.get('memo', ''), asked.get('memo_type', '')


class Customers:
    """The recorded customers: whose they were, and which of ours stands for each."""

    def __init__(self, server, lines):
        self.server = server
        self.owner = {}     # recorded id -> (account, memo, memo type)
        self.ours = {}      # recorded id -> our id
        self.by_key = {}    # (account, memo, memo type) -> our id, None once erased
        self.exact = set()  # recorded ids that were answered for their account and memo alone
        for line in filter(is_customer, lines):
            self.learn(line)
        self.make_up_memos()

    def learn(self, line):
        """Who is answered for an account and memo owns the id; so does the account beside it."""
        asked = asked_by(line['request'])
        named = asked.get('id') or line['request']['target'].partition('/customer/')[2]
        existed = line.get('refers_to', {}).get('customer_existed', 'answered_id' in line)
        known = named if named and existed else line.get('answered_id') if not named else None
        foreign = expected(line)[0] == 404
        if not known:
            return
        account, memo, kind = self.owner.get(known, ('', '', ''))
        if not foreign and 'account' in asked:
            account = asked['account']
            if asked.get('memo') and not memo:
                memo, kind = asked['memo'], asked['memo_type']
        if not named:
            self.exact.add(known)
        self.owner[known] = (account, memo, kind)

    def make_up_memos(self):
        """A customer of whom only the id was seen may have any memo, but not that of another."""
        for n, known in enumerate(sorted(self.owner)):
            account, memo, _ = self.owner[known]
            if not memo and known not in self.exact:
                self.owner[known] = (account, str(MADE_UP_MEMO + n), 'id')

    def ensure(self, line):
        """Make the customers that this line names, or that an account and memo in it stand for."""
        request = line['request']
        text = request['target'].encode() + recordings.body_bytes(request)
        wanted = [known for known in self.owner if known.encode() in text]
        if request['method'] == 'GET' and line.get('answered_id') in self.owner:
            wanted.append(line['answered_id'])
        for known in wanted:
            if known not in self.ours:
                self.ours[known] = self.make(known)

    def make(self, known):
        account, memo, kind = self.owner[known]
        if not account:
            account = next(owner[0] for owner in self.owner.values() if owner[0])
        key = (account, memo, kind)
        if self.by_key.get(key):
            return self.by_key[key]
        wanted = {'account': account, 'memo': memo, 'memo_type': kind, 'type': 'sep31-sender'}
        status, _, body = self.server.ask('PUT', '/customer',
                                          {name: text for name, text in wanted.items() if text})
        made = json_of(body)
        if status != 200 or not isinstance(made, dict) or not isinstance(made.get('id'), str):
            raise SystemExit(f'customer {known} cannot be made first: {status} {body[:200]}')
        self.by_key[key] = made['id']
        return made['id']

    def translate(self, data):
        for known, ours in self.ours.items():
            data = data.replace(known.encode(), ours.encode())
        return data


def request_of(line, customers, server):
    """(method, target, headers, body) as they go out."""
    request = line['request']
    target = customers.translate(request['target'].encode()).decode()
    body = recordings.body_bytes(request)
    if is_customer(line):
        body = customers.translate(body)
    age = datetime.now(timezone.utc) - datetime.fromisoformat(line['at'])
    found = re.search(r'expire_after=([^&]*)', target)
    if found:
        (_, moment), = parse_qsl(found[0])
        moved = quote(rules.later(moment, age), safe='')
        target = target.replace(found[1], moved)
    changed = {'host': f'{server.host}:{server.port}', 'content-length': str(len(body)),
               **{name.lower(): value for name, value in server.credentials()}}
    headers = [(name, changed.get(name.lower(), value)) for name, value in request['headers']]
    return request['method'], target, headers, body


def json_of(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


class Replay:
    def __init__(self, server, lines):
        self.server = server
        self.customers = Customers(server, lines)
        self.contract = Contract(ROOT / 'api' / 'callbacks.openapi.yaml')

    def faults(self, line):
        """What is wrong with the answer to this line; also its status, for the record."""
        self.customers.ensure(line)
        method, target, headers, body = request_of(line, self.customers, self.server)
        status, kind, answer = self.server.send(method, target, headers, body)
        right, why = expected(line)
        if status != right:
            text = answer[:160].decode(errors='replace')
            return status, [f'{status}, not {right}{f" ({why})" if why else ""}: {text}']
        asked = {**asked_by(line['request']), **dict(parse_qsl(urlsplit(target).query))}
        if 'id' in asked:
            asked['id'] = self.customers.ours.get(asked['id'], asked['id'])
        return status, self.body_faults(line, asked, status, kind, answer)

    def body_faults(self, line, asked, status, kind, answer):
        method = line['request']['method']
        if status == 204:
            self.forget(line)
            return [f'204 with a body: {answer[:80]}'] if answer else []
        if line['request']['target'] == '/event':
            return []
        if not kind.startswith('application/json'):
            return [f'Content-Type {kind!r}']
        body = json_of(answer)
        path = urlsplit(line['request']['target']).path
        faults = self.contract.answer_faults(path, method.lower(), status, body)
        if status != ACCEPTED[method]:
            values = [value for name, value in asked.items() if name in rules.FORWARDED]
            return faults + rules.error_faults(body, values)
        if path == '/rate':
            return faults + rules.rate_faults(body, asked, DECIMALS)
        faults += rules.customer_faults(body, method, asked)
        return faults or self.identity(line, asked, body)

    def identity(self, line, asked, body):
        """The same account and memo is the same customer, and an erased one is nobody."""
        key = key_of(asked)
        if 'id' in asked:
            return []
        if line['request']['method'] == 'PUT':
            before = self.customers.by_key.get(key)
            self.customers.by_key[key] = body['id']
            changed = before not in (None, body['id'])
            return [f'{key}: {before} became {body["id"]}'] if changed else []
        if key in self.customers.by_key and body.get('id') != self.customers.by_key[key]:
            return [f'{key}: {self.customers.by_key[key]} is answered as {body.get("id")}']
        return []

    def forget(self, line):
        erased = self.customers.ours[line['refers_to']['customer']]
        for key, ours in self.customers.by_key.items():
            if ours == erased:
                self.customers.by_key[key] = None


def main():
    parser = argparse.ArgumentParser(description='replay recorded callbacks')
    parser.add_argument('--url', default='http://127.0.0.1:8081')
    parser.add_argument('--auth', choices=('none', 'api_key', 'jwt'), default='none')
    parser.add_argument('--secret', default=recordings.CALLBACK_SECRET)
    parser.add_argument('--platform', choices=('4.3.0', '3.1.4'), action='append')
    parser.add_argument('--only', metavar='STEP')
    parser.add_argument('--verbose', action='store_true', help='a line for each callback')
    options = parser.parse_args()
    server = Server(options.url, options.auth, options.secret)
    sent = failed = 0
    for platform in options.platform or ('4.3.0', '3.1.4'):
        lines = [line for line in recordings.lines(platform, 'callbacks')
                 if line['auth'] == options.auth]
        replay = Replay(server, lines)
        for line in lines:
            if options.only not in (None, step(line)):
                continue
            status, faults = replay.faults(line)
            sent += 1
            failed += bool(faults)
            if faults:
                print(f'FAILED {platform} {line["id"]}: {"; ".join(faults[:3])}')
            elif options.verbose:
                print(f'ok     {platform} {line["id"]}: {status}')
    print(f'{sent} callbacks in mode {options.auth}\n{sent - failed} passed, {failed} failed')
    return 1 if failed or not sent else 0


if __name__ == '__main__':
    sys.exit(main())
