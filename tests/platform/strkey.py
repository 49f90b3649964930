"""Stellar addresses (SEP-23): G = 32 bytes of key, M = key and 64-bit id, as base32 with a CRC."""

import base64
import binascii

KINDS = {'G': (6 << 3, 32), 'M': (12 << 3, 40), 'C': (2 << 3, 32)}


def crc16(data):
    """CRC-16/XMODEM, little-endian."""
    return binascii.crc_hqx(data, 0).to_bytes(2, 'little')


def decode(address):
    """(kind, payload) of a well-formed address; ValueError if it is none."""
    kind = address[:1]
    if kind not in KINDS:
        raise ValueError(f'{address!r} is no address')
    version, length = KINDS[kind]
    try:
        raw = base64.b32decode(address + '=' * (-len(address) % 8))
    except binascii.Error as why:
        raise ValueError(f'{address!r} is no address') from why
    if len(raw) != length + 3 or raw[0] != version or crc16(raw[:-2]) != raw[-2:]:
        raise ValueError(f'{address!r} is no address')
    return kind, raw[1:-2]


def encode(kind, payload):
    raw = bytes([KINDS[kind][0]]) + payload
    return base64.b32encode(raw + crc16(raw)).decode().rstrip('=')


def unmux(address):
    """(base account, memo or None): an M-address is its G-address with an id memo."""
    if not address.startswith('M'):
        return address, None
    _, payload = decode(address)
    return encode('G', payload[:32]), str(int.from_bytes(payload[32:], 'big'))


def mux(account, number):
    _, key = decode(account)
    return encode('M', key + int(number).to_bytes(8, 'big'))


def account_of(seed):
    """A well-formed account made from any bytes; nobody has its key."""
    return encode('G', seed)
