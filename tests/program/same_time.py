"""Do requests that must not be told apart take the same time?

    same_time.py SOCKET MARGIN TARGET...

Asks GET TARGET by turns, 300 times each, and compares how long the quicker half of each took at
most: what else the machine does makes some slow, not these.  Exit code 1 and a line a target if
the slowest is over MARGIN times the quickest.
"""

import statistics
import sys
import time

import fcgi

TURNS = 300


def microseconds(path, target):
    began = time.perf_counter()
    fcgi.ask(path, 'GET', target)
    return (time.perf_counter() - began) * 1e6


def main():
    path, margin, *targets = sys.argv[1:]
    took = {target: [] for target in targets}
    for _ in range(TURNS):
        for target in targets:
            took[target].append(microseconds(path, target))
    middle = {target: statistics.median(times) for target, times in took.items()}
    if max(middle.values()) <= float(margin) * min(middle.values()):
        return 0
    for target, us in middle.items():
        print(f'{us:.0f} us {target}')
    return 1


if __name__ == '__main__':
    sys.exit(main())
