"""The simulated platform as the replay drives it: a process of ours, or one at a given address."""
import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

from tests.transcripts import recordings

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / 'tests' / 'platform' / 'platform.py'
WRONG_SECRET = 'anotherSecretThatNobodyKnows123456'


def free_port():
    with socket.socket() as line:
        line.bind(('127.0.0.1', 0))
        return line.getsockname()[1]


class Simulator:
    def __init__(self, behave, auth, url=None, callback_url=None):
        self.behave, self.auth = behave, auth
        self.process = self.state = None
        if url is None:
            url = self.start(callback_url)
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port or 80

    def start(self, callback_url):
        self.state = tempfile.TemporaryDirectory()
        port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), '--port', str(port), '--horizon-port',
             str(free_port()), '--callback-url', callback_url, '--behave', self.behave,
             '--auth', self.auth, '--platform-secret', recordings.PLATFORM_SECRET,
             '--state', self.state.name], stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline():
            raise SystemExit(f'{PROGRAM.name} does not start')
        return f'http://127.0.0.1:{port}'

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process.stdout.close()
            self.state.cleanup()

    def call(self, method, target, body=None, headers=()):
        """(status, content type, body as JSON or as it came)."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            line.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers:
                if name.lower() not in ('host', 'content-length', 'connection'):
                    line.putheader(name, value)
            if body is not None:
                line.putheader('Content-Length', str(len(body)))
            line.endheaders(body)
            answer = line.getresponse()
            data = answer.read()
            return answer.status, answer.getheader('Content-Type') or '', json_of(data)
        finally:
            line.close()

    def door(self, path, value=None):
        """Something the replay itself needs; it has to work."""
        status, _, body = self.call('POST', f'/_sim/{path}', json.dumps(value or {}).encode(),
                                    [('Content-Type', 'application/json')])
        if status not in (200, 201):
            raise SystemExit(f'POST /_sim/{path}: {status} {body}')
        return body

    def books(self):
        return self.call('GET', '/_sim/books')[2]

    def record(self, record_id):
        """A record as it stands, or None."""
        status, _, body = self.call('GET', f'/transactions/{record_id}',
                                    headers=credentials(self.auth))
        return body if status == 200 else None


def json_of(data):
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors='replace')


def token(claims, algorithm='HS256', secret=recordings.PLATFORM_SECRET):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b'=')
    head = part(json.dumps({'alg': algorithm, 'typ': 'JWT'}).encode())
    signed = head + b'.' + part(json.dumps(claims).encode())
    kind = {'HS256': hashlib.sha256, 'HS512': hashlib.sha512}[algorithm]
    return (signed + b'.' + part(hmac.new(secret.encode(), signed, kind).digest())).decode()


def credentials(auth):
    """The right ones."""
    if auth == 'api_key':
        return [('X-Api-Key', recordings.PLATFORM_SECRET)]
    if auth == 'jwt':
        now = int(time.time())
        return [('Authorization', f'Bearer {token({"iat": now, "exp": now + 30})}')]
    return []
