#!/usr/bin/env python3
"""A watcher that dies at every system call of a payment's whole road: it is paid once.

    kills.py [--every 1] [--only N] [--part 1/1] [--keep]

The road is walked by runs of watcher --once, from a payment that nobody has seen until it is done
at the platform, at the bank and with us.  It is walked once undisturbed, and database, simulators
and the watcher's folder are kept as they are before each run.  Then they are put back there for
each system call of that run; the run that comes to the call is killed, and others finish the road.
--every 50: each 50th call.  --part 1/2: the first half of what is to be done.  Ends with
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
from tests.psql import Psql  # noqa: E402
from tests.watcher.house import House, http  # noqa: E402
from tests.watcher.suite import BANK, ended  # noqa: E402

KILLED = 137
RUNS_MOST = 40
STEP_MS = 5000      # between two runs, so that whatever waits is due


class Place:
    """Where everybody stands before a run."""

    def __init__(self, number, calls, shift, is_paid):
        self.name = f'place_{number}'
        self.calls = calls          # made before it
        self.shift = shift          # of the clock, in ms
        self.is_paid = is_paid
        self.lines = {}             # of each simulator's journal
        self.at = time.monotonic()


class Road:
    def __init__(self, house):
        self.house = house
        self.state = house.dir / 'watcher-a'
        self.state.mkdir()
        self.env = dict(house.env, WINDLASS_STATE_DIR=str(self.state), **BANK)
        self.env['WINDLASS_LOG_LEVEL'] = 'warn'
        self.log = open(house.dir / 'log' / 'watcher-a.log', 'ab')
        self.server = Psql(f'host={house.dir}/pg-socket dbname=postgres user=owner')
        people = house.customers()
        # Only the watcher dies, so nothing has to be on a disk.
        self.postgres('alter system set fsync = off', 'select pg_reload_conf()')
        # One that is over, so that there is a past that can be lost.
        self.tx = house.transaction(people, '11', with_quote=False)
        self.walk(Place(0, 0, 0, False))
        self.tx = house.transaction(people, '12', with_quote=False)
        for part in ('nginx', 'customer', 'rate', 'event', 'status'):
            house.stack('down', part)
        house.sql('select windlass.clock_set(0)')
        self.places = []
        self.length = self.walk(Place(0, 0, 0, False), keeping=True)

    def postgres(self, *statements):
        for one in statements:
            self.server.rows(one)

    def keep(self, place):
        self.postgres('select pg_terminate_backend(pid, 5000) from pg_stat_activity '
                      "where datname = 'windlass'",
                      f'create database {place.name} template windlass strategy file_copy')
        shutil.copytree(self.state, self.house.dir / place.name)
        for where in (self.house.platform, self.house.bank):
            entries = http('GET', f'{where}/_sim/books')['entries']
            place.lines[where] = max((entry['n'] for entry in entries), default=0)
        place.at = time.monotonic()
        self.places.append(place)

    def put_back(self, place):
        """To the same time, too.  What the simulators did since is forgotten, so that nobody
        comes to a later place again."""
        self.postgres('drop database windlass with (force)',
                      f'create database windlass template {place.name} strategy file_copy')
        shutil.rmtree(self.state)
        shutil.copytree(self.house.dir / place.name, self.state)
        ago = int((time.monotonic() - place.at) * 1000)
        for where, line in place.lines.items():
            http('POST', f'{where}/_sim/reset', {'to': line, 'offset_ms': -ago})
        self.house.sql(f'select windlass.clock_set({place.shift - ago})')
        return ago

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

    def walk(self, place, nth=0, ago=0, keeping=False):
        """The road from that place on, with one death at its nth call, if it is that long; how
        long it was."""
        calls, is_dead = 0, nth == 0
        shift, is_paid = place.shift, place.is_paid
        for number in range(RUNS_MOST):
            if keeping:
                self.keep(Place(number, calls, shift, is_paid))
            made, died = self.run(0 if is_dead else nth - calls)
            calls += made
            is_dead |= died
            if not is_paid:
                record = self.house.record(self.tx)
                if record['status'] == 'pending_sender':
                    self.house.pay([record])
                    is_paid = True
            shift += STEP_MS
            rows = self.house.sql(f'select windlass.clock_set({shift - ago}), p.state '
                                  f"from windlass.payment p where tx_id = '{self.tx}'")
            if rows and rows[0][-1] == 'done':
                break
        return calls

    def fault(self):
        books = Books(self.house)
        payment, record = books.payments[self.tx], books.records[self.tx]
        if (payment['state'], record['status'], len(books.by_tx[self.tx])) != (
                'done', 'completed', 1):
            return f'{payment}, {record["status"]}, paid {len(books.by_tx[self.tx])} times'
        wrong = broken(self.house, books)
        return '; '.join(wrong) or None

    def dead_at(self, nth):
        """What is wrong after a death at that call."""
        place = [place for place in self.places if place.calls < nth][-1]
        ago = self.put_back(place)
        self.walk(place, nth - place.calls, ago)
        return self.fault()


def points(given, length):
    """The last call first: a place is left for an earlier one."""
    if given.only:
        return [given.only]
    all_ = list(range((given.every + 1) // 2, length + 1, given.every))[::-1]
    part, parts = (int(word) for word in given.part.split('/'))
    return all_[len(all_) * (part - 1) // parts:len(all_) * part // parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--every', type=int, default=1)
    parser.add_argument('--only', type=int, help='the death at this call alone')
    parser.add_argument('--part', default='1/1', help='a part of them: 1/2, 2/2')
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    given = parser.parse_args()
    passed = failed = 0
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='1') as house:
        road = Road(house)
        print(f'the road is {road.length} system calls long, in {len(road.places)} runs',
              flush=True)
        began = time.monotonic()
        for nth in points(given, road.length):
            fault = road.dead_at(nth)
            passed += fault is None
            failed += fault is not None
            if fault:
                print(f'not ok - killed at call {nth}: {fault}', flush=True)
            elif passed % 100 == 0:
                print(f'call {nth} of {road.length}, {time.monotonic() - began:.0f} s', flush=True)
        road.server.close()
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
