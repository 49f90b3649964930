#!/usr/bin/env python3
"""What we do a second, and what the same work without its business does: see README.md.

    bench.py [--only NAME] [--short] [--seconds 5] [--rounds 5] [--drain 10000]
             [--drain-rounds 1] [--customers 10000] [--stored 1000000]

One line a figure:  NAME OURS FLOOR RATIO P99_OURS_MS P99_FLOOR_MS LOWEST HIGHEST
Lines that begin with # are for people.  --short looks whether every figure comes, however large,
and ends with "N passed, N failed".
"""

import argparse
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.bench import drain, figures, million  # noqa: E402
from tests.bench.load import Failed  # noqa: E402
from tests.bench.stand import Stand  # noqa: E402

DRAIN = 'watcher_drain'
NAMES = [figure.name for figure in figures.FIGURES] + [million.NAME, DRAIN]
SHORT = {'seconds': 1, 'rounds': 1, 'drain': 200, 'customers': 500, 'stored': 20000}


def options():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--only', choices=NAMES, help='one figure')
    parser.add_argument('--short', action='store_true', help=f'{SHORT}')
    parser.add_argument('--seconds', type=int, default=5, help='of a run')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--drain', type=int, default=10000, help='payments that wait')
    parser.add_argument('--drain-rounds', type=int, default=1)
    parser.add_argument('--customers', type=int, default=10000, help='customers to ask for')
    parser.add_argument('--stored', type=int, default=1000000, help='customers where many are')
    given = parser.parse_args()
    if given.short:
        vars(given).update(SHORT)
    return given


def tell(words):
    print(f'# {words}', flush=True)


def is_figure(line):
    """NAME and numbers above zero."""
    name, *numbers = line.split()
    return name in NAMES and len(numbers) == 7 and all(
        number == '-' or float(number) > 0 for number in numbers) and '-' not in numbers[:3]


def endpoints(given, wanted):
    """A Result of each wanted figure, as it comes."""
    with Stand() as stand:
        tell(f'nginx alone: {figures.nginx_alone(stand):.0f} answers/s')
        for figure in figures.FIGURES:
            if figure.name in wanted:
                yield figures.measure(stand, figure, given)
        if million.NAME in wanted:
            yield million.measure(stand, given)
        own = ', '.join(f'{name} {stand.resident(name)} kB' for name in ('customer', 'rate'))
        tell(f'RssAnon of a worker: {own}')


def results(given):
    wanted = [given.only] if given.only else NAMES
    if wanted != [DRAIN]:
        yield from endpoints(given, wanted)
    if DRAIN in wanted:
        yield drain.measure(given.drain, given.drain_rounds, tell)


def main():
    given = options()
    began = time.monotonic()
    tell(f'{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {given.rounds} rounds of '
         f'{given.seconds} s; {given.drain} payments')
    tell('NAME OURS FLOOR RATIO P99_OURS_MS P99_FLOOR_MS LOWEST_RATIO HIGHEST_RATIO')
    lines = []
    try:
        for result in results(given):
            lines.append(result.line())
            print(lines[-1], flush=True)
    except (Failed, OSError, RuntimeError) as why:
        print(f'fail: {why}')
    tell(f'{time.monotonic() - began:.0f} s')
    good = sum(is_figure(line) for line in lines)
    wanted = 1 if given.only else len(NAMES)
    if given.short:
        print(f'{good} passed, {wanted - good} failed')
    return 0 if good == wanted else 1


if __name__ == '__main__':
    sys.exit(main())
