"""Is an answer to GET /rate one that the platform takes?  Its own checks, in its own order."""

from decimal import Decimal, localcontext

from tests.platform import money, times
from tests.platform.money import WIDE


class Unusable(Exception):
    """The answer is refused; the wallet gets `status` and the reason."""

    def __init__(self, why, status=502):
        super().__init__(why)
        self.status = status


def checked(body, asked, assets):
    """The rate of the answer, all amounts as text; Unusable if the platform refuses it."""
    rate = body.get('rate')
    if not isinstance(rate, dict):
        raise Unusable('rate is missing')
    rate = {name: as_text(value) if name in ('price', 'sell_amount', 'buy_amount') else value
            for name, value in rate.items() if value is not None}
    if rate.get('price') is None:
        raise Unusable('rate.price is missing')
    if asked['type'] == 'firm':
        if not isinstance(rate.get('id'), str):
            raise Unusable('rate.id is missing')
        check_instant(rate.get('expires_at'))
    sell, buy = assets.get(asked['sell_asset']), assets.get(asked['buy_asset'])
    sell_amount = side('sell_amount', rate, asked, sell)
    buy_amount = side('buy_amount', rate, asked, buy)
    fee, fee_asset = check_fee(rate.get('fee'), asked['sell_asset'], assets)
    price = money.decimal(rate['price'])
    if price is None:
        raise Unusable('rate.price is no number', 500)
    check_formula(sell_amount, buy_amount, price, fee, fee_asset, asked, sell)
    return rate


def as_text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unusable('internal server error')
    return str(value)


def check_instant(text):
    try:
        times.nanos_of(text)
    except (ValueError, TypeError, AttributeError):
        raise Unusable('rate.expires_at is no instant') from None


def side(name, rate, asked, asset):
    value = money.decimal(rate.get(name))
    if value is None or value <= 0:
        raise Unusable(f'rate.{name} is missing or not above zero')
    if money.scale(value) > asset.decimals:
        raise Unusable(f'rate.{name} has more than {asset.decimals} decimals')
    if asked.get(name) is not None and money.decimal(asked[name]) != value:
        raise Unusable(f'rate.{name} is not the one that was asked for')
    return value


def check_fee(fee, sell_asset, assets):
    """(total, asset id); no fee is zero of what is sold."""
    if fee is None:
        return Decimal(0), sell_asset
    if not isinstance(fee, dict):
        raise Unusable('internal server error')
    total, asset = money.decimal(fee.get('total')), assets.get(fee.get('asset'))
    if total is None or total < 0:
        raise Unusable('rate.fee.total is missing or negative')
    if asset is None or asset.decimals < 1:
        raise Unusable('rate.fee.asset is none that can carry a fee')
    if money.scale(total) > asset.decimals:
        raise Unusable(f'rate.fee.total has more than {asset.decimals} decimals')
    details = fee.get('details')
    if total == 0 and details:
        raise Unusable('rate.fee.details of a fee of zero')
    if details is not None and total > 0:
        check_details(details, total, asset)
    return total, fee['asset']


def check_details(details, total, asset):
    summed = Decimal(0)
    for line in details:
        value = money.decimal(line.get('amount'))
        if value is None or value <= 0 or money.scale(value) > asset.decimals:
            raise Unusable('rate.fee.details.amount is not a proper amount')
        if line.get('name') is None:
            raise Unusable('rate.fee.details.name is missing')
        with localcontext(WIDE):
            summed += value
    if summed != total:
        raise Unusable('rate.fee.details do not add up to the total')


def check_formula(sell_amount, buy_amount, price, fee, fee_asset, asked, sell):
    """|sell - f(price, buy, fee)| < 10^-decimals of what is sold, the difference as a double."""
    with localcontext(WIDE):
        if fee_asset == asked['sell_asset']:
            wanted = price * buy_amount + fee
        else:
            wanted = price * (buy_amount + fee)
        distance = abs(float(sell_amount - wanted))
    if not distance < 10.0 ** -sell.decimals:
        raise Unusable('sell_amount, buy_amount, price and fee do not fit together')
