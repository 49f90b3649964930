"""Books and asks by chance, and asks at the edges of what a book says."""

import random
from decimal import Decimal

from tests.rate.oracle import WIDE, plain

# No real issuer: the one of the sample book will do for every code.
ISSUER = 'GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
DECIMALS = {f'stellar:USDC:{ISSUER}': 7, f'stellar:EURC:{ISSUER}': 7, 'iso4217:WEI': 18,
            'iso4217:BRL': 2, 'iso4217:EUR': 6, 'iso4217:JPY': 0}
METHODS, COUNTRIES = ['PIX', 'WIRE'], ['BR', 'DE']
CLIENTS = [None, 'nobody', 'friend', 'partner']


def digits(rng, most_whole, most_places):
    """A number above 0 of some size, as text: every length is as likely as every other."""
    whole = str(rng.randrange(10 ** rng.randint(0, most_whole)))
    places = rng.randint(0, most_places)
    text = f'{whole}.{rng.randrange(10 ** places):0{places}d}' if places else whole
    return text if Decimal(text) > 0 else '1'


def line(rng, name, percent_digits):
    row = {'name': name}
    if rng.random() < .7:
        row['fixed'] = digits(rng, 3, 18)
    if rng.random() < .8:
        row['percent'] = digits(rng, percent_digits, 6)
    if rng.random() < .5:
        row['minimum'] = digits(rng, 2, 7)
    if rng.random() < .5:
        row['maximum'] = plain(Decimal(row.get('minimum', '0')) + Decimal(digits(rng, 4, 7)))
    return row


def tier(rng):
    """One to four lines, of which the percentages are less than 100 together."""
    if rng.random() < .5:
        one = line(rng, 'Fee', rng.choice([1, 1, 1, 2]))
        if rng.random() < .05:
            one['percent'] = '99.999999'
        return one
    return {'lines': [line(rng, f'Fee {n}', 1) for n in range(rng.randint(1, 4))]}


def fee_row(rng, sell, buy):
    sides = [side for side, asset in (('sell', sell), ('buy', buy)) if DECIMALS[asset] > 0]
    if not sides:
        return None
    row = {'sell_asset': sell, 'buy_asset': buy, 'in': rng.choice(sides)}
    if rng.random() < .5:
        return row | tier(rng)
    begins = sorted({Decimal(digits(rng, 5, 7)) for _ in range(rng.randint(0, 4))})
    return row | {'tiers': [{'from': plain(begin)} | tier(rng) for begin in [Decimal(0), *begins]]}


def corridors(rng, rule):
    """The rule, after some for a way or a country only."""
    rules = [rule]
    for name, values in (('country_code', COUNTRIES), ('delivery_method', METHODS),
                         ('sell_delivery_method', METHODS), ('buy_delivery_method', METHODS)):
        if rng.random() < .2:
            own = {name: rng.choice(values)} | tier(rng)
            rules.insert(0, {k: rule[k] for k in ('sell_asset', 'buy_asset', 'in')} | own)
    # A delivery method covers the same one of either side.
    first = [r for r in rules if 'delivery_method' not in r and len(rules) > 1]
    return first[:-1] + [r for r in rules if 'delivery_method' in r] + rules[-1:]


def terms(rng, **more):
    row = {'spread_percent': digits(rng, 1, 4), 'lifetime': 300, 'lifetime_most': 600, 'caps': {}}
    if rng.random() < .5:
        row['fee_discount_percent'] = rng.choice(['100', '99.9999', digits(rng, 1, 4)])
    if rng.random() < .5:
        pair = rng.sample(list(DECIMALS), 2)
        row['spreads'] = [{'sell_asset': pair[0], 'buy_asset': pair[1], 'spread_percent': '0'},
                          {'sell_asset': pair[0], 'spread_percent': digits(rng, 1, 4)}]
    return row | more


def limit(rng, asset):
    least = Decimal(digits(rng, 1, DECIMALS[asset]))
    return {'asset': asset, 'least': plain(least),
            'most': plain(least + Decimal(digits(rng, 15, DECIMALS[asset])))}


def prices_of(rng, sell, buy):
    """There and back, and never better than even; seldom stopped."""
    there = digits(rng, 6, 12)
    back = WIDE.divide(1, Decimal(there)) * Decimal(1 + rng.randrange(50) / 1000)
    back = back.quantize(Decimal('1e-12'), rounding='ROUND_CEILING', context=WIDE)
    pairs = [(sell, buy, there), (buy, sell, plain(back))][:2 if back < 10 ** 12 else 1]
    rows = []
    for one, other, price in pairs:
        row = {'sell_asset': one, 'buy_asset': other, 'source': 'chance', 'price': price,
               'stale_after': 60, 'as_of': '2026-01-01T00:00:00Z'}
        if rng.random() < .02:
            row['stopped'] = 'by chance'
        rows.append(row)
    return rows


def guard(rng, price):
    """Around a price, or seldom beside it."""
    at = Decimal(price['price'])
    low = at * (2 if rng.random() < .04 else 1)
    return {'sell_asset': price['sell_asset'], 'buy_asset': price['buy_asset'], 'jump_percent': '5',
            'least': plain(min(low, Decimal(10 ** 11))),
            'most': plain(max(low, rng.choice([at, min(at * 2, 10 ** 11 * 9)])))}


def random_book(rng):
    prices, fees, names = [], [], list(DECIMALS)
    for n, sell in enumerate(names):
        for buy in names[n:]:
            if sell == buy and not sell.startswith('stellar:'):
                continue
            rules = [fee_row(rng, sell, buy), fee_row(rng, buy, sell)][:1 if sell == buy else 2]
            if None in rules:
                continue
            for rule in rules:
                fees += corridors(rng, rule)
            if sell != buy:
                prices += prices_of(rng, sell, buy)
    limited = rng.sample(names, 2)
    return {
        'assets': [{'id': name, 'decimals': n, 'methods': METHODS, 'countries': COUNTRIES}
                   for name, n in DECIMALS.items()],
        'prices': prices,
        'fees': fees,
        'terms': {'default': terms(rng), 'clients': [
            terms(rng, names=['friend']),
            terms(rng, names=['partner'], limits=[limit(rng, limited[0])])]},
        'limits': {'quotes': [limit(rng, name) for name in limited if rng.random() < .3],
                   'payouts': [],
                   'prices': [guard(rng, p) for p in prices if rng.random() < .2]},
    }


def around(rng):
    """By which way, in which country, for whom."""
    def some(values, part):
        return rng.choice(values) if rng.random() < part else None
    method = [*METHODS, 'PIGEON'] if rng.random() < .02 else METHODS
    country = [*COUNTRIES, 'FR'] if rng.random() < .02 else COUNTRIES
    return some(method, .2), some(method, .3), some(country, .2), rng.choice(CLIENTS)


def ask(rng, sell, buy, asset, amount):
    given = (amount, None) if asset == sell and (sell != buy or rng.random() < .5) \
        else (None, amount)
    return (sell, buy, *given, *around(rng))


def random_ask(rng):
    sell, buy = rng.choice(list(DECIMALS)), rng.choice(list(DECIMALS))
    asset = sell if rng.random() < .5 else buy
    places = DECIMALS[asset] + (rng.random() < .03)
    amount = digits(rng, 18, places)
    if rng.random() < .02:
        amount = rng.choice(['0', '0.0', '999999999999999999', '1000000000000000000',
                             '1E2', '12e-1', '0.000000000000000001'])
    if rng.random() < .1 and DECIMALS[asset]:
        amount = f'{rng.randrange(3)}.{rng.randrange(20):0{DECIMALS[asset]}d}'
    return ask(rng, sell, buy, asset, amount)


def numbers_of(book, sell, buy):
    """Every amount that the book names for a pair, and what it makes of them."""
    for rule in book['fees']:
        if (rule['sell_asset'], rule['buy_asset']) != (sell, buy):
            continue
        for each in rule.get('tiers', [rule]):
            yield Decimal(each.get('from', '0'))
            for row in each.get('lines', [each]):
                fixed, rate = Decimal(row.get('fixed', '0')), Decimal(row.get('percent', '0'))
                for name in ('fixed', 'minimum', 'maximum'):
                    yield Decimal(row.get(name, '0'))
                    if rate:  # where a line reaches its bound
                        yield (Decimal(row.get(name, '0')) - fixed) * 100 / rate
    for limits in (book['limits']['quotes'], book['terms']['clients'][1]['limits']):
        for row in limits:
            if row['asset'] in (sell, buy):
                yield from (Decimal(row['least']), Decimal(row['most']))
    for row in book['prices']:
        if (row['sell_asset'], row['buy_asset']) == (sell, buy):
            yield from (Decimal(row['price']), WIDE.divide(1, Decimal(row['price'])))
    yield from (Decimal(10) ** n for n in range(-18, 19))


def edge_asks(rng, book, count):
    """The amounts themselves, one unit less, one unit more, on either side."""
    asks = []
    pairs = {(f['sell_asset'], f['buy_asset']) for f in book['fees']}
    for sell, buy in sorted(pairs):
        for number in sorted(set(numbers_of(book, sell, buy))):
            for asset in dict.fromkeys((sell, buy)):
                unit = Decimal(1).scaleb(-DECIMALS[asset])
                at = number.quantize(unit, rounding='ROUND_FLOOR', context=WIDE)
                for step in (-1, 0, 1, 2):
                    amount = WIDE.add(at, step * unit)
                    if amount >= 0:
                        asks.append(ask(rng, sell, buy, asset, plain(amount)))
    return rng.sample(asks, min(count, len(asks)))


def of_seed(seed):
    return random.Random(seed)
