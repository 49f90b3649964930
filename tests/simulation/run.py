#!/usr/bin/env python3
"""Seeds of the simulation, on a private PostgreSQL cluster of their own.

    run.py [--seeds N] [--from SEED] [--workers N] [--twice] [--first]
    run.py --seed N [-v]       one of them, told line by line

BUILD names the folder of the built programs.  Ends with "N passed, N failed".
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# The machine may lose all of it at any time: nothing is written for good.
FAST = ('fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n'
        'wal_level = minimal\nmax_wal_senders = 0\njit = off\n')
# What goes back by itself; the rest is for a person.
REFUNDED = ['payout_refused', 'payout_returned', 'paid_short', 'paid_over', 'paid_late']
# Above it a second person has to approve: world.h.
LARGE = '80'
BOOK = ['assets', 'types', 'fees', 'terms', 'limits', 'prices', 'pools']


class Cluster:
    """A cluster with one database a worker, each made ready."""

    def __init__(self, build, workers):
        self.build = build
        self.workers = workers
        self.dir = pathlib.Path(tempfile.mkdtemp(
            prefix='wlsim-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None))
        self.dir.chmod(0o755)

    def cluster(self, verb):
        return subprocess.run([ROOT / 'tests' / 'cluster.sh', verb, self.dir], check=True,
                              capture_output=True, text=True).stdout

    def url(self, database):
        return f'host={self.dir}/pg-socket dbname={database}'

    def psql(self, database, *arguments):
        subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d',
                        f'{self.url(database)} user=owner', *arguments], check=True,
                       stdout=subprocess.DEVNULL,
                       env=dict(os.environ, PGOPTIONS='-c client_min_messages=warning'))

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        # Made once, stopped, and started again with what makes it fast.
        self.cluster('start')
        self.cluster('stop')
        with open(self.dir / 'pg' / 'postgresql.conf', 'a', encoding='utf-8') as settings:
            settings.write(FAST)
        self.cluster('start')
        self.cluster('migrate')
        self.psql('windlass', '-f', str(HERE / 'house.sql'))
        env = dict(os.environ, WINDLASS_DATABASE_URL=self.url('windlass'))
        for kind in BOOK:
            document = json.loads((ROOT / 'config' / f'{kind}.json').read_text(encoding='utf-8'))
            if kind == 'limits':
                document['payouts'][0]['second_person_above'] = LARGE
                document['refunds'] = [{'asset': 'iso4217:BRL', 'reasons': REFUNDED}]
            file = self.dir / f'{kind}.json'
            file.write_text(json.dumps(document), encoding='utf-8')
            subprocess.run([self.build / 'operator' / 'windlass', 'load', kind, file], env=env,
                           check=True, capture_output=True)
        for n in range(self.workers):
            folder = self.dir / f'worker{n}'
            folder.mkdir()
            kek = folder / 'kek'
            kek.touch(0o600)
            kek.write_text(f'1 {"5a" * 32}\n')
            self.psql('postgres', '-c', f'create database sim{n} template windlass')
            # The customers and the fingerprint key are made by the first call.
            self.simulation(n, '--seeds', '0').communicate()
            self.psql(f'sim{n}', '-f', str(HERE / 'house_last.sql'))

    def simulation(self, n, *arguments, program=None):
        return subprocess.Popen(
            [program or self.build / 'tests' / 'simulation' / 'simulation', '--url',
             self.url(f'sim{n}'), '--dir', str(self.dir / f'worker{n}'), *arguments],
            stdout=subprocess.PIPE, text=True)

    def seeds(self, first, count, *options, program=None):
        """All lines of all workers but their last ones; how many passed and failed."""
        share, more = divmod(count, self.workers)
        running = []
        for n in range(self.workers):
            size = share + (n < more)
            if size:
                running.append(self.simulation(n, '--from', str(first), '--seeds', str(size),
                                               *options, program=program))
            first += size
        lines, passed, failed = [], 0, 0
        while '--first' in options and any(one.poll() is None for one in running):
            # One of them has what was looked for: the others may stop.
            if any(one.poll() not in (None, 0) for one in running):
                for one in running:
                    one.terminate()
            time.sleep(0.1)
        for one in running:
            said = one.communicate()[0].splitlines()
            if one.returncode == -signal.SIGTERM:
                continue
            sums = re.fullmatch(r'(\d+) passed, (\d+) failed', said[-1] if said else '')
            if not sums or one.returncode not in (0, 1):
                lines += said[-20:] + [f'a worker ended with {one.returncode}']
                failed += 1
                continue
            lines += said[:-1]
            passed += int(sums[1])
            failed += int(sums[2])
        return lines, passed, failed

    def __exit__(self, *_):
        if (self.dir / 'pg' / 'postmaster.pid').exists():
            self.cluster('stop')
        shutil.rmtree(self.dir, ignore_errors=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    options.add_argument('--seeds', type=int, default=500)
    options.add_argument('--from', type=int, default=1, dest='first')
    options.add_argument('--workers', type=int, default=2)
    options.add_argument('--twice', action='store_true', help='the same story each time?')
    options.add_argument('--seed', type=int, help='only this one')
    options.add_argument('-v', action='store_true', help='line by line')
    given = options.parse_args()
    build = pathlib.Path(os.environ.get('BUILD', ROOT / 'build' / 'release')).resolve()
    first, count, workers = given.first, given.seeds, given.workers
    if given.seed is not None:
        first, count, workers = given.seed, 1, 1
    flags = ['-v'] * given.v + ['--twice'] * given.twice
    with Cluster(build, workers) as cluster:
        lines, passed, failed = cluster.seeds(first, count, *flags)
    print(*lines, sep='\n', end='\n' if lines else '')
    if failed and not given.v:
        print(f'one of them, told: {pathlib.Path(sys.argv[0])} -v --seed N')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
