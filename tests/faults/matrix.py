#!/usr/bin/env python3
"""Others that fail and wallets that cheat, on one stack with watchers that work meanwhile.

    matrix.py [--part bank,platform,attacks] [--runs N] [--patient] [--watchers 2] [--keep]

--runs: how often each cell of a matrix is gone through.  --patient: calls that hang do so until
the watcher gives up, instead of a second.  At the end the rules of invariants.py are looked at.
Ends with "N passed, N failed".
"""

import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.faults import attacks, bank, platform  # noqa: E402
from tests.faults.invariants import broken  # noqa: E402
from tests.faults.stage import Stage  # noqa: E402
from tests.watcher.house import House  # noqa: E402
from tests.watcher.suite import ended  # noqa: E402

PARTS = {'bank': bank.run, 'platform': platform.run, 'attacks': attacks.run}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--part', default=','.join(PARTS), help='some, between commas')
    parser.add_argument('--runs', type=int, default=1)
    parser.add_argument('--patient', action='store_true')
    parser.add_argument('--watchers', type=int, default=2)
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    given = parser.parse_args()
    passed = failed = 0
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='300',
               WINDLASS_POLL_INTERVAL_MS='200') as house:
        stage = Stage(house, given.watchers, given.patient)
        for part in given.part.split(','):
            began, before = time.monotonic(), passed
            for name, fault in PARTS[part](stage, given.runs):
                passed += fault is None
                failed += fault is not None
                if fault is not None:
                    print(f'not ok - {name}: {fault}', flush=True)
            print(f'{part}: {passed - before} passed, {time.monotonic() - began:.1f} s',
                  flush=True)
        wrong = broken(house)
    for line in wrong:
        print(f'not ok - {line}')
    return ended(passed, failed + len(wrong))


if __name__ == '__main__':
    sys.exit(main())
