"""The three ways that the platform and the business show who they are: none, api_key, jwt.

Tokens live by the machine's clock, since the business makes and checks them before it can know
of a simulated one.  A recorded token is also good while the simulated clock is at its time.
"""

import base64
import hashlib
import hmac
import json
import time

MODES = ('none', 'api_key', 'jwt')
LIFETIME = 30


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def sign(secret, signed):
    return b64(hmac.new(secret.encode(), signed, hashlib.sha256).digest())


def make_jwt(secret, now, lifetime=LIFETIME):
    """A token as the platform makes it: HS256, iat and exp and nothing else."""
    claims = json.dumps({'iat': int(now), 'exp': int(now) + lifetime}, separators=(',', ':'))
    signed = b64(b'{"alg":"HS256"}') + b'.' + b64(claims.encode())
    return (signed + b'.' + sign(secret, signed)).decode()


def jwt_holds(secret, token, now):
    """HS256 with the secret, and `exp`, if there is one, not past.  Other claims do not count."""
    parts = token.encode().split(b'.')
    if len(parts) != 3:
        return False
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + b'=='))
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + b'=='))
    except ValueError:
        return False
    if not isinstance(header, dict) or header.get('alg') != 'HS256':
        return False
    if not hmac.compare_digest(sign(secret, parts[0] + b'.' + parts[1]), parts[2]):
        return False
    expiry = claims.get('exp') if isinstance(claims, dict) else 0
    return expiry is None or (isinstance(expiry, (int, float)) and expiry > now)


class Guard:
    """What the Platform API asks of the business."""

    def __init__(self, mode, secret, clock):
        self.mode = mode
        self.secret = secret
        self.clock = clock

    def admits(self, request):
        if self.mode == 'none' or request.method == 'OPTIONS':
            return True
        if self.mode == 'api_key':
            return request.headers.get('x-api-key') == self.secret
        words = request.headers.get('authorization', '').split(' ')
        return (words[0] == 'Bearer' and len(words) >= 2
                and jwt_holds(self.secret, words[1], min(time.time(), self.clock.now())))


class Proof:
    """What the platform shows the business: the headers for one request."""

    def __init__(self, mode, secret):
        self.mode = mode
        self.secret = secret

    def headers(self):
        if self.mode == 'api_key':
            return [('X-Api-Key', self.secret)]
        if self.mode == 'jwt':
            return [('Authorization', f'Bearer {make_jwt(self.secret, time.time())}')]
        return []
