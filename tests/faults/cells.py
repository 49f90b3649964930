#!/usr/bin/env python3
"""A record in every status there is, paid and unpaid: the watcher makes no call that the platform
forbids or refuses there, and no money leaves.

    cells.py [--behave 4.3,3.1,custody] [--keep]

Half of the records were never seen before, for the others the money was asked for.  What is said
of each is counted by the simulator.  Ends with "N passed, N failed".
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.faults.invariants import Books, broken  # noqa: E402
from tests.faults.stage import Stage  # noqa: E402
from tests.platform.records import STATUSES  # noqa: E402
from tests.watcher.house import House, http  # noqa: E402
from tests.watcher.suite import PLATFORMS, ended  # noqa: E402

# Of these nothing is left to be done, and one that was never ours stays nobody's.
FINAL = {'completed', 'refunded'}
DEAD = {'error', 'expired'}


def cells():
    return [(status, is_paid) for status in sorted(STATUSES) for is_paid in (False, True)]


def put(stage, txs):
    """Each into its cell, later than all that it was before, and no later than now."""
    at = http('GET', f'{stage.house.platform}/_sim/clock')['now']
    records = {r['id']: r for r in stage.records(txs)}
    for tx, (status, is_paid) in zip(txs, cells()):
        made = dict(records[tx], status=status, updated_at=at)
        if is_paid:
            made['transfer_received_at'] = at
        http('POST', f'{stage.house.platform}/_sim/record', made)


def settled(stage, asked, unseen):
    """Until each is known as it is now, or is none of ours."""
    def known():
        stage.later(1000)
        rows = dict(stage.house.sql('select tx_id, status from windlass.payment'))
        return all(rows.get(tx) == status or status in FINAL | DEAD
                   for txs in (asked, unseen) for tx, (status, _) in zip(txs, cells()))
    stage.house.until('all were read', known, 120)
    # A payment that is made now is done after every one of them was looked at.
    last = stage.payments(1)
    stage.pay(stage.asked(last))
    stage.stand_still(last, states=('done', ))


def faults_of(books, tx, cell, was_asked):
    status, is_paid = cell
    payment = books.payments.get(tx)
    if books.executed.get(f'{tx}:1'):
        return 'it was paid'
    if payment is None:
        return None if not was_asked and (status in FINAL or status in DEAD and not is_paid) \
            else 'nobody knows it'
    if payment['state'] in ('out', 'done'):
        return f'it is {payment["state"]}'
    if is_paid and status not in FINAL and not payment['reason']:
        return f'it is {payment["state"]}, paid, and nobody says why'
    return None


def walk(name, given):
    """(what, fault) of every cell."""
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='300', WINDLASS_POLL_INTERVAL_MS='200',
               **PLATFORMS[name]) as house:
        stage = Stage(house, watchers=1)
        asked = stage.payments(len(cells()))
        stage.asked(asked)
        watcher, = house.watchers
        watcher.kill()
        unseen = stage.payments(len(cells()))
        put(stage, asked)
        put(stage, unseen)
        watcher.start()
        settled(stage, asked, unseen)
        books = Books(house)
        for txs, was_asked in ((asked, True), (unseen, False)):
            for tx, cell in zip(txs, cells()):
                fault = faults_of(books, tx, cell, was_asked)
                yield (f'{name}: {cell[0]}, {"paid" if cell[1] else "unpaid"}, '
                       f'{"asked for" if was_asked else "never seen"}',
                       fault and f'{tx}: {fault}')
        told = house.platform_books()
        yield (f'{name}: no call that the platform refuses',
               f'{told["refused"]}' if told['refused'] else None)
        # What was written by hand as over has nobody's money.
        ours = {tx for txs in (asked, unseen) for tx, (status, _) in zip(txs, cells())
                if status in FINAL}
        for line in broken(house, books):
            if not any(tx in line for tx in ours):
                yield f'{name}: the rules of money', line


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--behave', default=','.join(PLATFORMS), help='some, between commas')
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    given = parser.parse_args()
    passed = failed = 0
    for name in given.behave.split(','):
        for what, fault in walk(name, given):
            passed += fault is None
            failed += fault is not None
            if fault:
                print(f'not ok - {what}: {fault}', flush=True)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
