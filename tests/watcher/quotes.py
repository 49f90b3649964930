#!/usr/bin/env python3
"""Firm quotes through their whole life: whose they are, who gets them, and what the pool holds.

    quotes.py [--only NAME] [--keep]

One stack; after every step `windlass pool verify` must find nothing.  Ends with "N passed, N
failed".
"""

import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.parse
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.platform import strkey  # noqa: E402
from tests.watcher import house as home  # noqa: E402
from tests.watcher.house import BRL, USDC, WALLET, House, http  # noqa: E402
from tests.watcher.suite import BANK, Tests, Wrong, ended, expect, named, options, run  # noqa: E402

OTHER = strkey.encode('G', b'another wallet, 32 bytes in all.')
TESTS = Tests()


class Life:
    def __init__(self, house):
        self.house = house
        self.shift = 0
        self.watcher = house.watcher('a', **BANK)
        self.people = house.customers()

    def windlass(self, *words, given=None):
        done = subprocess.run([f'{self.house.env["BUILD"]}/operator/windlass', *words],
                              env=self.house.env, input=given, capture_output=True, text=True)
        expect(done.returncode == 0, f'{" ".join(words)}: {done.stdout}{done.stderr}')
        return done.stdout

    def pool(self):
        """(total, reserved, bound, free) of what quotes buy, after the books were verified."""
        self.windlass('pool', 'verify')
        row, = self.house.sql("select total, reserved + expired, bound, free - expired "
                              "from windlass.pool_show() where name = 'brl'")
        return [Decimal(part) for part in row]

    def moves(self, before, total=0, reserved=0, bound=0):
        """The pool is as it was, but for that."""
        wanted = [before[0] + total, before[1] + reserved, before[2] + bound,
                  before[3] + total - reserved - bound]
        now = self.pool()
        expect(now == wanted, f'total, reserved, bound, free are {now}, not {wanted}')
        return now

    def load(self, *movements):
        document = json.loads((home.ROOT / 'config' / 'pools.json').read_text())
        document['movements'] = [{'reference': name, 'pool': 'brl', 'amount': amount}
                                 for name, amount in movements]
        self.windlass('load', 'pools', '-', given=json.dumps(document))

    def quote(self, amount):
        """(id, what it holds) of a quote that the platform has."""
        ident = self.house.quotes([amount])[0]
        held, = self.house.sql(f"select buy_amount from windlass.quote where id = '{ident}'")
        return ident, Decimal(held[0])

    def begin(self, *quotes, people=None, **more):
        return self.house.transactions([dict(House.wish(people or self.people, amount, quote),
                                             **more) for quote, amount in quotes])

    def pay(self, txs):
        self.house.pay([self.house.wait(tx, lambda r: r['status'] == 'pending_sender')
                        for tx in txs])

    def completed(self, txs):
        for tx in txs:
            self.house.wait(tx, lambda r: r['status'] == 'completed')
            self.house.until(f'{tx} is done', lambda: self.house.payment(tx)[0] == 'done')

    def held_for(self, tx, code):
        self.house.until(f'{tx} is held for {code}', lambda: (self.house.payment(tx) or ['', ''])[1]
                         .startswith(code + ':'), 30)
        expect(self.house.record(tx)['status'] == 'pending_receiver', 'nobody was asked for money')

    def use_of(self, quote):
        rows = self.house.sql('select tx_id, ended from windlass.quote_use '
                              f"where quote_id = '{quote}'")
        return rows[0] if rows else None

    def lost(self, amount, account=WALLET):
        """Asks as the platform does, and is gone before the answer; the id that nobody has."""
        query = urllib.parse.urlencode({
            'type': 'firm', 'sell_asset': USDC, 'sell_amount': amount, 'buy_asset': BRL,
            'buy_delivery_method': 'PIX', 'country_code': 'BR', 'client_id': account})
        last, = self.house.sql('select count(*) from windlass.quote')
        with socket.create_connection(('127.0.0.1', int(self.house.env['WINDLASS_PORT']))) as wire:
            wire.sendall(f'GET /rate?{query} HTTP/1.1\r\nHost: windlass\r\n'
                         'Content-Type: application/json\r\n\r\n'.encode())
            self.house.until('a quote is held', lambda: self.house.sql(
                'select count(*) from windlass.quote') != [last], 10)
            wire.shutdown(socket.SHUT_RDWR)
        return self.house.sql('select id from windlass.quote order by made_at desc limit 1')[0][0]

    def is_held(self, quote):
        return self.house.sql("select exists (select from windlass.hold "
                              f"where quote_id = '{quote}')") == [['t']]

    def later(self, seconds):
        self.shift += seconds * 1000
        self.house.sql(f'select windlass.clock_set({self.shift})')


@TESTS.test
def two_equal_quotes_of_one_client_are_both_usable(life):
    start = life.pool()
    (first, held), (second, same) = life.quote('11'), life.quote('11')
    expect(held == same and first != second, 'they are equal')
    life.moves(start, reserved=2 * held)
    # Long enough for the platform to be asked about them.
    life.house.until('the platform was asked about both', lambda: life.house.sql(
        f"select count(*) from windlass.quote_look where quote_id in ('{first}', '{second}') "
        "and is_known") == [['2']])
    txs = life.begin((first, '11'), (second, '11'))
    life.pay(txs)
    life.pool()
    life.completed(txs)
    expect([life.use_of(one) for one in (first, second)] == [[tx, 'settled'] for tx in txs],
           'each was used for its payment')
    life.moves(start, total=-2 * held)


@TESTS.test
def a_quote_named_by_another_client_stays_its_owners(life):
    quote, held = life.quote('12')
    strangers = {}
    for memo, part, values in ((1, 'sender', home.SENDER), (2, 'receiver', home.RECEIVER)):
        body = dict(values, account=OTHER, memo=str(memo), memo_type='id', type=f'sep31-{part}',
                    creator={'account': OTHER})
        strangers[f'{part}_id'] = http('PUT', f'{life.house.platform}/_sim/customer', body)['id']
    before = life.pool()
    thief, = life.begin((quote, '12'), people=strangers, creator={'account': OTHER})
    life.held_for(thief, 'quote_foreign')
    life.moves(before)
    owner, = life.begin((quote, '12'))
    life.pay([owner])
    life.completed([owner])
    expect(life.use_of(quote) == [owner, 'settled'], 'its owner was paid for it')
    life.moves(before, total=-held, reserved=-held)


@TESTS.test
def the_second_transaction_on_a_quote_never_gets_it(life):
    quote, held = life.quote('13')
    before = life.pool()
    txs = life.begin(*[(quote, '13')] * 3)
    life.house.until('one of them has it', lambda: life.use_of(quote) is not None)
    winner = life.use_of(quote)[0]
    losers = [tx for tx in txs if tx != winner]
    for tx in losers:
        life.held_for(tx, 'quote_used')
    life.moves(before, reserved=-held, bound=held)
    life.pay([winner])
    life.completed([winner])
    late, = life.begin((quote, '13'))
    life.held_for(late, 'quote_used')
    expect(life.use_of(quote) == [winner, 'settled'], 'one payment had it')
    life.moves(before, total=-held, reserved=-held)


@TESTS.test
def a_pool_follows_its_movements(life):
    start = life.pool()
    life.load(('in-1', '1000'), ('in-2', '250.5'))
    now = life.moves(start, total=Decimal('1250.5'))
    life.load(('in-1', '1000'), ('in-2', '250.5'))
    life.moves(now)
    life.load(('in-2', '250.5'), ('out-1', '-50.25'))
    now = life.moves(now, total=Decimal('-50.25'))
    quote, held = life.quote('101')
    now = life.moves(now, reserved=held)
    tx, = life.begin((quote, '101'))
    life.house.wait(tx, lambda r: r['status'] == 'pending_sender')
    now = life.moves(now, reserved=-held, bound=held)
    life.pay([tx])
    life.completed([tx])
    now = life.moves(now, total=-held, bound=-held)
    # Whoever brings it back names the payment; again it changes nothing.
    for _ in range(2):
        said = life.house.sql(f"select windlass.quote_return('{quote}', '{tx}')")
        expect(said == [['ok']], f'returned: {said}')
        life.moves(now, total=held, bound=held)
    said = life.house.sql(f"select windlass.quote_settle('{quote}', '{tx}')")
    expect(said == [['ok']], f'settled again: {said}')
    life.moves(now)
    # What is held cannot be taken away.
    free = now[3]
    try:
        life.load(('out-2', str(-free - 1)))
    except Wrong as why:
        expect('cannot be taken' in str(why), f'it says why: {why}')
    else:
        raise Wrong('more than is free was taken')
    life.moves(now)


@TESTS.test
def the_orphan_of_a_lost_answer_is_found_within_90_s(life):
    other = life.lost('11', OTHER)
    orphan = life.lost('11')
    kept, _ = life.quote('11')
    began, shift = time.monotonic(), life.shift
    while life.is_held(orphan):
        life.later(2)
        time.sleep(0.4)
        took = time.monotonic() - began + (life.shift - shift) / 1000
        expect(took < 90, f'it is still held after {took:.0f} s')
    expect(life.is_held(kept), 'the one that the platform has stays')
    expect(life.is_held(other), 'one that nobody asked for again stays until it expires')
    life.pool()
    log = life.watcher.log.read_text()
    expect(f'event=orphan quote={orphan} outcome=ok' in log, 'the log says so')
    stats = http_text(life.house, '/metrics')
    expect('windlass_orphans_released_total 1\n' in stats, 'it is counted')
    tx, = life.begin((kept, '11'))
    life.pay([tx])
    life.completed([tx])


def http_text(house, path):
    done = subprocess.run(['curl', '-sS', f'http://127.0.0.1:{house.env["WINDLASS_PORT"]}{path}'],
                          capture_output=True, text=True, check=True)
    return done.stdout


def main():
    given = options(__doc__).parse_args()
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='200') as house:
        return ended(*run(named(TESTS, given.only), Life(house)))


if __name__ == '__main__':
    sys.exit(main())
