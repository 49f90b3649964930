#!/usr/bin/env python3
"""windlass reconcile finds every planted difference, and nothing else.

    planted.py [--records 2000] [--seed N] [--keep]

Our books and those of the platform, the bank and the ledger agree on all payments but those that
are spoilt on purpose: at least 20 of more than 10 kinds.  Ends with "N passed, N failed".
"""

import argparse
import csv
import hashlib
import io
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.reconcile import world as w  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN, FAILED, DIFFERS = 0, 1, 3
TESTS = []


def test(act):
    TESTS.append(act)
    return act


class Wrong(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Wrong(what)


class Bench:
    """A database of its own with a book and payments, and the others' servers."""

    def __init__(self, given):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix='wlr-'))
        self.dir.chmod(0o755)
        self.given = given
        self.dice = random.Random(given.seed)
        self.world = w.World(given.records)
        build = os.environ.get('BUILD', str(ROOT / 'build' / 'release'))
        self.program = f'{build}/operator/windlass'
        self.env = dict(os.environ, WINDLASS_DEV='1', PLATFORM_API_BASE_URL=self.world.url,
                        WINDLASS_HORIZON_URL=self.world.url,
                        WINDLASS_PAYOUT_RAIL_URL=self.world.url,
                        SECRET_WINDLASS_PAYOUT_RAIL_KEY='a-key-of-16-bytes',
                        WINDLASS_PAYOUT_QUARANTINE_MS='1000',
                        WINDLASS_DATABASE_URL=f'host={self.dir}/pg-socket dbname=windlass')

    def __enter__(self):
        for verb in ('start', 'migrate'):
            subprocess.run([ROOT / 'tests' / 'cluster.sh', verb, self.dir], check=True,
                           capture_output=True, env=self.env)
        for what in ('assets', 'types', 'prices', 'fees', 'terms', 'limits', 'pools'):
            done = self.windlass('load', what, str(ROOT / 'config' / f'{what}.json'))
            expect(done.returncode == 0, done.stderr)
        self.sql(w.seed(self.given.records))
        return self

    def __exit__(self, *_):
        self.world.close()
        subprocess.run([ROOT / 'tests' / 'cluster.sh', 'stop', self.dir], check=False,
                       capture_output=True, env=self.env)
        if self.given.keep:
            print(f'kept: {self.dir}')
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def windlass(self, *words, **env):
        return subprocess.run([self.program, *words], env=dict(self.env, **env),
                              capture_output=True, text=True, check=False)

    def sql(self, statement):
        done = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d',
                               f'{self.env["WINDLASS_DATABASE_URL"]} user=owner'],
                              input=statement, capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stderr)
        return done.stdout.strip()

    def reconcile(self, code, *more, **env):
        """What it found, by kind, payment and subject."""
        done = self.windlass('reconcile', *more, '--format', 'json', **env)
        expect(done.returncode == code, f'it ended with {done.returncode}: {done.stderr}'
               f'{done.stdout[:2000]}')
        if code == FAILED:
            expect(done.stdout == '' and done.stderr.count('\n') >= 1, 'it says why, and no more')
            return done.stderr
        shown = json.loads(done.stdout)
        self.run = shown['reconciliation']
        for one in shown['differences']:
            expect(len(one['to_do']) > 20, f'{one} says what can be done')
        return {(d['kind'], d['tx_id'] or '', d['subject'] or ''): d
                for d in shown['differences']}

    def pick(self, kind, count):
        numbers = [n for n in range(1, self.given.records + 1) if w.kind(n) == kind
                   and n not in self.spoilt]
        chosen = self.dice.sample(numbers, count)
        self.spoilt.update(chosen)
        return chosen

    spoilt = set()
    run = None


# --- planting: each gives what must be found

def spoil_bank(bench):
    payouts, found = bench.world.payouts, []
    for name in ('other-1', 'other-2'):
        payouts[f'{name}:1'] = dict(w.payout(3), reference=f'{name}:1', bank_id=name)
        found.append(('payout_unknown', name, f'{name}:1'))
    for n in bench.pick(w.DONE, 2):
        del payouts[f'{w.tx_id(n)}:1']
        found.append(('payout_missing', w.tx_id(n), f'{w.tx_id(n)}:1'))
    for change, kind, of in (
            ({'amount': '10.01'}, 'payout_amount', w.DONE),
            ({'amount': 'ten'}, 'payout_amount', w.DONE),
            ({'currency': 'USD'}, 'payout_amount', w.UNDER_WAY),
            ({'bank_id': 'B-other'}, 'payout_bank_id', w.DONE),
            ({'status': 'returned'}, 'payout_status', w.DONE),
            ({'status': 'refused'}, 'payout_status', w.UNDER_WAY),
            ({'status': 'settled'}, 'payout_status', w.REFUSED)):
        n, = bench.pick(of, 1)
        payouts[f'{w.tx_id(n)}:1'].update(change)
        found.append((kind, w.tx_id(n), f'{w.tx_id(n)}:1'))
    n, = bench.pick(w.DONE, 1)
    payouts[f'{w.tx_id(n)}:2'] = dict(w.payout(n), reference=f'{w.tx_id(n)}:2', bank_id='twice')
    return found + [('payout_unknown', w.tx_id(n), f'{w.tx_id(n)}:2'),
                    ('payout_twice', w.tx_id(n), '')]


def spoil_platform(bench):
    records, found = bench.world.records, []
    records['foreign'] = dict(w.record(3), id='foreign', stellar_transactions=[])
    found.append(('completed_without_outflow', 'foreign', ''))
    records['open'] = dict(w.record(3), id='open', status='pending_receiver',
                           stellar_transactions=[])
    found.append(('record_unseen', 'open', ''))
    # Of these nobody has to know: they ended without money.
    records['dead'] = dict(w.record(10), id='dead', status='expired')
    for change, kinds, of in (
            ({'status': 'completed'}, ['completed_without_outflow'], w.AWAITED),
            ({'status': 'completed'}, ['completed_without_outflow'], w.UNDER_WAY),
            ({'status': 'refunded'}, ['refunded_without_outflow'], w.REFUSED),
            ({'status': 'pending_external'}, ['done_but_open'], w.DONE),
            ({'status': 'error'}, ['done_but_open'], w.DONE),
            ({'sep': '24'}, ['record_unreadable'], w.DONE),
            ({'amount_in': {'amount': '1.9'}}, ['amount_in'], w.DONE),
            ({'amount_out': {'amount': '11'}}, ['amount_out'], w.DONE)):
        n, = bench.pick(of, 1)
        records[w.tx_id(n)].update(change)
        found += [(kind, w.tx_id(n), '') for kind in kinds]
    for n in bench.pick(w.DONE, 2):
        del records[w.tx_id(n)]
        found.append(('record_missing', w.tx_id(n), ''))
    return found


def spoil_ledger(bench):
    operations, found = bench.world.operations, []
    operations[5] = w.operation(5, 'f' * 64, memo='unknown')
    n, = bench.pick(w.DONE, 1)
    operations[6] = w.operation(6, w.digest(n))     # a second one in a transaction of ours
    found += [('money_unclaimed', '', '5'), ('money_unclaimed', w.tx_id(n), '6')]
    # Neither these: another asset, a transaction that failed, money that went out.
    operations[7] = dict(w.operation(7, 'e' * 64), asset_code='EURC')
    operations[8] = dict(w.operation(8, 'd' * 64), transaction_successful=False)
    operations[9] = dict(w.operation(9, 'c' * 64), to=w.WALLET, **{'from': w.ACCOUNT})
    n, = bench.pick(w.DONE, 1)
    del operations[1000000 + n]
    found.append(('money_missing', w.tx_id(n), str(1000000 + n)))
    n, = bench.pick(w.DONE, 1)
    operations[1000000 + n]['amount'] = '2.0000001'
    return found + [('money_differs', w.tx_id(n), str(1000000 + n))]


ORDER = """
insert into windlass.outflow (tx_id, way, state, sealed_key)
    values ('{tx}', 'payout', '{state}', decode(repeat('ab', 60), 'hex'));
insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch,
        stored_by, sends, first_sent, last_sent, deadline, bank_id, outcome)
    values ('{tx}', 1, 'payout', '{tx}:1', '{tx}:1', {amount}, 'BRL', decode(repeat('cd', 60), 'hex'),
        1, 'w', {sends}, '{at}', '{at}', '{at}', '{bank_id}', '{outcome}');
"""


def spoil_ours(bench):
    bench.sql("update windlass.pool_row set total = total + 1 where pool = 'brl' and n = 1;"
              "update windlass.pool_row set total = total - 1 where pool = 'usd' and n = 1;")
    found = [('pool_books', '', 'pool brl'), ('pool_books', '', 'pool usd')]
    # Orders that the bank has and we never sent, that nobody paid for, or of another sum.
    for state, outcome, sends, amount, kinds in (
            ('sending', 'open', 0, 10, ['payout_unsent']),
            ('accepted', 'accepted', 1, 10, ['payout_without_money']),
            ('accepted', 'accepted', 1, 11, ['payout_without_money', 'payout_promise'])):
        n, = bench.pick(w.AWAITED, 1)
        reference = f'{w.tx_id(n)}:1'
        bench.sql(ORDER.format(tx=w.tx_id(n), state=state, outcome=outcome, sends=sends,
                               amount=amount, at='now' if sends else 'infinity',
                               bank_id=f'B{n}' if sends else ''))
        bench.world.payouts[reference] = {'reference': reference, 'bank_id': f'B{n}',
                                          'amount': str(amount), 'currency': 'BRL',
                                          'status': 'accepted'}
        found += [(kind, w.tx_id(n), '' if kind == 'payout_without_money' else reference)
                  for kind in kinds]
    n, = bench.pick(w.DONE, 1)
    bench.sql(f"update windlass.quote_use set ended = 'released' where tx_id = '{w.tx_id(n)}'")
    quote = uuid.UUID(hashlib.md5(f'quote {n}'.encode()).hexdigest())
    return found + [('pool_quote', w.tx_id(n), ''), ('pool_books', '', f'quote {quote}')]


# --- what must hold

@test
def books_that_agree_are_clean(bench):
    began = time.monotonic()
    expect(bench.reconcile(CLEAN) == {}, 'nothing differs')
    took = time.monotonic() - began
    expect(bench.run['records'] == bench.given.records, f'all was read: {bench.run}')
    expect(bench.run['operations'] == len(bench.world.operations), f'all was read: {bench.run}')
    expect(bench.run['payouts'] == len(bench.world.payouts), f'all was read: {bench.run}')
    expect(took < 60, f'it took {took:.1f} s')


@test
def what_cannot_be_read_tells_nothing(bench):
    for path, words in (('/transactions', 'records cannot be read'),
                        ('/payouts', 'payouts cannot be read'),
                        (f'/accounts/{w.ACCOUNT}/payments', 'cannot be read')):
        for status, body in ((500, b'{}'), (200, b'<html>'), (200, b'{"records": 1')):
            bench.world.answer = (path, status, body)
            expect(words in bench.reconcile(FAILED), f'{path} {status}')
    bench.world.answer = None
    expect(bench.sql("select count(*) from windlass.\"case\"") == '0', 'no case of it')
    # And a run that did not end lifts no hold.
    bench.sql("select windlass.hold_set('a test')")
    done = bench.windlass('hold', 'off', '--reason', 'x')
    expect('nothing was compared' in done.stderr, done.stderr)


@test
def what_one_reading_shows_only_is_no_difference(bench):
    tx, calls = w.tx_id(13), []

    def meanwhile(path):
        if path == '/transactions' and not calls:
            calls.append(1)
            bench.world.records[tx]['status'] = 'pending_external'
        elif path == '/payouts' and calls:      # the second reading begins
            bench.world.records[tx]['status'] = 'completed'

    bench.world.meanwhile = meanwhile
    expect(bench.reconcile(CLEAN) == {} and calls, 'it moved while it was read')
    bench.world.meanwhile = None


@test
def every_planted_difference_is_found_and_no_other(bench):
    wanted = sum((spoil(bench) for spoil in (spoil_bank, spoil_platform, spoil_ledger,
                                             spoil_ours)), [])
    expect(len(wanted) >= 20 and len({kind for kind, _, _ in wanted}) >= 10, 'enough is planted')
    bench.sql("select windlass.hold_lift('a test')")
    began = time.monotonic()
    found = bench.reconcile(DIFFERS)
    took = time.monotonic() - began
    expect(set(found) == set(wanted), f'missed: {set(wanted) - set(found)}; '
           f'too many: {set(found) - set(wanted)}')
    expect(took < 60, f'it took {took:.1f} s')
    print(f'#  {len(wanted)} of {len({k for k, _, _ in wanted})} kinds in '
          f'{bench.given.records} records, {took:.1f} s')
    bench.wanted = wanted


@test
def each_is_one_line(bench):
    done = bench.windlass('reconcile', '--format', 'csv')
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    expect(done.returncode == DIFFERS and len(rows) == len(bench.wanted), 'as many lines')
    expect(len(done.stdout.splitlines()) == len(rows) + 1, 'of one line each')
    done = bench.windlass('reconcile')
    expect(done.returncode == DIFFERS and 'payout_twice' in done.stdout, 'for people, too')
    expect(done.stderr == f'windlass: {len(rows)} differences are not explained\n', done.stderr)


@test
def what_a_person_has_explained_lifts_the_hold(bench):
    bench.sql("select windlass.hold_set('a test')")
    bench.sql("update windlass.money_hold set since = now() - interval '1 hour'")
    found = bench.reconcile(DIFFERS)
    adopted = set(bench.wanted) - set(found)
    expect({kind for kind, _, _ in adopted} == {'payout_unsent'} and
           bench.run['adopted'] == len(adopted),
           f'while money is held what the bank knows is taken over: {adopted}')
    done = bench.windlass('hold', 'off', '--reason', 'x')
    expect('nothing was compared' in done.stderr, f'and compared once more: {done.stderr}')
    found = bench.reconcile(DIFFERS)
    bench.wanted = list(set(bench.wanted) - adopted
                        | {('payout_without_money', tx, '') for _, tx, _ in adopted})
    expect(set(found) == set(bench.wanted), 'an order that was taken over has its own faults')
    done = bench.windlass('hold', 'off', '--reason', 'x')
    expect(done.returncode == 1 and str(len(found)) in done.stderr, done.stderr)
    for one in found.values():
        done = bench.windlass('case', 'close', str(one['case']), '--reason', 'looked into')
        expect(done.returncode == 0, done.stderr)
    found = bench.reconcile(CLEAN)
    expect(len(found) == len(bench.wanted) and all(d['explained_by'] for d in found.values()),
           'they are shown, with who has explained them')
    # Another difference of the same payout is not what was explained.
    key = next(k for k in found if k[0] == 'payout_bank_id')
    bench.world.payouts[key[2]]['bank_id'] = 'B-third'
    again = bench.reconcile(DIFFERS)
    expect([k for k, d in again.items() if not d['explained_by']] == [key], 'that one is open')
    bench.windlass('case', 'close', str(again[key]['case']), '--reason', 'that too')
    bench.reconcile(CLEAN)
    done = bench.windlass('hold', 'off', '--reason', 'all is explained')
    expect(done.returncode == 0, done.stderr)
    expect(bench.sql('select is_on, epoch from windlass.money_hold') == 'f|3', 'money may leave')


@test
def without_a_bank_orders_are_a_difference(bench):
    found = bench.reconcile(DIFFERS, WINDLASS_PAYOUT_RAIL_URL='')
    expect(('bank_unread', '', '') in found and not any(
        kind in ('payout_unknown', 'payout_missing') for kind, _, _ in found),
           'the bank was not read')
    found = bench.reconcile(CLEAN, WINDLASS_NO_LEDGER='1')
    expect(not any(kind.startswith('money_') for kind, _, _ in found), 'the ledger was not read')


@test
def what_is_older_is_left_alone(bench):
    since = w.moment(bench.given.records)
    found = bench.reconcile(CLEAN, '--since', since)
    expect(not any(kind in ('record_missing', 'payout_missing', 'money_missing')
                   for kind, _, _ in found), f'nothing old is missed: {found}')
    expect(bench.run['records'] < bench.given.records or bench.given.records <= 100, 'less is read')


@test
def nothing_is_ever_sent(bench):
    expect({method for method, _ in bench.world.asked} == {'GET'}, 'questions only')
    for table in ('record', 'named', 'payout', 'operation', 'difference'):
        expect(bench.sql(f'select count(*) from windlass.reconcile_{table}') in ('0', ), table)


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument('--records', type=int, default=2000)
    words.add_argument('--seed', type=int, default=7)
    words.add_argument('--keep', action='store_true')
    passed = failed = 0
    with Bench(words.parse_args()) as bench:
        for act in TESTS:
            try:
                act(bench)
                passed += 1
                print(f'ok - {act.__name__}', flush=True)
            except Exception as why:    # pylint: disable=broad-except
                failed += 1
                print(f'not ok - {act.__name__}', flush=True)
                if not isinstance(why, Wrong):
                    traceback.print_exc()
                print(f'#  {why}')
    print(f'{passed} passed, {failed} failed')
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
