"""A platform that fails in every way, at every call: what it has in the end is what we have.

A wave is as many payments as fill some arrays.  Each array of a wave suffers another fault, of
which an array that is carried out in part is one; then the calls that were in doubt go alone, and
each suffers the next one.  Readings suffer meanwhile, too.
"""

from tests.faults.invariants import STANDS, Books
from tests.faults.kinds import FAULTS, LIES

METHODS = ('request_onchain_funds', 'notify_offchain_funds_pending', 'notify_offchain_funds_sent')
READINGS = ('GET /transactions', 'GET /transactions/{id}')
ARRAY = 40      # calls, at most
PARTS = 20      # of an array's calls so many are carried out, or fewer

HONEST = [fault for name, fault in FAULTS.items() if name not in LIES]
LYING = [FAULTS[name] for name in LIES]
PARTIAL = [{'kind': 'partial', 'applied': applied} for applied in range(PARTS + 1)]

WAVES = [('fails', HONEST, METHODS + READINGS), ('stops half way', PARTIAL, METHODS + READINGS),
         ('lies when it is told', LYING, METHODS), ('lies when it is read', LYING, READINGS)]


def rules(stage, faults, first, arrays, calls):
    """Faults for the arrays of each method, from the first on, then one for each call alone; of
    every three readings one fails."""
    order = [faults[(first + n) % len(faults)] for n in range(max(arrays, len(faults)))]
    for call in calls:
        apart = 3 if call in READINGS else 1
        for n, fault in enumerate(order, 1):
            if call in METHODS or fault['kind'] != 'partial':
                yield stage.rule(fault, on=call, nth=apart * n)


def wave(stage, faults, first, count, calls):
    """The first is which fault the first array suffers."""
    house, arrays = stage.house, -(-count // ARRAY)
    house.faults('platform', *rules(stage, faults, first, arrays, calls))
    txs = stage.payments(count)
    stage.pay(stage.asked(txs))
    stage.stand_still(txs)
    idle = [rule for rule in stage.idle('platform')
            if rule['on'] in METHODS and rule['nth'] <= arrays]
    house.clear_faults()
    return txs, idle


def fault_of(books, tx, may_stand):
    payment, record = books.payments[tx], books.records[tx]
    if (payment['state'], record['status']) == ('done', 'completed'):
        return None
    if may_stand and payment['state'] in STANDS and payment['is_case']:
        return None
    return f'{tx}: {payment["state"]} ({payment["reason"]}), the platform has {record["status"]}'


def run(stage, runs):
    """A run is one array of each fault for each method, and more single calls than that."""
    arrays, count = (1, ARRAY // 2) if runs == 1 else (4, 4 * ARRAY)
    for name, faults, calls in WAVES:
        waves = 1 if runs == 1 else -(-runs * len(faults) // (arrays * len(METHODS)))
        for number in range(waves):
            txs, idle = wave(stage, faults, number * arrays, count, calls)
            books = Books(stage.house)
            for tx in txs:
                yield (f'a platform that {name}, wave {number + 1}',
                       fault_of(books, tx, faults is LYING))
            yield (f'a platform that {name}, wave {number + 1}: every array is struck',
                   f'idle: {idle[:3]}' if idle else None)
