#!/usr/bin/env python3
"""Firm quotes under load, over HTTP: sold exactly (selling.py), and at one price (prices.py).

    storm.py [--asks 20000] [--room 5000] [--kills 40] [--restarts 4] [--changes 12] [--keep]

Ends with "N passed, N failed".
"""

import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.quotes import prices, selling  # noqa: E402
from tests.quotes.bazaar import Bazaar, Wrong  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--asks', type=int, default=20000)
    parser.add_argument('--room', type=int, default=5000, help='for so many quotes')
    parser.add_argument('--kills', type=int, default=40, help='of workers')
    parser.add_argument('--restarts', type=int, default=4, help='of PostgreSQL')
    parser.add_argument('--changes', type=int, default=12, help='of a price or a fee')
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    return parser.parse_args()


def main():
    given = options()
    passed = failed = 0
    with Bazaar(given.keep) as bazaar:
        for act in selling.ACTS + prices.ACTS:
            began, is_good = time.monotonic(), True
            try:
                words = act(bazaar, given)
                bazaar.has_no_deadlock()
            except Wrong as why:
                words, is_good = why, False
            passed += is_good
            failed += not is_good
            print(f'{act.__name__.replace("_", " ")}: {"ok" if is_good else "not ok"}: {words} '
                  f'({time.monotonic() - began:.1f} s)', flush=True)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
