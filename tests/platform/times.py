"""Instants: the platform answers a change with nine digits of a second and stores six."""

from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def text_of(nanos):
    """As Java prints an instant: no fraction, or 3, 6 or 9 digits of one."""
    seconds, rest = divmod(nanos, 1_000_000_000)
    text = (EPOCH + timedelta(seconds=seconds)).strftime('%Y-%m-%dT%H:%M:%S')
    fraction = f'{rest:09d}'
    while fraction.endswith('000'):
        fraction = fraction[:-3]
    return f'{text}.{fraction}Z' if fraction else f'{text}Z'


def nanos_of(text):
    """Nanoseconds since 1970 of ISO 8601 text with a zone; ValueError if it is none."""
    whole, digits = text, ''
    dot = text.find('.')
    if dot >= 0:
        end = dot + 1
        while end < len(text) and text[end].isdigit():
            end += 1
        digits = text[dot + 1:end]
        whole = text[:dot] + text[end:]
        if not 1 <= len(digits) <= 9:
            raise ValueError(f'{text!r} is no instant')
    if 'T' not in whole:
        raise ValueError(f'{text!r} is no instant')
    moment = datetime.fromisoformat(whole)
    if moment.tzinfo is None:
        raise ValueError(f'{text!r} has no zone')
    delta = moment - EPOCH
    return (delta.days * 86400 + delta.seconds) * 1_000_000_000 + int(digits.ljust(9, '0'))


def stored(text):
    """The instant after the database has rounded it to microseconds."""
    return text_of((nanos_of(text) + 500) // 1000 * 1000)
