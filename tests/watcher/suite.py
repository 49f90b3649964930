"""What the files of tests beside this one share: what the bank promises, how a test says that
something is wrong, and how tests are run, one line each.

    TESTS = Tests()

    @TESTS.test
    def something_holds(stage): ...

    passed, failed = run(named(TESTS, given.only), stage)
"""

import argparse
import time
import traceback

from tests.watcher.house import House, Refused

# What the bank and the treasury promise, short enough for tests.
BANK = {'WINDLASS_PAYOUT_WINDOW_MS': '600000', 'WINDLASS_PAYOUT_QUARANTINE_MS': '2000',
        'WINDLASS_TREASURY_WINDOW_MS': '600000', 'WINDLASS_TREASURY_QUARANTINE_MS': '2000'}

# Older platforms: no lock, a memo type, an HTTP 500 for a whole array; custody, where the platform
# makes addresses and memos itself.
PLATFORMS = {
    '4.3': {},
    '3.1': {'WINDLASS_SIM_BEHAVE': '3.1'},
    '3.1 with custody': {'WINDLASS_SIM_BEHAVE': '3.1', 'WINDLASS_SIM_OPTIONS': '--custody',
                         'WINDLASS_DEPOSIT_INFO': 'platform'},
}


class Wrong(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Wrong(what)


class Tests(list):
    def test(self, act):
        self.append(act)
        return act


def named(tests, part):
    """Those whose name has that in it; all for None."""
    return [act for act in tests if not part or part in act.__name__]


def options(doc):
    parser = argparse.ArgumentParser(description=doc.split('\n', maxsplit=1)[0])
    parser.add_argument('--only', help='tests whose name has this in it')
    parser.add_argument('--keep', action='store_true', help='keep the folder of the stack')
    return parser


def run(tests, stage, good=None, after=None):
    """How many passed and failed.  good() looks once more where a test has passed; after(passed)
    leaves the stage for the next."""
    passed = failed = 0
    for act in tests:
        began, word = time.monotonic(), 'ok'
        try:
            act(stage)
            if good:
                good()
        except (Wrong, TimeoutError, Refused) as fault:
            word = f'not ok ({fault})'
        except Exception:
            word = f'not ok ({traceback.format_exc(limit=-2)})'
        passed += word == 'ok'
        failed += word != 'ok'
        print(f'{act.__name__.replace("_", " ")}: {word} ({time.monotonic() - began:.1f} s)',
              flush=True)
        if after:
            after(word == 'ok')
    return passed, failed


def ended(passed, failed):
    """The closing line; the exit status."""
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


def forbidden(house):
    """How many calls the platform's books call forbidden, told if there are any: 0 or 1."""
    calls = house.platform_books()['forbidden']
    if calls:
        print(f'forbidden calls: {calls}')
    return 1 if calls else 0


def on_platforms(doc, tests_of, run_on, more=None):
    """A stack for each platform that tests_of has tests for, by its name; run_on(house, tests)
    gives how many passed and failed.  `more`: settings by platform, too."""
    parser = options(doc)
    parser.add_argument('--on', help='this platform only, by its name')
    given = parser.parse_args()
    passed = failed = 0
    for name, tests in tests_of.items():
        tests = named(tests, given.only)
        if not tests or given.on not in (None, name):
            continue
        print(f'--- platform {name}', flush=True)
        settings = dict(PLATFORMS[name], **(more or {}).get(name, {}))
        with House(given.keep, WINDLASS_SIM_SETTLE_MS='200', **settings) as house:
            done, undone = run_on(house, tests)
        passed += done
        failed += undone
    return ended(passed, failed)
