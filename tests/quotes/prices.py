"""Prices and fees change while they are asked for: who is answered what.

No answer is made of two books; an answer that was asked for a second after a change is by the
new one; a firm quote is what its version of the book says; a price that has become stale is not
quoted any more.
"""

import datetime
import itertools
import json
import time
from collections import Counter
from decimal import Decimal

from tests.quotes.asking import Crowd
from tests.quotes.bazaar import CLIENTS, CONFIG, Wrong, expect, target

THREADS = 12
KNOWN_SECONDS = 1.0     # a worker's book is not older


def looks(rate):
    """All of an answer that the book decides."""
    return (rate['price'], rate['sell_amount'], rate['buy_amount'], json.dumps(rate['fee']))


class Books:
    """Step n changes the price if n is odd, else the fee: a price and a fee that were never in
    force together are seen as such."""

    def __init__(self, bazaar):
        self.bazaar = bazaar
        self.prices, self.fees = (json.loads((CONFIG / f'{kind}.json').read_text())
                                  for kind in ('prices', 'fees'))

    def step(self, n):
        if n % 2:
            self.prices[0]['price'] = f'0.{2000 + n}'
            self.bazaar.load('prices', self.prices)
        else:
            self.fees[0]['minimum'] = f'1.{n:02d}'
            self.bazaar.load('fees', self.fees)


def asks():
    """Indicative and firm by turns, for ever."""
    return (target(n % CLIENTS, kind, sell_amount='11')
            for n, kind in enumerate(itertools.cycle(('indicative', 'firm', 'indicative'))))


def every_answer_is_of_one_book(bazaar, given):
    bazaar.room(Decimal(100000000))
    books = Books(bazaar)
    books.step(0)
    time.sleep(KNOWN_SECONDS + 0.1)
    loaded = [0]     # when step n was in force for sure
    started = [0]    # before which it was not
    with Crowd(bazaar.port, asks(), THREADS) as crowd:
        try:
            for n in range(1, given.changes + 1):
                time.sleep(KNOWN_SECONDS + 0.4)
                started.append(time.monotonic())
                books.step(n)
                loaded.append(time.monotonic())
            time.sleep(KNOWN_SECONDS + 0.4)
        finally:
            crowd.stop()
    expect('answers', set(Counter(a.status for a in crowd.answers)), {200})
    # What each book says: the answers of the time when no other can have been in force.
    said = {}
    for n in range(given.changes + 1):
        end = started[n + 1] if n < given.changes else float('inf')
        alone = {looks(a.rate) for a in crowd.answers
                 if loaded[n] + KNOWN_SECONDS <= a.began and a.ended < end}
        expect(f'kinds of answers, of book {n} alone', len(alone), 1)
        said[alone.pop()] = n
    expect('books that say different things', len(said), given.changes + 1)
    for a in crowd.answers:
        n = said.get(looks(a.rate))
        if n is None:
            raise Wrong(f'an answer of no book: {a.rate}')
        if started[n] > a.ended:
            raise Wrong(f'an answer of book {n} before it was loaded')
        if n < given.changes and a.began > loaded[n + 1] + KNOWN_SECONDS:
            raise Wrong(f'an answer of book {n}, '
                        f'{a.began - loaded[n + 1]:.3f} s after it was replaced')
    kept = bazaar.sql('select book_version, count(distinct (price, sell_amount, buy_amount, fee)) '
                      "from windlass.quote where sell_amount = 11 "
                      'group by 1 having count(distinct (price, sell_amount, buy_amount, fee)) > 1')
    expect('versions of which quotes differ', kept, [])
    firm = {a.rate['id']: (a.rate['price'], a.rate['fee']['total'])
            for a in crowd.answers if 'id' in a.rate}
    stored = {row[0]: tuple(row[1:]) for row in bazaar.sql('select id, price, fee from windlass.quote')}
    expect('firm answers that are not what was stored', [
        one for one, what in firm.items() if stored.get(one) != what][:2], [])
    return f'{len(crowd.answers)} answers of {given.changes + 1} books, {len(firm)} firm'


def a_stale_price_stops_quotes(bazaar, _):
    lasts = 3
    prices = json.loads((CONFIG / 'prices.json').read_text())
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    as_of = now + datetime.timedelta(milliseconds=bazaar.shift)
    prices[0].update(stale_after=lasts, as_of=as_of.strftime('%Y-%m-%dT%H:%M:%SZ'))
    with Crowd(bazaar.port, asks(), THREADS) as crowd:
        try:
            bazaar.load('prices', prices)
            loaded = time.monotonic()
            left = now.timestamp() + lasts - time.time()
            ends = time.monotonic() + left
            time.sleep(left + 1.5)
        finally:
            crowd.stop()
    late = [a for a in crowd.answers if a.began > max(ends + 0.01, loaded + KNOWN_SECONDS)]
    # A worker takes the clock for later by what it took to ask for it, never for earlier.
    early = [a for a in crowd.answers if a.ended < ends - 0.5]
    expect('refused while it is fresh', [a.body for a in early if a.status != 200][:2], [])
    expect('quoted when it is stale', [a.body for a in late if a.status != 400][:2], [])
    expect('what is said then', {a.body['error'] for a in late}, {late[0].body['error']})
    if 'price' not in late[0].body['error']:
        raise Wrong(f'it does not say why: {late[0].body}')
    prices[0].update(stale_after=2592000)
    del prices[0]['as_of']
    bazaar.load('prices', prices)
    time.sleep(KNOWN_SECONDS + 0.1)
    expect('with a new price', bazaar.ask(target(0, sell_amount='11')).status, 200)
    return f'{len(early)} answers before, {len(late)} after: {late[0].body["error"]}'


ACTS = (every_answer_is_of_one_book, a_stale_price_stops_quotes)
