"""Which parameters a call may carry: each check raises Refused with the platform's code."""

import base64
import binascii
import re

from tests.platform import money, times

INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, INTERNAL = -32600, -32601, -32602, -32603


class Refused(Exception):
    """A call that is answered with an error and changes nothing."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Broken(Exception):
    """Platform 3.x: this call fails so that the whole array is answered with HTTP 500."""


def bad(message):
    return Refused(INVALID_PARAMS, message)


def internal(message):
    return Refused(INTERNAL, message)


def text(value):
    """A parameter as text: numbers are taken as they are written, absent stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (int, float)):
        return money.plain(money.decimal(value))
    raise bad('a text was expected')


def member(params, name):
    """A nested object, or None if it is absent."""
    value = params.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad(f'{name}: an object was expected')
    return value


def amount(name, value, asset_id, assets, zero=False):
    """The text of an amount that may stand for `asset_id`."""
    value = text(value)
    if asset_id is None:
        raise internal(f'{name}: no asset to hold it against')
    asset = assets.get(asset_id)
    if asset is None:
        raise bad(f'{name}: asset {asset_id} is not configured')
    number = money.decimal(value)
    if number is None:
        raise bad(f'{name}: not a number')
    if number < 0 or (number == 0 and not zero):
        raise bad(f'{name}: {"negative" if zero else "not above zero"}')
    if money.scale(number) > asset.decimals:
        raise bad(f'{name}: more than {asset.decimals} decimals')
    return value


def fee_details(given, recorded, assets):
    """The fee as it is stored; its asset must be the recorded one."""
    asset_id = given.get('asset')
    if asset_id is None:
        raise bad('fee_details: an asset is needed')
    recorded_asset = (recorded or {}).get('asset')
    if recorded_asset is not None and asset_id != recorded_asset:
        raise bad('fee_details: not the recorded fee asset')
    total = amount('fee_details.total', given.get('total'), asset_id, assets, zero=True)
    made = {'total': total, 'asset': asset_id}
    details = given.get('details')
    if details:
        lines = [fee_line(line, asset_id, assets) for line in details]
        if sum(money.decimal(line['amount']) for line in lines) != money.decimal(total):
            raise bad('fee_details: the details do not add up to the total')
        made['details'] = lines
    return made


def fee_line(line, asset_id, assets):
    if not isinstance(line, dict) or line.get('name') is None:
        raise bad('fee_details: a detail needs a name')
    made = {'name': text(line['name'])}
    if line.get('description') is not None:
        made['description'] = text(line['description'])
    made['amount'] = amount('fee_details.details.amount', line.get('amount'), asset_id, assets)
    return made


def future(name, value, now):
    """An instant that is not past, as given; None if absent."""
    value = text(value)
    if value is None:
        return None
    try:
        nanos = times.nanos_of(value)
    except ValueError:
        raise bad(f'{name}: no instant') from None
    if nanos < now:
        raise bad(f'{name}: in the past')
    return times.text_of(nanos)


def id_memo(memo):
    """4.x: every memo is an unsigned 64-bit number in decimal digits."""
    if not re.fullmatch(r'[0-9]+', memo) or int(memo) >= 2 ** 64:
        raise bad('memo: not an unsigned 64-bit number')


def typed_memo(memo, memo_type):
    """3.x: id, text and hash memos.  What its library refuses breaks the whole array."""
    kinds = {'id': signed_memo, 'text': text_memo, 'hash': hash_memo}
    check = kinds.get(memo_type)
    if check is None:
        raise Broken('memo_type')
    check(memo)


def signed_memo(memo):
    if not re.fullmatch(r'[+-]?[0-9]+', memo) or not -2 ** 63 <= int(memo) < 2 ** 63:
        raise Broken('memo')
    if int(memo) < 0:
        raise internal('memo: an id memo is not negative')


def text_memo(memo):
    if len(memo.encode()) > 28:
        raise internal('memo: more than 28 bytes of text')


def hash_memo(memo):
    try:
        raw = base64.b64decode(memo + '=' * (-len(memo) % 4), validate=True)
    except binascii.Error:
        raise internal('memo: not base64') from None
    if len(raw) != 32:
        raise internal('memo: a hash has 32 bytes')


def memo_is_sound(memo, memo_type):
    """A wallet's memo, for any platform."""
    try:
        if memo_type == 'id':
            id_memo(memo)
        elif memo_type == 'text':
            text_memo(memo)
        elif memo_type == 'hash':
            hash_memo(memo)
        else:
            return False
    except Refused:
        return False
    return True
