"""More is asked for than there is: exactly what there is gets sold, whatever dies on the way.

64 clients ask over HTTP for firm quotes, all of one size: all good, then while workers are killed
and PostgreSQL is restarted; then of mixed sizes, up to more than a pool row has.  The books are
verified in snapshots all the while, and after all have expired the whole pool is free, without a
watcher.
"""

import random
import time
from collections import Counter
from decimal import Decimal

from tests.quotes.asking import Crowd
from tests.quotes.bazaar import CLIENTS, ROWS, Snapshots, Trouble, Wrong, expect, target

UNIT = Decimal('10')
LEAST = Decimal('5')    # of a quote, by the book of samples
ROOM_WORDS = 'there is not enough liquidity'
UNKNOWN = {0, 502, 503, 504}


def crowd_of(bazaar, sizes, **more):
    return Crowd(bazaar.port, [target(n % CLIENTS, buy_amount=size)
                               for n, size in enumerate(sizes)], CLIENTS, **more)


def told(answers):
    """How many of which status; nobody is refused for anything but the room."""
    refused = [a.body for a in answers if a.status == 400 and ROOM_WORDS not in a.body['error']]
    expect('refused for something else', refused[:2], [])
    return Counter(a.status for a in answers)


def promised(bazaar, answers):
    """Each good answer has its quote, held in full; how much that is in all."""
    given = {a.rate['id']: Decimal(a.rate['buy_amount']) for a in answers if a.status == 200}
    held = dict(bazaar.sql("select quote_id, sum(amount) from windlass.hold where pool = 'brl' "
                           'and until > windlass.now() group by quote_id'))
    broken = [one for one, size in given.items() if Decimal(held.get(one, 0)) != size]
    expect('promises without their room', broken[:2], [])
    expect('ids given twice', len(given), sum(a.status == 200 for a in answers))
    return sum(given.values())


def equal_sizes(bazaar, given):
    room = given.room * UNIT + UNIT - Decimal('0.01')
    bazaar.room(room)
    with Snapshots(bazaar, room) as seen, crowd_of(bazaar, [UNIT] * given.asks) as crowd:
        pass
    expect('answers', told(crowd.answers), {200: given.room, 400: given.asks - given.room})
    expect('quotes that hold, and what', bazaar.live(), (given.room, given.room * UNIT))
    promised(bazaar, crowd.answers)
    bazaar.everything_is_free_again(room)
    return f'{seen.looks} snapshots'


def with_trouble(bazaar, given):
    """Who has no answer asks again.  The answer may be lost though the quote is held: it holds
    until it expires, and is in the books, too."""
    room = given.room * UNIT
    bazaar.room(room)
    trouble = Trouble(bazaar, given.kills, given.restarts, given.room)
    with Snapshots(bazaar, room, may_be_away=True) as seen, trouble, \
            crowd_of(bazaar, [UNIT] * given.asks, insists=True, pace=trouble.pace) as crowd:
        pass
    statuses = told(crowd.answers)
    expect('statuses besides', set(statuses) - UNKNOWN - {200, 400}, set())
    expect('asks that had an answer', statuses[200] + statuses[400], given.asks)
    expect('quotes that hold, and what', bazaar.live(), (given.room, room))
    kept = promised(bazaar, crowd.answers)
    lost = (room - kept) / UNIT
    expect('the trouble', trouble.done, {'kill': given.kills, 'restart': given.restarts})
    bazaar.everything_is_free_again(room)
    return f'{trouble.done}, {seen.looks} snapshots, {lost} answers lost, {dict(statuses)}'


def mixed_sizes(bazaar, given):
    room = given.room * UNIT + Decimal('0.07')
    row = room / ROWS
    dice = random.Random(7)
    bazaar.room(room)
    large = [(row * dice.randint(60, 150) / 100).quantize(Decimal('0.01')) for _ in range(6)]
    small = [(LEAST + Decimal(dice.expovariate(1 / 15))).quantize(Decimal('0.01'))
             for _ in range(given.asks - len(large))]
    for size in large:
        small.insert(dice.randrange(given.room // 2), size)
    with Snapshots(bazaar, room) as seen, crowd_of(bazaar, small) as crowd:
        pass
    statuses = told(crowd.answers)
    expect('statuses', set(statuses), {200, 400})
    sold = promised(bazaar, crowd.answers)
    expect('what is held', bazaar.held(), sold)
    if sold > room:
        raise Wrong(f'{sold} of {room} were sold')
    split, = bazaar.sql("select count(*) from (select from windlass.hold where pool = 'brl' and "
                        'until > windlass.now() group by quote_id having count(*) > 1) x')
    expect('quotes in several rows', split != ['0'], True)
    # What was refused did not fit when it was; what is left fits, to the cent.
    rest = room - sold
    if rest >= LEAST:
        expect('a cent more than the rest', bazaar.ask(
            target(3, buy_amount=rest + Decimal('0.01'))).status, 400)
        expect('the rest', bazaar.ask(target(3, buy_amount=rest)).status, 200)
    bazaar.everything_is_free_again(room)
    return f'{seen.looks} snapshots, {sold} of {room} in {statuses[200]} quotes'


def caps_hold(bazaar, given):
    """Each client may hold so much: all of them together less than there is."""
    each = max(2, given.room // CLIENTS // 2)
    room = given.room * UNIT
    bazaar.room(room)
    bazaar.terms(cap=str(each * UNIT))
    time.sleep(1.1)
    asks = [target(n % CLIENTS, buy_amount=UNIT) for n in range(CLIENTS * each * 2)]
    with Snapshots(bazaar, room) as seen, Crowd(bazaar.port, asks, CLIENTS) as crowd:
        pass
    expect('answers', Counter(a.status for a in crowd.answers),
           {200: CLIENTS * each, 400: CLIENTS * each})
    expect('what each client holds', bazaar.sql(
        "select distinct sum(amount) from windlass.hold where pool = 'brl' "
        'and until > windlass.now() group by holder'), [[f'{each * UNIT}']])
    bazaar.terms(cap='100000000')
    return f'{seen.looks} snapshots'


ACTS = (equal_sizes, with_trouble, mixed_sizes, caps_hold)
