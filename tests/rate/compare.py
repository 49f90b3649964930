"""Random and edge asks: what book_quote() answers against the oracle, to the last digit.

RATE_CASES says how many (20,000), RATE_SEED which ones.  BUILD names the folder with the built
tests/rate/ask.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

from tests.rate.oracle import Book, Refused, plain, platform_takes

ROOT = Path(__file__).resolve().parents[2]
ASK = Path(os.environ.get('BUILD', ROOT / 'build/release')) / 'tests/rate/ask'
CASES = int(os.environ.get('RATE_CASES', '20000'))
SEED = int(os.environ.get('RATE_SEED', '20261124'))
BOOKS = 25
OUTCOMES = {'pair': 3, 'decimals': 4, 'small': 5, 'large': 6, 'fee': 7}
# No real issuer: the one of the sample book will do for every code.
ISSUER = 'GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
ASSETS = {f'stellar:USDC:{ISSUER}': 7, f'stellar:EURC:{ISSUER}': 7, 'iso4217:WEI': 18,
          'iso4217:BRL': 2, 'iso4217:EUR': 6, 'iso4217:JPY': 0}


def digits(rng, most_whole, most_places):
    """A number above 0 of some size, as text: every length is as likely as every other."""
    whole = str(rng.randrange(10 ** rng.randint(0, most_whole)))
    places = rng.randint(0, most_places)
    text = f'{whole}.{rng.randrange(10 ** places):0{places}d}' if places else whole
    return text if Fraction(text) > 0 else '1'


def fee_row(rng, sell, buy):
    sides = [side for side, asset in (('sell', sell), ('buy', buy)) if ASSETS[asset] > 0]
    if not sides:
        return None
    row = {'sell_asset': sell, 'buy_asset': buy, 'name': 'Fee', 'in': rng.choice(sides)}
    if rng.random() < .7:
        row['fixed'] = digits(rng, 3, 18)
    if rng.random() < .7:
        row['percent'] = digits(rng, 1, 6)
    if rng.random() < .5:
        row['minimum'] = digits(rng, 2, 7)
    if rng.random() < .5:
        row['maximum'] = plain(Fraction(row.get('minimum', '0')) + Fraction(digits(rng, 4, 7)))
    return row


def random_book(rng):
    prices, fees = [], []
    for sell in ASSETS:
        for buy in ASSETS:
            row = fee_row(rng, sell, buy)
            if row is None or sell == buy and not sell.startswith('stellar:'):
                continue
            fees.append(row)
            if sell != buy:
                prices.append({'sell_asset': sell, 'buy_asset': buy, 'source': 'chance',
                               'price': digits(rng, 6, 12), 'stale_after': 60,
                               'as_of': '2026-01-01T00:00:00Z'})
    return {
        'assets': [{'id': name, 'decimals': n} for name, n in ASSETS.items()],
        'prices': prices,
        'fees': fees,
        'terms': {'default': {'spread_percent': digits(rng, 1, 4), 'lifetime': 300,
                              'lifetime_most': 600, 'caps': {}}},
    }


def random_ask(rng):
    sell, buy = rng.choice(list(ASSETS)), rng.choice(list(ASSETS))
    asset = sell if rng.random() < .5 else buy
    places = ASSETS[asset] + (rng.random() < .03)
    amount = digits(rng, 18, places)
    if rng.random() < .02:
        amount = rng.choice(['0', '0.0', '999999999999999999', '1000000000000000000',
                             '1E2', '12e-1', '0.000000000000000001'])
    if rng.random() < .1 and ASSETS[asset]:
        amount = f'{rng.randrange(3)}.{rng.randrange(20):0{ASSETS[asset]}d}'
    if asset == sell and (sell != buy or rng.random() < .5):
        return sell, buy, amount, None
    return sell, buy, None, amount


def ask_all(documents, asks):
    now = 1767225600 * 10 ** 6  # 2026-01-01
    lines = ''.join('\t'.join([str(now), sell, buy, s or '', b or '', '', '', '']) + '\n'
                    for sell, buy, s, b in asks)
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump(documents, file)
        file.flush()
        done = subprocess.run([ASK, file.name], input=lines, capture_output=True, text=True,
                              check=False)
    if done.returncode or done.stderr:
        raise AssertionError(f'ask ended with {done.returncode}: {done.stderr}')
    return [line.split('\t') for line in done.stdout.splitlines()]


def expected(book, ask):
    sell, buy, s, b = ask
    try:
        answer = book.quote(sell, buy, s, b)
    except Refused as why:
        return [str(OUTCOMES[str(why)])]
    return ['0', plain(answer.sell), plain(answer.buy), plain(answer.fee), answer.fee_asset,
            answer.price, '1']


def fault(book, ask, got):
    """What is wrong with an answer; empty if nothing is."""
    want = expected(book, ask)
    if (got if got[0] == '0' else got[:1]) != want:
        return f'the oracle says {want}'
    if got[0] != '0':
        return ''
    sell, buy, given_sell, given_buy = ask
    if Fraction(got[1] if given_sell else got[2]) != Fraction(given_sell or given_buy):
        return 'the given side is not echoed'
    if not platform_takes(book.decimals, sell, buy, *got[1:6]):
        return 'the platform would refuse it'
    return ''


def main():
    rng = random.Random(SEED)
    seen, failed = Counter(), 0
    for n in range(BOOKS):
        documents = random_book(rng)
        book = Book(documents)
        asks = [random_ask(rng) for _ in range(CASES // BOOKS)]
        for ask, got in zip(asks, ask_all(documents, asks), strict=True):
            seen[got[0]] += 1
            why = fault(book, ask, got)
            if why:
                failed += 1
                print(f'not ok - seed {SEED}, book {n}, ask {ask}: {got}: {why}')
    quoted = seen['0']
    missing = ({'0'} | {str(n) for n in OUTCOMES.values()}) - set(seen)
    if missing or quoted < CASES // 3:
        failed += 1
        print(f'not ok - too few of some outcomes: {dict(seen)}')
    print(f'# {quoted} quotes and {sum(seen.values()) - quoted} refusals, seed {SEED}')
    # All asks are one test: the number of tests is not to be a number of cases.
    print(f'{0 if failed else 1} passed, {1 if failed else 0} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
