#!/usr/bin/env python3
"""How much private memory one worker takes, and whether it takes more the longer it serves.

    memory.py [--each 1000] [--more 100000]

One worker of /customer that is never replaced answers --each requests of every kind, and --more of
them all by turns.  RssAnon, by the kernel's word, must be under 4 MiB after the first and at most
512 KiB more after the second.  Ends with "N passed, N failed".
"""

import argparse
import itertools
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.bench.stand import anonymous  # noqa: E402
from tests.customers.storm import Line, Wrong, account  # noqa: E402
from tests.documents.samples import jpeg_of  # noqa: E402
from tests.platform.business import multipart  # noqa: E402
from tests.watcher.house import RECEIVER, House  # noqa: E402

MOST_KB, MORE_KB = 4096, 512
PHOTO = jpeg_of(1 << 20)
ACCOUNTS = 64     # one may ask 200 times a second


class Requests:
    """Of every kind; each is asked for with a number of its own."""

    def __init__(self, house):
        self.line = Line(int(house.env['WINDLASS_PORT']))
        self.id = {}
        for n in range(ACCOUNTS):
            self.id[n] = self.put(n, 1)['id']

    def key(self, n, memo):
        return {'account': account(f'memory {n % ACCOUNTS}'), 'memo': str(memo), 'memo_type': 'id',
                'type': 'sep31-receiver'}

    def put(self, n, memo, **more):
        return self.line.ask('PUT', '/customer',
                             json.dumps(dict(self.key(n, memo), **RECEIVER, **more)))

    def get(self, query):
        return self.line.ask('GET', f'/customer?{query}')

    def refused(self, method, path, body=None):
        try:
            self.line.ask(method, path, body)
        except Wrong:
            return
        raise Wrong(f'{method} {path} was not refused')

    def kinds(self):
        return [self.by_id, self.by_account, self.nobody, self.new, self.changed, self.document,
                self.bad_value, self.bad_json, self.unknown, self.erased]

    def by_id(self, n):
        self.get(f'id={self.id[n % ACCOUNTS]}')

    def by_account(self, n):
        self.get(f'account={account(f"memory {n % ACCOUNTS}")}&memo=1&memo_type=id')

    def nobody(self, n):
        self.get(f'account={account(f"memory {n % ACCOUNTS}")}&memo={n + 10}&memo_type=text')

    def new(self, n):
        self.put(n, 1000 + n)

    def changed(self, n):
        self.put(n, 1, city=f'Porto {n}')

    def document(self, n):
        # A large one now and then: what it took must be given back.
        whole = dict(self.key(n, 1), photo_id_front=PHOTO if n % 50 == 0 else jpeg_of(3000 + n % 9))
        media, body = multipart(whole)
        self.line.ask('PUT', '/customer', body, media)

    def bad_value(self, n):
        self.refused('PUT', '/customer', json.dumps(dict(self.key(n, 1), birth_date='yesterday')))

    def bad_json(self, n):
        self.refused('PUT', '/customer', '{"account": ' + '[' * (n % 30))

    def unknown(self, n):
        self.refused('GET', f'/customer?id={n:08x}-0000-4000-8000-000000000000')

    def erased(self, n):
        customer = self.put(n, 2_000_000 + n)['id']
        self.line.ask('DELETE', f'/customer/{customer}')


def worker_of(house):
    parent = (house.dir / 'pid' / 'customer').read_text().split()[0]
    workers = pathlib.Path(f'/proc/{parent}/task/{parent}/children').read_text().split()
    if len(workers) != 1:
        raise RuntimeError(f'{len(workers)} workers')
    return workers[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--each', type=int, default=1000)
    parser.add_argument('--more', type=int, default=100000)
    given = parser.parse_args()
    passed = 0
    with House(WINDLASS_CUSTOMER_WORKERS='1', WINDLASS_WORKER_REQUESTS='1000000000') as house:
        requests = Requests(house)
        worker = worker_of(house)
        kinds = requests.kinds()
        for n in range(given.each):
            for ask in kinds:
                ask(n)
        first = anonymous(worker)
        for n, ask in zip(range(given.more), itertools.cycle(kinds)):
            ask(given.each + n)
        second = anonymous(worker)
        same = worker_of(house) == worker
    checks = [
        (f'{first} kB after {given.each} requests of each of {len(kinds)} kinds; {MOST_KB} at most',
         0 < first < MOST_KB),
        (f'{second - first} kB more after {given.more} others; {MORE_KB} at most',
         0 < second <= first + MORE_KB),
        ('the worker is the same', same),
    ]
    for what, is_good in checks:
        passed += is_good
        print(f'{"ok" if is_good else "not ok"} - {what}')
    print(f'{passed} passed, {len(checks) - passed} failed')
    return 0 if passed == len(checks) else 1


if __name__ == '__main__':
    sys.exit(main())
