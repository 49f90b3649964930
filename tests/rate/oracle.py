"""Quotes by other means, from the rules as they are written.

What book_quote() works out with formulas is found here by its definition: amounts are whole
numbers of the smallest unit, fees are cumulated line by line in parts of a unit, the whole amount
that leaves enough after its fee is searched for, prices are divided with Python's decimal, and the
platform's check is done as the platform does it, with an IEEE double for the difference.
"""

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal

WIDE = Context(prec=200)
END = 10 ** 18
PARTS = 10 ** 14  # of a unit: a percentage with 6 decimals less a discount with 4
HUNDRED = Decimal(100)


class Refused(Exception):
    """Nothing can be quoted; the word says why."""


@dataclass
class Answer:
    sell: Decimal
    buy: Decimal
    fee: Decimal
    fee_asset: str
    price: str
    lines: list = field(default_factory=list)


def units(x, places):
    """A decimal as whole units; None if it has a part of one."""
    scaled = WIDE.scaleb(x, places)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def up(x, places):
    return int(WIDE.scaleb(x, places).to_integral_value(rounding=ROUND_CEILING))


def plain(x):
    """The shortest decimal text."""
    text = format(x, 'f')
    return text.rstrip('0').rstrip('.') if '.' in text else text


def ceil_div(n, d):
    return -(-n // d)


class Line:
    """fixed + percentage, at least minimum, at most maximum, in parts of a unit."""

    def __init__(self, row, places, keep):
        def number(name):
            return PARTS * up(WIDE.multiply(Decimal(row.get(name, '0')), keep), places)
        self.name = row['name']
        self.fixed, self.least, most = number('fixed'), number('minimum'), number('maximum')
        self.most = most if Decimal(row.get('maximum', '0')) else None
        rate = WIDE.multiply(WIDE.divide(Decimal(row.get('percent', '0')), HUNDRED), keep)
        self.rate = units(rate, 14)

    def parts(self, whole):
        fee = max(self.rate * whole + self.fixed, self.least)
        return fee if self.most is None else min(fee, self.most)


class Tier:
    def __init__(self, row, places, keep):
        self.begin = up(Decimal(row.get('from', '0')), places)
        self.lines = [Line(line, places, keep) for line in row.get('lines', [row])]

    def fee(self, whole):
        return ceil_div(sum(line.parts(whole) for line in self.lines), PARTS)

    def told(self, whole):
        """Each line is what it adds to the sum of those before it, rounded up."""
        lines, sum_, before = [], 0, 0
        for line in self.lines:
            sum_ += line.parts(whole)
            now = ceil_div(sum_, PARTS)
            if now > before:
                lines.append((line.name, now - before))
            before = now
        return lines

    def least_whole(self, net, end):
        """The least amount of this tier, below end if there is one, that leaves net."""
        low, high = self.begin - 1, max(self.begin, net)
        while high - self.fee(high) < net:
            if end is not None and high >= end:
                return None
            low, high = high, high * 2 + 1
        while high - low > 1:
            middle = (low + high) // 2
            if middle - self.fee(middle) >= net:
                high = middle
            else:
                low = middle
        return high if end is None or high < end else None


class Rule:
    def __init__(self, row, places, keep):
        self.tiers = [Tier(tier, places, keep) for tier in row.get('tiers', [row])]

    def tier(self, whole):
        return [t for n, t in enumerate(self.tiers) if n == 0 or t.begin <= whole][-1]

    def fee(self, whole):
        return self.tier(whole).fee(whole)

    def least_whole(self, net):
        ends = [t.begin for t in self.tiers[1:]] + [None]
        for tier, end in zip(self.tiers, ends, strict=True):
            whole = tier.least_whole(net, end)
            if whole is not None:
                return whole
        raise AssertionError('the last tier has no end')


def fits(row, **asked):
    return all(name not in row or row[name] == value for name, value in asked.items())


class Book:
    def __init__(self, documents):
        self.assets = {a['id']: a for a in documents['assets']}
        self.decimals = {name: a['decimals'] for name, a in self.assets.items()}
        self.prices = {(p['sell_asset'], p['buy_asset']): p for p in documents['prices']}
        self.fees = documents['fees']
        self.terms = documents['terms']
        self.limits = {each['asset']: each for each in documents['limits']['quotes']}
        self.guards = {(g['sell_asset'], g['buy_asset']): g
                       for g in documents['limits']['prices']}
        self.rules = {}

    def terms_of(self, client):
        for terms in self.terms['clients']:
            if client in terms['names']:
                return terms
        return self.terms['default']

    def corridor(self, sell, buy, sold_by, bought_by, country):
        if sold_by and sold_by not in self.assets[sell].get('methods', []):
            raise Refused('method')
        if bought_by and bought_by not in self.assets[buy].get('methods', []):
            raise Refused('method')
        if country and not any(country in self.assets[a].get('countries', []) for a in (sell, buy)):
            raise Refused('country')

    def price(self, terms, sell, buy):
        if sell == buy and sell.startswith('stellar:'):
            return Decimal(1)
        if (sell, buy) not in self.prices:
            raise Refused('pair')
        row, guard = self.prices[sell, buy], self.guards.get((sell, buy), {})
        price = Decimal(row['price'])
        if 'stopped' in row or price < Decimal(guard.get('least', '0')) or \
                'most' in guard and price > Decimal(guard['most']):
            raise Refused('stopped')
        spread = next((s for s in terms.get('spreads', [])
                       if fits(s, sell_asset=sell, buy_asset=buy)), terms)['spread_percent']
        return WIDE.multiply(price, 1 + Decimal(spread) / HUNDRED)

    def rule(self, sell, buy, sold_by, bought_by, country):
        for n, row in enumerate(self.fees):
            if fits(row, sell_asset=sell, buy_asset=buy, sell_delivery_method=sold_by,
                    buy_delivery_method=bought_by, country_code=country) and \
                    row.get('delivery_method', sold_by) in (sold_by, bought_by):
                return n, row
        raise Refused('pair')

    def quote(self, ask):
        sell_asset, buy_asset, sell, buy, sold_by, bought_by, country, client = ask
        text, asset = (sell, sell_asset) if buy is None else (buy, buy_asset)
        given = units(Decimal(text), self.decimals[asset])
        if given is None:
            raise Refused('decimals')
        if given >= END * 10 ** self.decimals[asset]:
            raise Refused('large')
        if given <= 0:
            raise Refused('small')
        self.corridor(sell_asset, buy_asset, sold_by, bought_by, country)
        terms = self.terms_of(client)
        price = self.price(terms, sell_asset, buy_asset)
        n, row = self.rule(sell_asset, buy_asset, sold_by, bought_by, country)
        fee_asset = sell_asset if row['in'] == 'sell' else buy_asset
        places, discount = self.decimals[fee_asset], terms.get('fee_discount_percent', '0')
        if (n, places, discount) not in self.rules:
            self.rules[n, places, discount] = Rule(row, places, 1 - Decimal(discount) / HUNDRED)
        # An asset for itself: the platform takes the fee for one in the sold asset.
        work = self.fee_sold if fee_asset == sell_asset else self.fee_bought
        sides = self.decimals[sell_asset], self.decimals[buy_asset]
        answer = work(self.rules[n, places, discount], price, sides, buy is not None, given)
        answer.fee_asset = fee_asset
        for name, amount in ((sell_asset, answer.sell), (buy_asset, answer.buy)):
            self.limit(terms, name, amount)
        return answer

    def limit(self, terms, asset, amount):
        own = {each['asset']: each for each in terms.get('limits', [])}
        limit = own.get(asset) or self.limits.get(asset)
        if limit and amount < Decimal(limit['least']):
            raise Refused('small')
        if limit and amount > Decimal(limit['most']):
            raise Refused('large')

    def fee_sold(self, rule, price, sides, by_buy, given):
        """The fee in the sold asset: the whole is what is sold."""
        if by_buy:
            buy = given
            sell = rule.least_whole(up(WIDE.multiply(price, whole_of(given, sides[1])), sides[0]))
        else:
            sell, buy = given, None
        fee = rule.fee(sell)
        if buy is None:
            if fee >= sell:
                raise Refused('fee')
            buy = bought(sell - fee, price, sides)
        paid = whole_of(sell - fee, sides[0])
        return finish(sell, buy, rule.tier(sell).told(sell), paid, None, sides, sides[0])

    def fee_bought(self, rule, price, sides, by_buy, given):
        """The fee in the bought asset: the whole is what the sold amount buys."""
        whole = rule.least_whole(given) if by_buy else bought(given, price, sides)
        if whole >= END * 10 ** sides[1]:
            raise Refused('large')
        fee = rule.fee(whole)
        if not by_buy and fee >= whole:
            raise Refused('fee')
        buy = given if by_buy else whole - fee
        sell = up(WIDE.multiply(price, whole_of(whole, sides[1])), sides[0]) if by_buy else given
        return finish(sell, buy, rule.tier(whole).told(whole), None,
                      whole_of(buy + fee, sides[1]), sides, sides[1])


def whole_of(n, places):
    return WIDE.scaleb(Decimal(n), -places)


def bought(sell, price, sides):
    """Units of the bought asset for units of the sold one, rounded down."""
    sign, digits, exponent = price.as_tuple()
    number = int(''.join(map(str, digits)))
    # sell / 10^s / (number * 10^exponent) * 10^b
    shift = sides[1] - sides[0] - exponent
    return sell * 10 ** max(shift, 0) // (number * 10 ** max(-shift, 0))


def finish(sell, buy, lines, paid, got, sides, fee_places):
    if sell >= END * 10 ** sides[0] or buy >= END * 10 ** sides[1]:
        raise Refused('large')
    if buy <= 0:
        raise Refused('small')
    # Digits of the sold amount with all its decimals written, and one more.
    digits = min(max(25, max(len(str(sell)), sides[0] + 1) + 1), 38)
    paid = whole_of(sell, sides[0]) if paid is None else paid
    got = whole_of(buy, sides[1]) if got is None else got
    price = Context(prec=digits, rounding=ROUND_HALF_UP).divide(paid, got)
    fee = sum(amount for _, amount in lines)
    return Answer(whole_of(sell, sides[0]), whole_of(buy, sides[1]), whole_of(fee, fee_places), '',
                  plain(price), [(name, whole_of(amount, fee_places)) for name, amount in lines])


def total(parts):
    """sum() would round: its context is not ours."""
    whole = Decimal(0)
    for part in parts:
        whole = WIDE.add(whole, part)
    return whole


def platform_takes(decimals, ask, sell, buy, fee, fee_asset, price, lines):
    """The platform's own check of an answer: amounts as text, the difference as a double."""
    sell_asset, buy_asset, given_sell, given_buy = ask[:4]
    sell, buy, fee, price = map(Decimal, (sell, buy, fee, price))
    for amount, asset in ((sell, sell_asset), (buy, buy_asset), (fee, fee_asset)):
        if amount.normalize().as_tuple().exponent < -decimals[asset]:
            return False
    if sell <= 0 or buy <= 0 or fee < 0 or decimals[fee_asset] < 1:
        return False
    if given_sell is not None and sell != Decimal(given_sell) or \
            given_buy is not None and buy != Decimal(given_buy):
        return False
    parts = [Decimal(amount) for _, amount in lines]
    if fee == 0 and parts or total(parts) != fee or any(part <= 0 for part in parts):
        return False
    if any(part.normalize().as_tuple().exponent < -decimals[fee_asset] for part in parts):
        return False
    if fee == 0:
        made = WIDE.multiply(price, buy)
    elif fee_asset == sell_asset:
        made = WIDE.add(WIDE.multiply(price, buy), fee)
    else:
        made = WIDE.multiply(price, WIDE.add(buy, fee))
    return abs(float(WIDE.subtract(sell, made))) < 10.0 ** -decimals[sell_asset]
