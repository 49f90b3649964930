#!/usr/bin/env python3
"""PgBouncer in transaction mode between us and PostgreSQL, and no statement prepared.

    pooled.py [--only NAME] [--keep]

One stack.  All the other files go the same way with WINDLASS_TEST_PGBOUNCER=1: make pooled.
Ends with "N passed, N failed".
"""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import House  # noqa: E402
from tests.watcher.suite import BANK, Tests, ended, expect, named, options, run  # noqa: E402

TESTS = Tests()


class Stage:
    def __init__(self, house):
        self.house = house
        self.watcher = house.watcher('a', **BANK)
        self.people = house.customers()

    def completed(self):
        tx = self.house.transaction(self.people, '11')
        self.house.pay([self.house.wait(tx, lambda r: r['status'] == 'pending_sender')])
        self.house.wait(tx, lambda r: r['status'] == 'completed')
        return tx

    def pooler(self, command):
        done = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-F', '\t', '-d',
                               f'host={self.house.dir}/pooler dbname=pgbouncer user=owner',
                               '-c', command], capture_output=True, text=True, check=True)
        return done.stdout

    def done(self, tx):
        self.house.until(f'{tx} is done', lambda: self.house.payment(tx)[0] == 'done')

    def is_held(self):
        return self.house.sql('select is_on from windlass.money_hold') == [['t']]


@TESTS.test
def payments_are_completed_by_way_of_it(stage):
    stage.done(stage.completed())
    queries = [row.split('\t') for row in stage.pooler('show stats').splitlines()]
    expect(any(row[0] == 'windlass' and int(row[1]) > 0 for row in queries),
           f'the pooler has seen them: {queries}')


@TESTS.test
def a_database_put_back_behind_it_is_noticed_though_no_connection_is_lost(stage):
    house, old = stage.house, stage.house.dir / 'pg-old'
    stage.watcher.end()
    house.cluster('stop')
    subprocess.run(['cp', '-a', house.dir / 'pg', old], check=True)
    house.cluster('start')
    stage.watcher.start()
    stage.done(stage.completed())
    # Held back for less time than a call of ours waits, so it waits.
    stage.pooler('pause windlass')
    house.cluster('crash')
    shutil.rmtree(house.dir / 'pg')
    old.rename(house.dir / 'pg')
    house.cluster('start')
    stage.pooler('resume windlass')
    house.until('money is on hold', stage.is_held)
    reason = house.sql('select reason from windlass.money_hold')[0][0]
    expect('gone back in time' in reason, reason)
    print(f'  connections lost: {stage.watcher.log.read_text().count("event=db_lost")}')


def main():
    given = options(__doc__).parse_args()
    with House(given.keep, WINDLASS_TEST_PGBOUNCER='1') as house:
        passed, failed = run(named(TESTS, given.only), Stage(house))
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
