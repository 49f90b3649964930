"""Quotes by other means: fractions and decimals, from the rules as they are written.

What book_quote() works out with formulas is found here by its definition: the whole amount that
leaves enough after its fee is searched for, the price is divided with Python's decimal, and the
platform's check is done as the platform does it, with an IEEE double for the difference.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

WIDE = Context(prec=200)
END = 10 ** 18


class Refused(Exception):
    """Nothing can be quoted; the word says why."""


@dataclass
class Answer:
    sell: Fraction
    buy: Fraction
    fee: Fraction
    fee_asset: str
    price: str


def down(x, decimals):
    return Fraction(x * 10 ** decimals // 1, 10 ** decimals)


def up(x, decimals):
    return -down(-x, decimals)


def plain(x):
    """The shortest decimal text of a fraction whose denominator divides a power of ten."""
    number = WIDE.divide(Decimal(x.numerator), Decimal(x.denominator))
    text = format(number, 'f')
    return text.rstrip('0').rstrip('.') if '.' in text else text


class Rule:
    def __init__(self, row, decimals):
        part = {name: up(Fraction(row.get(name, '0')), decimals)
                for name in ('fixed', 'minimum', 'maximum')}
        self.fixed, self.least, self.most = part['fixed'], part['minimum'], part['maximum']
        self.rate = Fraction(row.get('percent', '0')) / 100
        self.decimals = decimals

    def fee(self, whole):
        fee = self.fixed + up(whole * self.rate, self.decimals)
        fee = max(fee, self.least)
        return min(fee, self.most) if self.most else fee

    def whole(self, net):
        """The least whole amount of which at least net is left."""
        unit = Fraction(1, 10 ** self.decimals)
        low, high = 0, 1
        while high * unit - self.fee(high * unit) < net:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if middle * unit - self.fee(middle * unit) >= net:
                high = middle
            else:
                low = middle
        return high * unit


class Book:
    def __init__(self, documents):
        self.decimals = {a['id']: a['decimals'] for a in documents['assets']}
        self.prices = {(p['sell_asset'], p['buy_asset']): p for p in documents['prices']}
        self.fees = documents['fees']
        self.spread = Fraction(documents['terms']['default']['spread_percent']) / 100

    def price(self, sell, buy):
        if sell == buy:
            return Fraction(1)
        if (sell, buy) not in self.prices:
            raise Refused('pair')
        return Fraction(self.prices[sell, buy]['price']) * (1 + self.spread)

    def rule(self, sell, buy):
        for row in self.fees:
            if row.get('sell_asset', sell) == sell and row.get('buy_asset', buy) == buy \
                    and 'delivery_method' not in row and 'country_code' not in row:
                return row
        raise Refused('pair')

    def quote(self, sell_asset, buy_asset, sell=None, buy=None):
        given, asset = (sell, sell_asset) if buy is None else (buy, buy_asset)
        given = Fraction(given)
        if given != down(given, self.decimals[asset]):
            raise Refused('decimals')
        if given >= END:
            raise Refused('large')
        if given <= 0:
            raise Refused('small')
        price = self.price(sell_asset, buy_asset)
        row = self.rule(sell_asset, buy_asset)
        fee_asset = sell_asset if row['in'] == 'sell' else buy_asset
        rule = Rule(row, self.decimals[fee_asset])
        work = self.fee_sold if row['in'] == 'sell' else self.fee_bought
        places = self.decimals[sell_asset], self.decimals[buy_asset]
        return self.finish(*work(rule, price, places, buy is not None, given), fee_asset, places)

    @staticmethod
    def fee_sold(rule, price, places, by_buy, given):
        if by_buy:
            sell = rule.whole(up(price * given, places[0]))
            return sell, given, rule.fee(sell), sell - rule.fee(sell), given
        fee = rule.fee(given)
        buy = down((given - fee) / price, places[1])
        if given < END and fee >= given and buy < END:
            raise Refused('fee')
        return given, buy, fee, given - fee, buy

    @staticmethod
    def fee_bought(rule, price, places, by_buy, given):
        if by_buy:
            whole = given + rule.fee(rule.whole(given))
            return up(price * whole, places[0]), given, whole - given, None, whole
        whole = down(given / price, places[1])
        fee = rule.fee(whole)
        if fee >= whole:
            raise Refused('fee')
        return given, whole - fee, fee, None, whole

    @staticmethod
    def finish(sell, buy, fee, paid, bought, fee_asset, places):
        if sell >= END or buy >= END:
            raise Refused('large')
        if buy <= 0:
            raise Refused('small')
        paid = sell if paid is None else paid
        digits = len(str(int(sell * 10 ** places[0])))
        digits = max(digits, places[0] + 1)  # 0.05 is written with its zeros
        digits = min(max(25, digits + 1), 38)
        context = Context(prec=digits, rounding=ROUND_HALF_UP)
        ratio = paid / bought
        number = context.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
        text = format(number, 'f')
        text = text.rstrip('0').rstrip('.') if '.' in text else text
        return Answer(sell, buy, fee, fee_asset, text)


def platform_takes(decimals, sell_asset, buy_asset, sell, buy, fee, fee_asset, price):
    """The platform's own check of an answer: amounts as text, the difference as a double."""
    sell, buy, fee, price = map(Decimal, (sell, buy, fee, price))
    for amount, asset in ((sell, sell_asset), (buy, buy_asset), (fee, fee_asset)):
        if amount.normalize().as_tuple().exponent < -decimals[asset]:
            return False
    if sell <= 0 or buy <= 0 or fee < 0 or decimals[fee_asset] < 1 and fee > 0:
        return False
    if fee == 0:
        made = WIDE.multiply(price, buy)
    elif fee_asset == sell_asset:
        made = WIDE.add(WIDE.multiply(price, buy), fee)
    else:
        made = WIDE.multiply(price, WIDE.add(buy, fee))
    return abs(float(WIDE.subtract(sell, made))) < 10.0 ** -decimals[sell_asset]
