"""Random and edge asks: what book_quote() answers against the oracle, to the last digit.

RATE_CASES says how many random asks (100,000), RATE_EDGES how many at the edges of what their book
says (5,000), RATE_SEED which ones.  BUILD names the folder with the built tests/rate/ask.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.rate import chance
from tests.rate.oracle import Book, Refused, plain, platform_takes

ROOT = Path(__file__).resolve().parents[2]
ASK = Path(os.environ.get('BUILD', ROOT / 'build/release')) / 'tests/rate/ask'
CASES = int(os.environ.get('RATE_CASES', '100000'))
EDGES = int(os.environ.get('RATE_EDGES', '5000'))
SEED = int(os.environ.get('RATE_SEED', '20261124'))
BOOKS = 50
# Outcomes of common/book.h.
OUTCOMES = {'pair': '3', 'decimals': '4', 'small': '5', 'large': '6', 'fee': '7', 'stopped': '9',
            'method': '10', 'country': '11'}
TOLD = 5  # faults of a book


def ask_all(documents, asks):
    now = 1767225600 * 10 ** 6  # 2026-01-01
    lines = ''.join('\t'.join([str(now), *(part or '' for part in ask)]) + '\n' for ask in asks)
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump(documents, file)
        file.flush()
        done = subprocess.run([ASK, file.name], input=lines, capture_output=True, text=True,
                              check=False)
    if done.returncode or done.stderr:
        raise AssertionError(f'ask ended with {done.returncode}: {done.stderr}')
    return [line.split('\t') for line in done.stdout.splitlines()]


def expected(book, ask):
    try:
        answer = book.quote(ask)
    except Refused as why:
        return [OUTCOMES[str(why)]]
    lines = [text for name, amount in answer.lines for text in (name, plain(amount))]
    return ['0', plain(answer.sell), plain(answer.buy), plain(answer.fee), answer.fee_asset,
            answer.price, '1', *lines]


def fault(book, ask, got):
    """What is wrong with an answer; empty if nothing is."""
    want = expected(book, ask)
    if (got if got[0] == '0' else got[:1]) != want:
        return f'the oracle says {want}'
    if got[0] != '0':
        return ''
    lines = list(zip(got[7::2], got[8::2], strict=True))
    if not platform_takes(book.decimals, ask, *got[1:6], lines):
        return 'the platform would refuse it'
    return ''


def judge(number):
    """One book with its asks: outcomes, fees with several lines, faults."""
    rng = chance.of_seed(f'{SEED}/{number}')
    documents = chance.random_book(rng)
    asks = [chance.random_ask(rng) for _ in range(CASES // BOOKS)]
    asks += chance.edge_asks(rng, documents, EDGES // BOOKS)
    book, seen, faults = Book(documents), Counter(), []
    for ask, got in zip(asks, ask_all(documents, asks), strict=True):
        seen[got[0]] += 1
        if got[0] == '0':
            seen[f'lines {len(got[7::2])}'] += 1
            seen[f'decimals {book.decimals[ask[0]]} {book.decimals[ask[1]]}'] += 1
            seen['fee in ' + ('sell' if got[4] == ask[0] else 'buy')] += 1
            seen['by ' + ('sell' if ask[2] else 'buy')] += 1
        why = fault(book, ask, got)
        if why:
            faults.append(f'book {number}, ask {ask}: {got}: {why}')
    return len(asks), seen, faults


def missing(seen):
    """What was to be seen, and was not."""
    places = sorted(set(chance.DECIMALS.values()))
    wanted = ['0', *OUTCOMES.values(), 'by sell', 'by buy', 'fee in sell', 'fee in buy']
    wanted += [f'lines {n}' for n in range(5)]
    wanted += [f'decimals {sell} {buy}' for sell in places for buy in places
               if sell != buy or sell == 7]
    return [name for name in wanted if not seen[name]]


def main():
    total, seen, failed = 0, Counter(), 0
    with multiprocessing.Pool(int(os.environ.get('RATE_JOBS', '2'))) as pool:
        for count, some, faults in pool.imap_unordered(judge, range(BOOKS)):
            total += count
            seen += some
            failed += len(faults)
            for text in faults[:TOLD]:
                print(f'not ok - seed {SEED}, {text}')
    if missing(seen) or seen['0'] < total // 3:
        failed += 1
        print(f'not ok - too few of some: {missing(seen)} of {dict(seen)}')
    if total < CASES + EDGES:
        failed += 1
        print(f'not ok - {total} asks only')
    print(f'# {seen["0"]} quotes and {total - seen["0"]} refusals, {EDGES} of them at edges, '
          f'seed {SEED}')
    # All asks are one test: the number of tests is not to be a number of cases.
    print(f'{0 if failed else 1} passed, {1 if failed else 0} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
