"""Just enough XDR to write the envelope of a Stellar transaction and to know its hash.

Signatures are random bytes: nobody checks them here.
"""

import base64
import hashlib
import secrets
import struct
from decimal import Decimal

from tests.platform import strkey

NETWORK = hashlib.sha256(b'Test SDF Network ; September 2015').digest()
ENVELOPE_TX = struct.pack('>I', 2)
MEMO_NONE, MEMO_TEXT, MEMO_ID, MEMO_HASH = range(4)
OPERATIONS = {'payment': 1, 'path_payment_strict_receive': 2, 'path_payment_strict_send': 13}


def u32(number):
    return struct.pack('>I', number)


def u64(number):
    return struct.pack('>Q', number)


def opaque(data):
    return u32(len(data)) + data + b'\0' * (-len(data) % 4)


def account(address):
    """A MuxedAccount: of a plain key, or of a key and an id."""
    kind, payload = strkey.decode(address)
    if kind == 'M':
        return u32(0x100) + payload[32:] + payload[:32]
    return u32(0) + payload


def asset(name):
    """`native` or CODE:ISSUER."""
    if name == 'native':
        return u32(0)
    code, issuer = name.split(':')
    _, key = strkey.decode(issuer)
    if len(code) <= 4:
        return u32(1) + code.encode().ljust(4, b'\0') + u32(0) + key
    return u32(2) + code.encode().ljust(12, b'\0') + u32(0) + key


def stroops(amount):
    return struct.pack('>q', int(Decimal(amount) * 10 ** 7))


def memo(kind, value):
    if kind == 'text':
        return u32(MEMO_TEXT) + opaque(value.encode())
    if kind == 'id':
        return u32(MEMO_ID) + u64(int(value))
    if kind == 'hash':
        return u32(MEMO_HASH) + base64.b64decode(value)
    return u32(MEMO_NONE)


def operation(one):
    """One payment with its own source account."""
    body = u32(OPERATIONS[one.kind])
    if one.kind == 'payment':
        body += account(one.to) + asset(one.asset) + stroops(one.amount)
    else:
        body += (asset(one.asset) + stroops(one.amount) + account(one.to) + asset(one.asset)
                 + stroops(one.amount) + u32(0))
    return u32(1) + account(one.source) + body


def transaction(source, sequence, kind, value, operations, closed):
    """(hash in hex, envelope in base64)."""
    body = (account(source) + u32(100 * len(operations)) + u64(sequence)
            + u32(1) + u64(0) + u64(closed + 300)
            + memo(kind, value) + u32(len(operations))
            + b''.join(operation(one) for one in operations) + u32(0))
    made = hashlib.sha256(NETWORK + ENVELOPE_TX + body).hexdigest()
    signed = u32(1) + secrets.token_bytes(4) + opaque(secrets.token_bytes(64))
    return made, base64.b64encode(ENVELOPE_TX + body + signed).decode()
