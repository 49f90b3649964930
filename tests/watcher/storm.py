#!/usr/bin/env python3
"""Many payments at once, and a watcher that dies again and again: each is paid exactly once.

    storm.py [--payments 1000] [--kills 20] [--crashes N] [--stops N] [--steps N] [--watchers 1]
             [--faults RATE] [--timeout 600] [--seed N] [--keep]

Half of the payments have a quote, half get one of ours.  The watcher is killed with -9 at random
moments, and started again at once; with crashes the database is, too.  With stops a watcher stands
still until others have taken over what it had claimed, and wakes in the middle of its work.  With
steps the clock goes forth by an hour and back.  With faults the bank and the platform fail that
part of all calls, in every way that leaves open what they did.  The bank's own books are the
judge.  Ends with "N passed, N failed".
"""

import argparse
import pathlib
import random
import signal
import subprocess
import sys
import time
from http.client import HTTPException

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.faults.invariants import broken  # noqa: E402
from tests.watcher.house import House, Refused, http  # noqa: E402
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
STEPS = {'new': 0, 'asked': 1, 'out': 2, 'done': 3, 'closed': 3, 'held': 3, 'review': 3}

# Longer than a watcher's claims last; what a clock may be wrong by.
CLAIMS_MS, HOUR_MS = 130_000, 3_600_000

# Whom a moved clock has made late: never asked, or asked and not paid in time, or paid too late.
LATE = ('abandoned', 'not_paid', 'paid_late', 'quote_expired', 'ended')


class Storm:
    def __init__(self, house, given):
        self.house = house
        self.dice = random.Random(given.seed)
        self.timeout = given.timeout
        self.rate = given.faults / len(FAULTS)
        self.payments = given.payments
        # What strikes, and how far all payments together have come by then, 0 to 1.
        self.blows = sorted(
            ((self.dice.uniform(0.0, 0.8), blow)
             for blow, count in ((self.kill, given.kills), (self.crash, given.crashes),
                                 (self.stop, given.stops), (self.step, given.steps))
             for _ in range(count)), key=lambda one: one[0])
        self.moves_clock = given.stops + given.steps > 0
        house.promise_for_long()
        self.shift = 0
        self.sleepers = []      # (when it wakes, the watcher)
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

    # --- blows

    def kill(self):
        victim = self.dice.choice([one for one in self.house.watchers if one.running])
        victim.kill()
        victim.start()

    def crash(self):
        self.house.cluster('kill')
        self.house.cluster('start')

    def stop(self):
        """It wakes when what it was about to do has become somebody else's."""
        victim = self.dice.choice(self.house.watchers)
        victim.process.send_signal(signal.SIGSTOP)
        self.move_clock(CLAIMS_MS)
        self.sleepers.append((time.monotonic() + self.dice.uniform(0.1, 2), victim))

    def step(self):
        """An hour forth; the next one goes back."""
        back = self.shift >= HOUR_MS and self.dice.random() < 0.5
        self.move_clock(-HOUR_MS if back else HOUR_MS)

    def move_clock(self, ms):
        self.shift += ms
        http('POST', f'{self.house.platform}/_sim/clock', {'offset_ms': self.shift})

    def wake(self):
        now = time.monotonic()
        for one in [one for one in self.sleepers if one[0] <= now]:
            self.sleepers.remove(one)
            one[1].process.send_signal(signal.SIGCONT)

    def strike(self, states):
        self.wake()
        come = sum(STEPS.get(state, 0) * n for state, n in states.items())
        if self.blows and come >= self.blows[0][0] * STEPS['done'] * self.payments:
            self.blows.pop(0)[1]()

    def states(self):
        try:
            return {state: int(n) for state, n in self.house.sql(
                'select state, count(*) from windlass.payment group by 1')}
        except subprocess.CalledProcessError:
            return {}       # a database that recovers

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
            states = self.states()
            done = states.get('done', 0)
            over = done + sum(states.get(state, 0) for state in ('closed', 'held', 'review')
                              if self.moves_clock)
            if over == len(txs) or now - began > self.timeout:
                break
            self.strike(states)
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
              f'{len(self.blows)} blows were left', flush=True)
        return txs

    def late(self, txs):
        """Those that a moved clock has ended."""
        if not self.moves_clock:
            return set()
        rows = self.house.sql("select tx_id, reason from windlass.payment where state in "
                              "('closed', 'held')")
        late = {tx for tx, reason in rows if reason.partition(':')[0] in LATE}
        print(f'{len(late)} of {len(txs)} came too late by their clock')
        return late if len(late) < len(txs) / 2 else set()


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    options.add_argument('--payments', type=int, default=1000)
    options.add_argument('--kills', type=int, default=20)
    options.add_argument('--crashes', type=int, default=0, help='of the database')
    options.add_argument('--stops', type=int, default=0, help='of a watcher, for a while')
    options.add_argument('--steps', type=int, default=0, help='of the clock')
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
        late = storm.late(txs)
        for state, reason, count in house.sql(
                "select state, split_part(reason, ':', 1), count(*) from windlass.payment "
                "where state <> 'done' group by 1, 2"):
            print(f'{count} are {state}: {reason}')
        wrong = judge(house, [tx for tx in txs if tx not in late]) + broken(house)
        if storm.blows:
            wrong.append(f'{len(storm.blows)} blows came too late')
    for line in wrong[:20]:
        print(f'fail: {line}')
    print(f'{len(txs) - len(wrong) if len(wrong) < len(txs) else 0} passed, '
          f'{min(len(wrong), len(txs))} failed')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
