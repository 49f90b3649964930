"""access.py ME - standard input, an array of calls, as a request for `curl --config`.

Address and credentials are settings with the names and the rules that our programs have: from the
environment, or from the NAME=VALUE lines of the file that WINDLASS_CONFIG names.  Only one rule is
left out: `none` needs no WINDLASS_DEV=1, for whoever has no credentials to send lets nobody in.
Faults: one line each, exit status 2.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
import os
import re
import stat
import sys
import time

URL = re.compile(r'(https?)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(/[!-~]*)?')
LEAST = {'api_key': 16, 'jwt': 32}
LIFETIME = 'PLATFORM_API_AUTH_JWT_EXPIRATION_MILLISECONDS'
SECRET = 'SECRET_PLATFORM_API_AUTH_SECRET'


class Fault(Exception):
    pass


def read(path, name):
    """(text, may everybody read it) of a small file that a setting names."""
    try:
        with open(path, 'rb') as file:
            open_to_all = bool(os.fstat(file.fileno()).st_mode & stat.S_IROTH)
            return file.read(1 << 16).decode('utf-8', 'surrogateescape'), open_to_all
    except OSError as why:
        raise Fault(f'{name}: {path}: {why.strerror}') from None


def unquoted(value):
    value = value.strip(' \t\r')
    return value[1:-1] if len(value) > 1 and value[0] in '"\'' and value[-1] == value[0] else value


class Settings:
    def __init__(self):
        self.file, self.open_to_all = {}, False
        path = os.environ.get('WINDLASS_CONFIG')
        if not path:
            return
        text, self.open_to_all = read(path, 'WINDLASS_CONFIG')
        for number, line in enumerate(text.split('\n'), 1):
            line = line.strip(' \t\r')
            if not line or line.startswith('#'):
                continue
            name, equals, value = line.partition('=')
            name = name.strip(' \t')
            if not equals or not re.fullmatch(r'[A-Z][A-Z0-9_]*', name) or name in self.file:
                raise Fault(f'WINDLASS_CONFIG: {path}: line {number} is not NAME=VALUE, or a'
                            ' name for the second time')
            self.file[name] = unquoted(value)

    def find(self, name):
        """(value or None, is it from the file)."""
        if os.environ.get(name):
            return os.environ[name], False
        return self.file.get(name) or None, name in self.file

    def get(self, name, standard=''):
        return self.find(name)[0] or standard

    def secret(self, name):
        (value, from_file), (path, path_from_file) = self.find(name), self.find(name + '_FILE')
        if value and path and from_file == path_from_file:
            raise Fault(f'{name}: set this or {name}_FILE, not both')
        if path and (not value or from_file):
            text, open_to_all = read(path, name + '_FILE')
            if open_to_all:
                raise Fault(f'{name}_FILE: {path}: everybody may read it (chmod o= it)')
            return text[:-1] if text.endswith('\n') else text
        if value and from_file and self.open_to_all and self.get('WINDLASS_DEV') != '1':
            raise Fault(f'{name}: the file named by WINDLASS_CONFIG holds this secret and'
                        ' everybody may read it')
        return value or ''


def is_loopback(host):
    if host in ('localhost', '[::1]'):
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def address(settings):
    name = 'PLATFORM_API_BASE_URL'
    given = settings.get(name)
    if not given:
        raise Fault(f'{name}: is not set: the Platform API, e.g. http://127.0.0.1:8085')
    found = URL.fullmatch(given)
    if not found or re.search('[?#]', given) or not 1 <= int(found[3] or 1) <= 65535:
        raise Fault(f'{name}: must be http(s)://host[:port][/path], nothing else')
    plain = re.split('[ ,]+', settings.get('WINDLASS_PLAIN_HTTP_HOSTS').lower())
    if found[1] == 'http' and not is_loopback(found[2]) and found[2].lower() not in plain:
        raise Fault(f'{name}: is plain http:// to a host that is neither loopback nor listed in'
                    ' WINDLASS_PLAIN_HTTP_HOSTS')
    return given.rstrip('/') + '/'


def part(value):
    data = value if isinstance(value, bytes) else json.dumps(value, separators=(',', ':')).encode()
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def token(secret, lifetime_ms, now):
    """HS256 with iat and exp and nothing else, as the platform wants it."""
    claims = {'iat': int(now), 'exp': int(now) + lifetime_ms // 1000}
    signed = part({'alg': 'HS256', 'typ': 'JWT'}) + b'.' + part(claims)
    return (signed + b'.' + part(hmac.digest(secret, signed, hashlib.sha256))).decode()


def credentials(settings):
    """The header that proves who we are, or None."""
    kind = settings.get('PLATFORM_API_AUTH_TYPE', 'none')
    if kind == 'none':
        return None
    if kind not in LEAST:
        raise Fault('PLATFORM_API_AUTH_TYPE: must be one of: none api_key jwt')
    # While a secret is changed there are two, one a line: ours is the first.
    first = settings.secret(SECRET).split('\n')[0]
    secret = first.encode('utf-8', 'surrogateescape')
    if not secret:
        raise Fault(f'{SECRET}: is not set, and PLATFORM_API_AUTH_TYPE is {kind}')
    if len(secret) < LEAST[kind]:
        raise Fault(f'{SECRET}: needs at least {LEAST[kind]} bytes for {kind}')
    if kind == 'api_key':
        if re.search('[\0-\x1f\x7f]', first):
            raise Fault(f'{SECRET}: must be one line')
        return f'X-Api-Key: {first}'
    lifetime = settings.get(LIFETIME, '30000')
    if not lifetime.isascii() or not lifetime.isdigit() or not 1000 <= int(lifetime) <= 3600000:
        raise Fault(f'{LIFETIME}: must be a whole number from 1000 to 3600000')
    return f'Authorization: Bearer {token(secret, int(lifetime), time.time())}'


def option(name, value):
    escaped = value.replace('\\', '\\\\').replace('"', '\\"')
    return f'{name} = "{escaped}"\n'


def main(me):
    array = sys.stdin.readline().rstrip('\n')
    try:
        settings = Settings()
        url, proof = address(settings), credentials(settings)
    except Fault as why:
        print(f'{me}: {why}', file=sys.stderr)
        return 2
    headers = ['Content-Type: application/json', 'Expect:'] + [proof] * (proof is not None)
    config = option('url', url) + ''.join(option('header', line) for line in headers)
    sys.stdout.buffer.write((config + option('data-binary', array)).encode(
        'utf-8', 'surrogateescape'))
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
