"""A stack without a watcher, a pool whose size is known to the cent, and 64 clients with terms
of their own."""

import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time
import urllib.parse
from decimal import Decimal

from tests.platform import strkey
from tests.quotes.asking import Line
from tests.watcher.house import BRL, USDC, House

CONFIG = pathlib.Path(__file__).resolve().parents[2] / 'config'
CLIENTS = 64
LIFETIME, GRACE = 300, 120
ROWS = 8
NAMES = [strkey.encode('G', hashlib.sha256(f'client {n}'.encode()).digest())
         for n in range(CLIENTS)]


class Wrong(Exception):
    pass


def expect(what, got, want):
    if got != want:
        raise Wrong(f'{what}: {got}, not {want}')


def target(client, kind='firm', **asked):
    return '/rate?' + urllib.parse.urlencode(dict(
        type=kind, sell_asset=USDC, buy_asset=BRL, buy_delivery_method='PIX', country_code='BR',
        client_id=NAMES[client], **asked))


class Bazaar(House):
    """Its workers are many enough for a kill to hit one at work."""

    def __init__(self, keep=False, **settings):
        super().__init__(keep, **settings)
        self.shift, self.loads = 0, 0

    def __enter__(self):
        super().__enter__()
        try:
            for part in ('event', 'customer', 'hooks', 'bank', 'platform'):
                self.stack('down', part)
            self.terms(cap='100000000')
            self.change('limits', lambda limits: [
                one.update(most='100000000') for one in limits['quotes']])
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def port(self):
        return int(self.env['WINDLASS_PORT'])

    def load(self, kind, document):
        done = subprocess.run([f'{self.env["BUILD"]}/operator/windlass', 'load', kind, '-'],
                              env=self.env, input=json.dumps(document), capture_output=True,
                              text=True)
        expect(f'load {kind}', (done.returncode, done.stderr), (0, ''))

    def change(self, kind, alter):
        document = json.loads((CONFIG / f'{kind}.json').read_text())
        alter(document)
        self.load(kind, document)

    def terms(self, cap):
        def alter(terms):
            caps = dict(terms['default']['caps'], brl=cap)
            terms['clients'] = [dict(terms['default'], names=[name], lifetime=LIFETIME, caps=caps)
                                for name in NAMES]
        self.change('terms', alter)

    def ask(self, where):
        line = Line(self.port)
        try:
            return line.ask(where)
        finally:
            line.close()

    def later(self, seconds):
        self.shift += seconds * 1000
        self.sql(f'select windlass.clock_set({self.shift})')
        time.sleep(1.1)     # a worker's notion of the clock is not older

    def all_expire(self):
        self.later(LIFETIME + GRACE + 1)

    def number(self, statement):
        return Decimal(self.sql(statement)[0][0])

    def room(self, amount):
        """The pool has so much, and nobody holds any of it."""
        self.all_expire()
        total = self.number("select sum(total) from windlass.pool_row where pool = 'brl'")
        if total != amount:
            self.loads += 1
            self.change('pools', lambda pools: pools.update(movements=[
                {'reference': f'storm-{self.loads}', 'pool': 'brl',
                 'amount': str(amount - total)}]))

    def held(self):
        return self.number("select sum(held) from windlass.pool_row where pool = 'brl'")

    def live(self):
        """How many quotes hold something, and how much."""
        row, = self.sql('select count(distinct quote_id), coalesce(sum(amount), 0) '
                        "from windlass.hold where pool = 'brl' and until > windlass.now()")
        return int(row[0]), Decimal(row[1])

    def everything_is_free_again(self, amount):
        """In one quote, and not a cent more."""
        self.all_expire()
        whole = self.ask(target(0, buy_amount=amount))
        expect('the whole pool in one quote', (whole.status, whole.body.get('error')), (200, None))
        for size in ('0.01', '5'):
            more = self.ask(target(1, buy_amount=size))
            expect(f'{size} more', more.status, 400)
        expect('held', self.held(), amount)

    def has_no_deadlock(self):
        log = (self.dir / 'postgresql.log').read_text()
        for word in ('deadlock', 'PANIC'):
            expect(f'lines of the server about a {word}', [
                line for line in log.splitlines() if word in line][:2], [])

    def workers(self):
        parent = (self.dir / 'pid' / 'rate').read_text().split()[0]
        return [int(pid) for pid in
                pathlib.Path(f'/proc/{parent}/task/{parent}/children').read_text().split()]


class Snapshots(threading.Thread):
    """Verifies the books again and again, each time in one snapshot; a database that is away for
    a moment is asked again if that is expected."""

    def __init__(self, bazaar, room, may_be_away=False):
        super().__init__()
        self.bazaar, self.room, self.may_be_away = bazaar, room, may_be_away
        self.over, self.looks, self.faults = threading.Event(), 0, []

    def run(self):
        while not self.over.wait(0.02) and not self.faults:
            try:
                self.look()
            except (subprocess.CalledProcessError, OSError) as why:
                if not self.may_be_away:
                    self.faults = [str(why)]

    def look(self):
        rows = self.bazaar.sql(
            'select subject, fault from windlass.pool_verify() union all '
            "select 'oversold', live::text from (select sum(amount) as live from windlass.hold "
            f"where pool = 'brl' and until > windlass.now()) x where live > {self.room}")
        self.faults = [' '.join(row) for row in rows]
        self.looks += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()
        if self.faults or not self.looks:
            raise Wrong(f'{self.looks} snapshots, faults: {self.faults[:3]}')


class Trouble(threading.Thread):
    """Kills workers of rate with -9, and now and then the whole of PostgreSQL: evenly over so many
    asks, however fast they are answered, since pace() lets nobody past a trouble to come."""

    def __init__(self, bazaar, kills, restarts, asks, seed=1):
        super().__init__()
        self.bazaar = bazaar
        self.plan = ['kill'] * kills + ['restart'] * restarts
        self.every = asks // (len(self.plan) + 1)
        random.Random(seed).shuffle(self.plan)
        self.turn, self.taken, self.begun = threading.Condition(), 0, 0
        self.over, self.done, self.fault = threading.Event(), {'kill': 0, 'restart': 0}, None

    def pace(self):
        """Before each ask."""
        with self.turn:
            self.taken += 1
            mine = min(self.taken // self.every, len(self.plan))
            self.turn.notify_all()
            self.turn.wait_for(lambda: self.begun >= mine or self.over.is_set())

    def run(self):
        try:
            for number, act in enumerate(self.plan, 1):
                with self.turn:
                    self.turn.wait_for(lambda due=number * self.every: self.taken >= due
                                       or self.over.is_set())
                    self.begun = number
                    self.turn.notify_all()
                if self.over.is_set():
                    break
                getattr(self, act)()
                self.done[act] += 1
        except Exception as why:
            self.fault = why
            self.end()

    def end(self):
        with self.turn:
            self.over.set()
            self.turn.notify_all()

    def kill(self):
        workers = self.bazaar.workers()
        while not workers and not self.over.wait(0.05):
            workers = self.bazaar.workers()
        if workers:
            try:
                os.kill(random.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def restart(self):
        self.bazaar.cluster('crash')
        self.bazaar.cluster('start')

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end()
        self.join()
        if self.fault:
            raise self.fault
