"""Decimal text as the platform treats it."""

from decimal import ROUND_FLOOR, ROUND_HALF_DOWN, Context, Decimal, InvalidOperation, localcontext

WIDE = Context(prec=200)


def decimal(value):
    """The number in `value` (text, or a JSON number that has become text); None if it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def scale(number):
    """Decimals in use, zeros at the end not counted."""
    return max(0, -number.normalize(WIDE).as_tuple().exponent) if number else 0


def plain(number):
    """Without exponent and without zeros at the end."""
    text = format(number, 'f')
    if '.' in text:
        text = text.rstrip('0').rstrip('.')
    return '0' if text in ('-0', '') else text


def rounded(number, decimals, rounding=ROUND_HALF_DOWN):
    with localcontext(WIDE):
        return number.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def to_asset(number, decimals):
    """As stored: half down to the decimals of the asset, zeros at the end cut off."""
    return plain(rounded(number, decimals))


def total_price(sell, buy):
    """sell/buy, cut to 10 decimals; each rounded to 10 decimals before."""
    with localcontext(WIDE):
        quotient = rounded(sell, 10) / rounded(buy, 10)
    return plain(rounded(quotient, 10, ROUND_FLOOR))
