"""A bank that fails in every way, at every call: one payout, or one case, each time.

Every fault strikes every kind of call in a payment of its own; all payments of a run are under way
at once.
"""

from tests.faults.invariants import STANDS, Books
from tests.faults.kinds import FAULTS, LIES

BEFORE = 'the question before it'
SUBMIT, ASK = 'POST /payouts', 'GET /payouts/{reference}'

# Which call it strikes: of the payment's calls of that kind the nth.  The own reference is asked
# for once before the first sending; what makes a second sending, or question, needed comes first.
CALLS = [
    ('the first sending', SUBMIT, 1, []),
    ('the second sending', SUBMIT, 2, [{'on': SUBMIT, 'kind': 'reset_before', 'nth': 1}]),
    ('the question what became of it', ASK, 2, [{'on': SUBMIT, 'kind': 'reset_after', 'nth': 1}]),
    (BEFORE, ASK, 1, []),
    ('the question whether it is settled', ASK, 2, []),
]


class Cell:
    def __init__(self, stage, fault, call, tx):
        name, on, nth, before = call
        self.name = f'{fault}, at {name}'
        # Of what it does not know a bank tells neither an id nor an amount.
        self.is_lie = fault in LIES and name != BEFORE
        self.tx = tx
        # How often it asks before is its own affair: every answer with something in it lies.
        at = {} if self.is_lie and on == ASK else {'nth': nth}
        rules = [*before, stage.rule(FAULTS[fault], on=on, **at)]
        self.rules = [dict(rule, match=f'{tx}:1') for rule in rules]

    def fault(self, books, idle):
        """What is wrong with its end, or None."""
        payment, paid = books.payments[self.tx], books.by_tx.get(self.tx, [])
        stands = f'{payment["state"]} ({payment["reason"]})'
        if len(paid) != 1:
            return f'{self.tx}: paid {len(paid)} times, {stands}'
        if any((rule['match'], rule['on'], rule['kind']) in idle for rule in self.rules):
            return f'{self.tx}: the fault did not strike, {stands}'
        is_case = payment['state'] in STANDS and payment['is_case']
        if is_case if self.is_lie else payment['state'] == 'done':
            return None
        return f'{self.tx}: {stands}'


def run(stage, runs):
    house = stage.house
    wanted = [(fault, call) for fault in FAULTS for call in CALLS]
    for _ in range(runs):
        txs = stage.payments(len(wanted))
        records = stage.asked(txs)
        cells = [Cell(stage, fault, call, tx) for (fault, call), tx in zip(wanted, txs)]
        house.faults('bank', *[rule for cell in cells for rule in cell.rules])
        stage.pay(records)
        stage.stand_still(txs)
        idle = {(rule['match'], rule['on'], rule['kind']) for rule in stage.idle('bank')}
        house.clear_faults()
        books = Books(house)
        for cell in cells:
            yield cell.name, cell.fault(books, idle)
