#!/usr/bin/env python3
"""The process beside a watcher: no payment waits for what it does, and it lives as its watcher.

    errands.py [--only NAME] [--keep]

One stack, one watcher.  Ends with "N passed, N failed".
"""

import itertools
import json
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.hooks import People, load  # noqa: E402
from tests.watcher.house import ROOT, WALLET, House, http  # noqa: E402
from tests.watcher.suite import Tests, Wrong, ended, expect, named, options, run  # noqa: E402

TESTS = Tests()
PROVEN = {'name': 'proven', 'label': {'en': 'Proven'}, 'review': 'auto',
          'fields': [{'name': 'mobile_number', 'description': {'en': 'Number'}, 'proof': True}]}
CALL_MS = 4500      # a hook that takes any longer has not answered, for a watcher
AT_ONCE = 8


def alive(pid):
    try:
        state = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != 'Z'


class Stage:
    def __init__(self, house):
        self.house = house
        self.people = People(house)
        self.numbers = itertools.count(5511980000000)
        self.payers = house.customers()

    def is_known(self):
        return self.people.call('GET', f'/customer?account={WALLET}&memo=1&memo_type=id'
                                       '&type=proven')[0] == 200

    @property
    def watcher(self):
        return self.people.watcher

    def errands(self):
        """The processes beside the watcher."""
        parent = self.watcher.process.pid
        text = pathlib.Path(f'/proc/{parent}/task/{parent}/children').read_text()
        return [int(pid) for pid in text.split() if alive(pid)]

    def errand(self):
        self.house.until('one process runs errands', lambda: len(self.errands()) == 1)
        return self.errands()[0]

    def wanted(self):
        """A code to be sent; where to."""
        number = f'+{next(self.numbers)}'
        self.people.put(self.people.whom(), 'proven', mobile_number=number)
        return number

    def slow(self):
        http('DELETE', f'{self.house.hooks}/_sim/faults')
        http('POST', f'{self.house.hooks}/_sim/faults',
             {'on': '/codes', 'kind': 'slow', 'delay_ms': CALL_MS})

    def hook(self):
        """How many calls it had; how many it has at this moment."""
        rule, = http('GET', f'{self.house.hooks}/_sim/faults')['faults']
        return rule['hits'], rule['now']

    def asked(self):
        """A payment whose money was asked for, and what the platform has of it."""
        tx = self.house.transaction(self.payers, '11')
        return tx, self.house.wait(tx, lambda r: r['status'] == 'pending_sender')


@TESTS.test
def a_payment_goes_through_while_a_hook_lets_its_call_wait(stage):
    stage.slow()
    end = time.monotonic() + 120
    while True:
        tx, record = stage.asked()
        for _ in range(AT_ONCE):
            stage.wanted()
        stage.house.until('a call waits', lambda: stage.hook()[1] > 0)
        calls, _ = stage.hook()
        stage.house.pay([record])
        while stage.hook()[0] == calls and stage.hook()[1] > 0:
            if stage.house.record(tx)['status'] == 'completed' and stage.hook()[1] > 0 \
                    and stage.hook()[0] == calls:
                return
        if time.monotonic() > end:
            raise Wrong('no payment was completed between the begin and the end of one call')
        stage.house.wait(tx, lambda r: r['status'] == 'completed')


@TESTS.test
def killed_it_is_begun_again(stage):
    first = stage.errand()
    os.kill(first, signal.SIGKILL)
    stage.house.until('another one runs', lambda: stage.errands() not in ([], [first]))
    stage.people.code(stage.wanted())


@TESTS.test
def it_ends_with_its_watcher_whatever_ends_that_one(stage):
    for how in ('kill', 'end'):
        stage.slow()
        stage.wanted()
        stage.house.until('a call waits', lambda: stage.hook()[1] > 0)
        mine = stage.errand()
        getattr(stage.watcher, how)()
        stage.house.until(f'{how}: it is gone', lambda pid=mine: not alive(pid))
        stage.watcher.start()
    http('DELETE', f'{stage.house.hooks}/_sim/faults')
    stage.people.code(stage.wanted())


@TESTS.test
def once_does_them_once(stage):
    stage.watcher.end()
    number = stage.wanted()
    stage.watcher.start('--once')
    stage.watcher.process.wait(60)
    expect(len(stage.people.codes(number)) == 1, 'the code was sent')
    stage.watcher.start()


def main():
    given = options(__doc__).parse_args()
    types = [*json.loads((ROOT / 'config' / 'types.json').read_text()), PROVEN]
    with House(given.keep) as house:
        load(house, types)
        stage = Stage(house)
        house.until('the endpoint knows the type', stage.is_known)
        passed, failed = run(named(TESTS, given.only), stage)
    return ended(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
