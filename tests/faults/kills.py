#!/usr/bin/env python3
"""A watcher that dies at every system call of a payment's whole road: it is paid once.

    kills.py [--every 1] [--only N] [--keep]

The road is walked by runs of watcher --once, from a payment that nobody has seen until it is done
at the platform, at the bank and with us.  For each of its system calls database, simulators and
the watcher's folder are put back to where they were before the road; the run that comes to that
call is killed instead, and others finish the road.  --every 50: each 50th call.  Ends with
"N passed, N failed".
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.faults.invariants import Books, broken  # noqa: E402
from tests.watcher.house import House, http  # noqa: E402
from tests.watcher.suite import BANK, ended  # noqa: E402

KILLED = 137
RUNS_MOST = 40
STEP_MS = 5000      # between two runs, so that whatever waits is due


class Road:
    def __init__(self, house):
        self.house = house
        self.state = house.dir / 'watcher-a'
        self.state.mkdir()
        self.env = dict(house.env, WINDLASS_STATE_DIR=str(self.state), **BANK)
        self.env['WINDLASS_LOG_LEVEL'] = 'warn'
        self.log = open(house.dir / 'log' / 'watcher-a.log', 'ab')
        self.people = house.customers()
        # One that is over, so that there is a past that can be lost.
        first = house.transaction(self.people, '11', with_quote=False)
        self.walk(first, 0)
        self.tx = house.transaction(self.people, '12', with_quote=False)
        self.keep()

    def postgres(self, *statements):
        words = [word for one in statements for word in ('-c', one)]
        subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d',
                        f'host={self.house.dir}/pg-socket dbname=postgres user=owner', *words],
                       check=True, capture_output=True)

    def keep(self):
        """All that put_back() needs.  Only the watcher dies, so nothing has to be on a disk."""
        for part in ('nginx', 'customer', 'rate', 'event', 'status'):
            self.house.stack('down', part)
        self.house.sql('select windlass.clock_set(0)')
        self.postgres('alter system set fsync = off', 'select pg_reload_conf()',
                      'create database before template windlass')
        shutil.copytree(self.state, self.house.dir / 'before')
        self.lines = {where: max((entry['n'] for entry in http(
            'GET', f'{where}/_sim/books')['entries']), default=0)
            for where in (self.house.platform, self.house.bank)}

    def put_back(self):
        self.postgres('drop database windlass with (force)',
                      'create database windlass template before strategy file_copy')
        shutil.rmtree(self.state)
        shutil.copytree(self.house.dir / 'before', self.state)
        for where, line in self.lines.items():
            http('POST', f'{where}/_sim/reset', {'to': line})

    def run(self, nth):
        """One run, killed at its nth call if there is one: how many it made, and whether it
        died."""
        build = self.house.env['BUILD']
        done = subprocess.run([f'{build}/tests/faults/nth', str(nth), f'{build}/watcher/watcher',
                               '--once'], env=self.env, stdout=subprocess.PIPE, stderr=self.log,
                              stdin=subprocess.DEVNULL, check=False, timeout=120)
        if done.returncode not in (0, KILLED):
            raise RuntimeError(f'the watcher ended with {done.returncode}')
        return int(done.stdout), done.returncode == KILLED

    def walk(self, tx, nth):
        """The road, with one death at its nth call, if it is that long; how long it was."""
        calls, is_dead, is_paid, shift = 0, nth == 0, False, 0
        for _ in range(RUNS_MOST):
            made, died = self.run(0 if is_dead else nth - calls)
            calls += made
            is_dead |= died
            record = self.house.record(tx)
            if record['status'] == 'pending_sender' and not is_paid:
                self.house.pay([record])
                is_paid = True
            shift += STEP_MS
            rows = self.house.sql(f'select windlass.clock_set({shift}), p.state '
                                  f"from windlass.payment p where tx_id = '{tx}'")
            if rows and rows[0][-1] == 'done':
                break
        return calls

    def fault(self, books):
        payment, record = books.payments[self.tx], books.records[self.tx]
        if (payment['state'], record['status'], len(books.by_tx[self.tx])) != (
                'done', 'completed', 1):
            return f'{payment}, {record["status"]}, paid {len(books.by_tx[self.tx])} times'
        wrong = broken(self.house, books)
        return '; '.join(wrong) or None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--every', type=int, default=1)
    parser.add_argument('--only', type=int, help='the death at this call alone')
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    given = parser.parse_args()
    passed = failed = 0
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='1') as house:
        road = Road(house)
        road.put_back()
        length = road.walk(road.tx, 0)
        print(f'the road is {length} system calls long', flush=True)
        points = [given.only] if given.only else range(
            (given.every + 1) // 2, length + 1, given.every)
        began = time.monotonic()
        for nth in points:
            road.put_back()
            road.walk(road.tx, nth)
            fault = road.fault(Books(house))
            passed += fault is None
            failed += fault is not None
            if fault:
                print(f'not ok - killed at call {nth}: {fault}', flush=True)
            elif passed % 100 == 0:
                print(f'call {nth} of {length}, {time.monotonic() - began:.0f} s', flush=True)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
