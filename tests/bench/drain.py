"""watcher_drain: so many paid transactions wait; how many are completed a second?

Both sides get payments of the same kind on the same stack.  Ours are asked for by the watcher,
which is then away until all of them are paid.  Those of the floor are asked for by hand and
carried to their end by bare.c.
"""

import json
import os
import pathlib
import time
from dataclasses import dataclass

from tests.bench.figures import Result
from tests.bench.load import Failed, Run
from tests.bench.stand import Stand, anonymous, told
from tests.watcher.house import RECEIVER, SENDER, http

PEOPLE = 20
BATCH = 200
ARRAY = 40              # the most calls in one array that the platform takes
AMOUNT = '11'           # of no amount of it a magic cent comes out (tests/rail/payouts.py)
PAYOUT = '49.25'
SETTLE_MS = '20'        # nobody is measured by how long a bank takes
DISTRIBUTION = 'GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF'
PAGES = 'GET /transactions'
TICKS = os.sysconf('SC_CLK_TCK')


def processor_seconds(pid):
    """What a process has had of the processors since it began."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass
class Cost:
    """What one side's payments took together."""
    seconds: float
    calls: dict
    commits: int

    def each(self, count):
        return f'{sum(self.calls.values()) / count:.1f} calls and {self.commits / count:.1f} commits'


class Drain:
    def __init__(self, stand):
        self.stand = stand
        self.memo = 10 ** 15
        self.resident = 0
        self.processor = {}     # seconds: of the watcher, of its connection's server
        self.people = [stand.customers(n) for n in range(1, PEOPLE + 1)]
        stand.sql('insert into floor.customer select * from windlass.customer')

    # --- payments that wait

    def wishes(self, count):
        made = []
        for start in range(0, count, BATCH):
            made += self.stand.transactions([
                self.stand.wish(self.people[n % PEOPLE], AMOUNT)
                for n in range(start, min(start + BATCH, count))])
        return made

    def asked(self):
        return self.stand.listed('pending_sender')

    def paid(self, records):
        hashes = []
        for start in range(0, len(records), BATCH):
            hashes += [self.stand.body_of(one)['hash']
                       for one in self.stand.pay(records[start:start + BATCH])]
        return hashes

    def ask_by_hand(self, txs):
        for start in range(0, len(txs), ARRAY):
            calls = []
            for tx in txs[start:start + ARRAY]:
                self.memo += 1
                calls.append({'jsonrpc': '2.0', 'id': tx, 'method': 'request_onchain_funds',
                              'params': {'transaction_id': tx, 'memo': str(self.memo),
                                         'memo_type': 'id', 'destination_account': DISTRIBUTION}})
            for answer in http('POST', f'{self.stand.platform}/', calls):
                if 'error' in answer:
                    raise Failed(f'request_onchain_funds: {answer["error"]}')

    # --- what it takes

    def has(self, count, status):
        """Are there so many in that status?  One record is shown, at most."""
        return bool(http('GET', f'{self.stand.platform}/transactions?sep=31&statuses={status}'
                                f'&page_size=1&page_number={count - 1}')['records'])

    def is_quiet(self):
        """Has the platform told all that there was to tell?"""
        return http('GET', f'{self.stand.platform}/_sim/calls')['waiting'] == 0

    def counted(self):
        calls = {}
        for where in (self.stand.platform, self.stand.bank):
            for route, times in http('GET', f'{where}/_sim/calls')['calls'].items():
                calls[f'{where} {route}'] = times
        return calls, int(self.stand.sql('select xact_commit from pg_stat_database '
                                         "where datname = 'windlass'")[0][0])

    def cost(self, act):
        """Of what act() does; it gives the calls that were made only to watch it."""
        self.stand.until('the platform still sends events', self.is_quiet, 600)
        self.stand.sql('checkpoint')
        calls, commits = self.counted()
        began = time.monotonic()
        looks = act()
        seconds = time.monotonic() - began
        time.sleep(1.5)     # until PostgreSQL's connections have told what they did
        calls_after, commits_after = self.counted()
        made = {route: times - calls.get(route, 0) for route, times in calls_after.items()}
        made[f'{self.stand.platform} {PAGES}'] -= looks
        return Cost(seconds, made, commits_after - commits)

    def ours(self, count):
        self.wishes(count)
        watcher = self.stand.watcher('bench')
        self.stand.until('not all were asked for', lambda: self.has(count, 'pending_sender'),
                         60 + count / 10)
        watcher.end()
        self.paid(self.asked())

        def drain():
            looks, end = 1, time.monotonic() + 60 + count / 5
            watcher.start()
            while not self.has(count, 'completed'):
                if time.monotonic() > end:
                    raise Failed(f'not all of {count} were completed in time')
                looks += 1
                time.sleep(0.1)
            return looks

        cost = self.cost(drain)
        self.resident = anonymous(watcher.process.pid)
        servers = self.stand.sql("select pid from pg_stat_activity where usename = "
                                 "'windlass_watcher'")
        self.processor = {'the watcher': processor_seconds(watcher.process.pid),
                          'PostgreSQL for it': sum(processor_seconds(pid) for pid, in servers)}
        watcher.end()
        return cost

    def bare(self, count, pages, stores):
        txs = self.wishes(count)
        self.ask_by_hand(txs)
        records = {record['id']: record for record in self.asked()}
        hashes = self.paid([records[tx] for tx in txs])
        path = self.stand.dir / f'bare-{count}-{stores}'
        path.write_text(''.join('\t'.join((
            tx, made, records[tx]['customers']['sender']['id'],
            records[tx]['customers']['receiver']['id'], order(tx))) + '\n'
            for tx, made in zip(txs, hashes)))

        def carry():
            told([f'{self.stand.env["BUILD"]}/tests/bench/bare', path, str(pages),
                  str(int(stores))], self.stand.env)
            return 0

        return self.cost(carry)


def order(tx):
    sender = {name: SENDER[name] for name in
              ('first_name', 'last_name', 'address_country_code', 'birth_date')}
    return json.dumps({'reference': f'{tx}:1', 'amount': PAYOUT, 'currency': 'BRL',
                       'method': 'PIX', 'beneficiary': RECEIVER, 'sender': sender},
                      ensure_ascii=False, separators=(',', ':'))


def measure(count, rounds, tell):
    """The Result; what has to be said about it goes to tell()."""
    ours, floor = [], []
    for _ in range(rounds):
        with Stand(WINDLASS_SIM_SETTLE_MS=SETTLE_MS) as stand:
            drain = Drain(stand)
            mine = drain.ours(count)
            pages = mine.calls[f'{stand.platform} {PAGES}']
            its = drain.bare(count, pages, True)
            few = max(count // 10, 100)
            simulated = few / drain.bare(few, pages * few // count, False).seconds
            ours.append(Run(count, count / mine.seconds))
            floor.append(Run(count, count / its.seconds))
            times = simulated / ours[-1].rate
            tell(f'watcher_drain: of {count} payments each takes {mine.each(count)}, of the '
                 f"floor's {its.each(count)}; the watcher has {drain.resident} kB of its own")
            tell('watcher_drain: of the processors a payment takes ' + ', '.join(
                f'{1000 * seconds / count:.2f} ms in {who}'
                for who, seconds in drain.processor.items()))
            tell(f'watcher_drain: the simulators alone answer {simulated:.0f} payments/s, '
                 f'{times:.1f} times ours' + ('' if times >= 5 else
                                              ': below 5 they are a part of the figure'))
    return Result('watcher_drain', ours, floor)
