#!/usr/bin/env python3
"""Every cell of the platform's SEP-31 table that a business may use, driven by the watcher or by a
verb of ours, and ending where the table says.

    cells.py [--only NAME] [--on PLATFORM] [--keep]

The table is sep31.cells, written from the platform; what brings each cell about is cell_roads.py.
All roads of a platform are walked side by side, and the clock goes forward when all of them wait
for it.  The simulated platform's journal is the judge.  Ends with "N passed, N failed".
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.faults.invariants import Books, broken, rows  # noqa: E402
from tests.watcher.cell_roads import DRIVEN, NEVER, At, Cell, limits  # noqa: E402
from tests.watcher.house import BRL, RECEIVER, SENDER, USDC, WALLET, House, http  # noqa: E402
from tests.watcher.suite import BANK, PLATFORMS, ended, expect, options  # noqa: E402

FILE = pathlib.Path(__file__).with_name('sep31.cells')
MORE = {'3.1 with custody': {'WINDLASS_REFUNDS_BY': 'platform'}}
ENOUGH = 90     # seconds until all stand still
PAYMENTS = """
select p.tx_id, p.state, p.reason, coalesce(o.state, '') as outflow,
        coalesce((select r.method from windlass.report r
            where r.tx_id = p.tx_id and r.state = 'open'), '') as telling
    from windlass.payment p left join windlass.outflow o using (tx_id)
"""


# --- the table

def table():
    """Cells that the platform has, with their marks."""
    found = {}
    for line in FILE.read_text(encoding='ascii').splitlines():
        if line and not line.startswith('#'):
            status, money, method, to, *mark = line.split()
            found[Cell(method, status, money == 'paid', to)] = ''.join(mark)
    return found


def faults_of_table():
    """(what, fault): each cell that may be used is driven or has a reason, and nothing else is."""
    known = table()
    allowed = {cell for cell, mark in known.items() if mark != '!'}
    for cell in sorted(allowed):
        there = {name for name in PLATFORMS if 'custody' in name or known[cell] != 'custody'}
        there -= {name for road in DRIVEN.get(cell, ()) for name in road.on}
        there -= set(NEVER.get(cell, ()))
        yield f'{cell} has a road or a reason', f'neither on {there}' if there else None
    for cell in sorted({*DRIVEN, *NEVER} - allowed):
        yield f'{cell} is in the table', 'it is not, or a business must not use it'


# --- the stage

class Stage:
    """What a road can do, and what it sees: as all of it was a moment ago."""

    def __init__(self, house):
        self.house = house
        self.watcher = None
        self.number = 0
        self.minutes = 0.0
        self.records, self.payments = {}, {}
        house.sql(LATE)
        house.load('limits', limits())

    def look(self):
        told = self.house.platform_books('none')['transactions']
        self.records = {record['id']: record for record in told}
        self.payments = {row['tx_id']: row for row in rows(self.house, PAYMENTS)}

    def later(self, minutes):
        """Ours and the bank's clock."""
        self.minutes = minutes
        shift = int(minutes * 60_000)
        http('POST', f'{self.house.bank}/_sim/clock', {'offset_ms': shift})
        self.house.sql(f'select windlass.clock_set({shift})')

    # --- what a wallet does

    def people(self, **lacking):
        """Who takes part: their ids, and the number that give() and lacks() want."""
        self.number += 1
        people = {'sender_id': self.house.customer(10000 + self.number, 'sep31-sender', SENDER),
                  'receiver_id': self.give(self.number, **lacking)}
        return self.number, people

    def give(self, number, **changed):
        values = {**RECEIVER, 'bank_account_number': f'7{number:08d}', **changed}
        return self.house.customer(20000 + number, 'sep31-receiver',
                                   {name: value for name, value in values.items() if value})

    def begin(self, people, buy='70.00'):
        quote = http('POST', f'{self.house.platform}/_sim/quote', {
            'buy_amount': buy, 'sell_asset': USDC, 'buy_asset': BRL, 'buy_delivery_method': 'PIX',
            'country_code': 'BR', 'context': 'sep31', 'creator': {'account': WALLET}})
        return self.house.transactions([House.wish(people, quote['sell_amount'], quote['id'])])[0]

    def pay(self, tx, **changed):
        answer = self.house.pay([self.house.record(tx)], **changed)
        expect(answer[0]['status'] == 200, answer)

    # --- what others do

    def patch(self, tx, **members):
        http('PATCH', f'{self.house.platform}/transactions',
             {'records': [{'transaction': dict(members, id=tx)}]})

    def observer(self, is_on):
        http('POST', f'{self.house.platform}/_sim/observer', {'on': is_on})

    def bank(self, tx, status):
        http('POST', f'{self.house.bank}/_sim/change', {'reference': f'{tx}:1', 'status': status})

    # --- what people of ours do

    def does(self, *words):
        code, said = self.house.windlass(*words, '--reason', 'a test')
        expect(code == 0, f'{words}: {said}')

    def reject(self, people, field=None):
        """The receiver: for good, or for a field."""
        what = ('--field', f'{field}=not_found') if field else ('--type', 'sep31-receiver')
        self.does('customer', 'reject', people['receiver_id'], *what)

    def restart(self, **settings):
        self.watcher.kill()
        self.watcher.env.update(settings)
        self.watcher.start()

    # --- what comes about late

    def late(self, tx):
        """The next that the platform is told of its customers waits, until it is let()."""
        self.house.sql(f"insert into walk_late values ('{tx}')")

    def let(self, tx):
        self.house.sql(f"delete from walk_late where tx_id = '{tx}'; "
                       "update windlass.report set next_at = '-infinity' "
                       f"where tx_id = '{tx}' and state = 'open'; update windlass.payment set "
                       f"nudged = nudged + 1, next_at = windlass.clock_now() where tx_id = '{tx}'")

    # --- waits

    def was_read(self, tx):
        ask = f"select 1 from windlass.ledger_operation where memo = '{self.records[tx]['memo']}'"
        return lambda: self.house.sql(ask) != []

    def status(self, tx):
        """None: it was made since."""
        return self.records.get(tx, {}).get('status')

    def is_(self, tx, *statuses):
        return lambda: self.status(tx) in statuses

    def paid(self, tx, *statuses):
        return lambda: 'transfer_received_at' in self.records.get(tx, ()) and \
            self.status(tx) in statuses

    def stands(self, tx, state, code=''):
        def holds():
            row = self.payments.get(tx)
            return row and row['state'] == state and row['reason'].startswith(code)
        return holds

    def tells(self, tx, method):
        return lambda: tx in self.payments and self.payments[tx]['telling'] == method

    def was_told(self, tx):
        return lambda: tx in self.payments and not self.payments[tx]['telling']


# A watcher that slept between what it intended and the call.
LATE = """
create table walk_late (tx_id text primary key);
create function walk_late() returns trigger language plpgsql security definer as $$
begin
    if new.method = 'notify_customer_info_updated'
            and exists (select from public.walk_late l where l.tx_id = new.tx_id) then
        new.next_at := 'infinity';
    end if;
    return new;
end $$;
create trigger walk_late before insert on windlass.report for each row execute function walk_late();
"""


# --- the walk

class Walker:
    """One road under way."""

    def __init__(self, road, stage):
        self.road = road
        self.stage = stage
        self.steps = road.walk(stage)
        self.waits = None       # a condition, or At
        self.tx = None
        self.fault = None
        self.is_over = False

    def go(self):
        """As far as it can now; whether it came any further."""
        came = False
        try:
            while not self.is_over and not isinstance(self.waits, At) and (
                    self.waits is None or self.waits()):
                self.step()
                came = True
        except Exception as fault:      # whatever it is, the others go on
            self.fault, self.is_over = f'{type(fault).__name__}: {fault}', True
        return came or self.is_over

    def place(self):
        steps = self.steps
        while getattr(steps, 'gi_yieldfrom', None) is not None:
            steps = steps.gi_yieldfrom
        frame = steps.gi_frame
        tx = frame.f_locals.get('tx')
        return (f'line {frame.f_lineno}, {tx}: {self.stage.status(tx)}, '
                f'{self.stage.payments.get(tx)}')

    def step(self):
        try:
            self.waits = next(self.steps)
        except StopIteration as end:
            self.tx, self.is_over = end.value, True


def walk(stage, roads):
    """All to their ends, or to the end of patience."""
    walkers = [Walker(road, stage) for road in roads]
    stage.look()
    for walker in walkers:      # those that begin before there is a watcher
        if walker.road.is_first:
            walker.go()
    stage.watcher = stage.house.watcher('a', **dict(BANK, WINDLASS_PAYOUT_WINDOW_MS='86400000'))
    moved = time.monotonic()
    while not all(walker.is_over for walker in walkers):
        stage.look()
        waiting = [walker for walker in walkers if not walker.is_over]
        if sum([walker.go() for walker in waiting]):
            moved = time.monotonic()
        elif all(isinstance(walker.waits, At) for walker in waiting):
            stage.later(min(walker.waits.minutes for walker in waiting))
            for walker in waiting:
                if walker.waits.minutes <= stage.minutes:
                    walker.waits = None
        elif time.monotonic() - moved > ENOUGH:
            break
        time.sleep(0.1)
    for walker in walkers:
        if not walker.is_over:
            walker.fault = f'it stands still at {walker.place()}'
    return walkers


def driven(house):
    """Which cells each record has gone through, as the platform's journal has them."""
    found = {}
    for line in house.platform_books('rpc')['entries']:
        if 'code' in line or line['source'] == 'observer':
            continue
        record = line['record']
        was_paid = 'transfer_received_at' in record and \
            line['method'] != 'notify_onchain_funds_received'
        found.setdefault(record['id'], []).append(
            Cell(line['method'], line['before'], was_paid, record['status']))
    return found


def judged(walkers, house, name):
    """(what, fault) of each cell of each road, and of what none may do."""
    seen = driven(house)
    told = house.platform_books()
    for walker in walkers:
        where = f'{name}: {walker.road.__name__}'
        if walker.fault:
            yield where, walker.fault
            continue
        for cell in walker.road.cells:
            passed = seen.get(walker.tx, [])
            yield f'{where}: {cell}', None if cell in passed else \
                f'{walker.tx} went through {[str(one) for one in passed]}'
    known = table()
    for cell in sorted({cell for cells in seen.values() for cell in cells}):
        mark = known.get(cell, 'unknown')
        yield f'{name}: {cell} is one to be used', None if mark in ('', 'custody') else mark
    for what in ('forbidden', 'refused'):
        yield f'{name}: no call is {what}', json.dumps(told[what]) if told[what] else None
    for line in broken(house, Books(house)):
        yield f'{name}: the rules of money', line


def main():
    parser = options(__doc__)
    parser.add_argument('--on', help='this platform only, by its name')
    given = parser.parse_args()
    results = list(faults_of_table())
    for name, settings in PLATFORMS.items():
        if given.on not in (None, name):
            continue
        with House(given.keep, WINDLASS_SIM_SETTLE_MS='200', WINDLASS_POLL_INTERVAL_MS='200',
                   **settings, **MORE.get(name, {})) as house:
            roads = {road for roads in DRIVEN.values() for road in roads if name in road.on
                     and (not given.only or given.only in road.__name__)}
            began = time.monotonic()
            walkers = walk(Stage(house), sorted(roads, key=lambda road: road.__name__))
            print(f'--- platform {name}: {len(walkers)} roads, {time.monotonic() - began:.1f} s',
                  flush=True)
            results += judged(walkers, house, name)
    for what, fault in results:
        if fault:
            print(f'not ok - {what}: {fault}')
    failed = sum(fault is not None for _, fault in results)
    return ended(len(results) - failed, failed)


if __name__ == '__main__':
    sys.exit(main())
