#!/usr/bin/env python3
"""Many payments at once, and a watcher that dies again and again: each is paid exactly once.

    storm.py [--payments 1000] [--kills 20] [--watchers 1] [--faults RATE] [--timeout 600]
             [--seed N] [--keep]

Half of the payments have a quote, half get one of ours.  The watcher is killed with -9 at random
moments, and started again at once.  With faults the bank and the platform fail that part of all
calls, in every way that leaves open what they did.  The bank's own books are the judge.  Ends
with "N passed, N failed".
"""

import argparse
import pathlib
import random
import sys
import time
from http.client import HTTPException

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import House, Refused  # noqa: E402
from tests.watcher.judge import judge  # noqa: E402

# Of no amount of these a magic cent comes out (tests/rail/payouts.py), with the sample book.
AMOUNTS = ['11', '12', '13', '101']
BATCH = 200

# nginx lets an account ask for so many rates a second (nginx/limits.conf).
ONE_ACCOUNT = 200

# What may strike a call: after each of these nobody but a look-up can tell.
FAULTS = ['reset_before', 'reset_after', '500_before', '500_after', 'truncate', 'html', 'zombie',
          '429']
CALLS = {'bank': ['POST /payouts', 'GET /payouts/{reference}'],
         'platform': ['POST /', 'GET /transactions/{id}', 'GET /transactions']}

# How far a payment has come.
STEPS = {'new': 0, 'asked': 1, 'out': 2, 'done': 3}


class Storm:
    def __init__(self, house, given):
        self.house = house
        self.dice = random.Random(given.seed)
        self.timeout = given.timeout
        self.rate = given.faults / len(FAULTS)
        self.payments = given.payments
        # How far all payments together have come when the watcher dies, 0 to 1.
        self.kills = sorted(self.dice.uniform(0.0, 0.8) for _ in range(given.kills))
        self.paid = set()

    def ask(self):
        """All payments, as a wallet wants them."""
        people = [self.house.customers(n) for n in range(1, 6)]
        wishes = []
        for start in range(0, self.payments, BATCH):
            amounts = [self.dice.choice(AMOUNTS)
                       for _ in range(min(BATCH, self.payments - start))]
            quotes = iter(self.house.quotes(amounts[::2]))
            time.sleep(len(amounts) / ONE_ACCOUNT)
            wishes += [House.wish(self.dice.choice(people), amount,
                                  next(quotes) if n % 2 == 0 else None)
                       for n, amount in enumerate(amounts)]
        return self.house.transactions(wishes)

    def pay(self):
        """Whatever is asked for by now."""
        asked = [r for r in self.house.listed('pending_sender') if r['id'] not in self.paid]
        for start in range(0, len(asked), BATCH):
            self.house.pay(asked[start:start + BATCH])
        self.paid |= {r['id'] for r in asked}

    def kill(self, states):
        come = sum(STEPS.get(state, 0) * n for state, n in states.items())
        if self.kills and come >= self.kills[0] * STEPS['done'] * self.payments:
            self.kills.pop(0)
            victim = self.dice.choice(self.house.watchers)
            victim.kill()
            victim.start()

    def run(self):
        txs = self.ask()
        began = time.monotonic()
        print(f'{len(txs)} payments are asked for', flush=True)
        for where, calls in CALLS.items():
            self.house.faults(where, *[{'on': call, 'kind': kind, 'rate': self.rate}
                                       for call in calls for kind in FAULTS if self.rate])
        told = paid_at = 0.0
        while True:
            now = time.monotonic()
            states = {state: int(n) for state, n in self.house.sql(
                'select state, count(*) from windlass.payment group by 1')}
            done = states.get('done', 0)
            if done == len(txs) or now - began > self.timeout:
                break
            self.kill(states)
            if now - paid_at > 0.3:
                paid_at = now
                try:
                    self.pay()
                except (Refused, OSError, ValueError, HTTPException):
                    pass    # a fault that struck us, not the watcher
            if now - began > told + 5:
                told = now - began
                print(f'{told:4.0f} s: {states}', flush=True)
            time.sleep(0.02)
        print(f'{done} of {len(txs)} done in {time.monotonic() - began:.1f} s, '
              f'{len(self.kills)} kills were left', flush=True)
        return txs


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    options.add_argument('--payments', type=int, default=1000)
    options.add_argument('--kills', type=int, default=20)
    options.add_argument('--watchers', type=int, default=1)
    options.add_argument('--faults', type=float, default=0, help='the part of calls that fail')
    options.add_argument('--timeout', type=float, default=600)
    options.add_argument('--seed', type=int, default=1)
    options.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    given = options.parse_args()
    with House(given.keep) as house:
        for n in range(given.watchers):
            house.watcher(chr(ord('a') + n))
        storm = Storm(house, given)
        txs = storm.run()
        house.clear_faults()
        wrong = judge(house, txs)
        if storm.kills:
            wrong.append(f'{len(storm.kills)} kills came too late')
    for line in wrong[:20]:
        print(f'fail: {line}')
    print(f'{len(txs) - len(wrong) if len(wrong) < len(txs) else 0} passed, '
          f'{min(len(wrong), len(txs))} failed')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
