"""What the parts of the matrix share: a stack whose watchers work, and payments on it."""

import time

from tests.watcher.house import http
from tests.watcher.suite import BANK

# An account may ask for so many rates a second (nginx/limits.conf).
ONE_ACCOUNT = 200
BATCH = 100
PEOPLE = 5
STEP_MS = 1000


class Stage:
    def __init__(self, house, watchers=2, patient=False):
        self.house = house
        self.patient = patient      # calls that hang do so until the watcher gives up
        self.shift = 0              # of the clock, in ms
        house.promise_for_long()
        # A beneficiary may get so much a day.
        self.crowd = [house.customers(number) for number in range(1, PEOPLE + 1)]
        self.people = self.crowd[0]
        for number in range(watchers):
            house.watcher(chr(ord('a') + number), **BANK)
        self.lift()

    def lift(self):
        """A person has looked at whatever stopped all money, and lets it go on."""
        self.house.sql("select windlass.hold_lift('a test')")

    def later(self, ms):
        """For us; the others follow when the next payments begin."""
        self.shift += ms
        self.house.sql(f'select windlass.clock_set({self.shift})')

    def rule(self, fault, **members):
        """A rule of tests/sim/faults.py from a row of FAULTS."""
        rule = dict(fault, **members)
        if self.patient and rule['kind'] in ('timeout', 'drip'):
            del rule['delay_ms']
        return rule

    def payments(self, count, amount='11'):
        """New ones, as a wallet wants them; with quotes of their own."""
        txs = []
        http('POST', f'{self.house.platform}/_sim/clock', {'offset_ms': self.shift})
        while len(txs) < count:
            some = min(BATCH, count - len(txs))
            quotes = self.house.quotes([amount] * some)
            txs += self.house.transactions(
                [self.house.wish(self.crowd[n % PEOPLE], amount, quote)
                 for n, quote in enumerate(quotes)])
            time.sleep(some / ONE_ACCOUNT)
        return txs

    def states(self, txs):
        """How many stand where, by our books."""
        names = ', '.join(f"'{tx}'" for tx in txs)
        return {state: int(count) for state, count in self.house.sql(
            f'select state, count(*) from windlass.payment where tx_id in ({names}) group by 1')}

    def records(self, txs):
        """Of the platform, past all faults."""
        wanted = set(txs)
        return [r for r in self.house.platform_books('transactions')['transactions']
                if r['id'] in wanted]

    def asked(self, txs, timeout=600):
        """Their records, once the money of all was asked for."""
        end = time.monotonic() + timeout
        while True:
            found = self.records(txs)
            if all(r['status'] == 'pending_sender' for r in found):
                return found
            if time.monotonic() > end:
                raise TimeoutError(f'not all are asked for: {self.states(txs)}')
            time.sleep(0.2)
            self.later(STEP_MS // 4)

    def pay(self, records, **changed):
        for start in range(0, len(records), BATCH):
            self.house.pay(records[start:start + BATCH], **changed)

    def stand_still(self, txs, timeout=900, states=('done', 'held', 'review', 'closed')):
        """Until there is nothing more to do about any of them.  Waits are not waited for."""
        end = time.monotonic() + timeout
        while sum(self.states(txs).get(state, 0) for state in states) != len(txs):
            if time.monotonic() > end:
                raise TimeoutError(f'they do not stand still: {self.states(txs)}')
            self.lift()
            self.later(STEP_MS)
            time.sleep(0.2)

    def wait_for(self, txs, holds, timeout=600):
        """Whether it came to that: holds(how many stand where)."""
        end = time.monotonic() + timeout
        while not holds(self.states(txs)):
            if time.monotonic() > end:
                return False
            self.later(STEP_MS)
            time.sleep(0.2)
        return True

    def idle(self, where):
        """Which rules have met nobody."""
        rules = http('GET', f'{getattr(self.house, where)}/_sim/faults')['faults']
        return [rule for rule in rules if not rule['hits']]
