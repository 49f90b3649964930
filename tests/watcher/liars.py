#!/usr/bin/env python3
"""A platform, a bank and a ledger that lie: each lie is survived, named and counted, and nothing
moves on a doubtful answer.

    liars.py [--only NAME] [--keep]

What single answers tell is in tests/unit/test_answers.c; that payments go on once the lies end is
also in road.py.  One stack for all; ends with "N passed, N failed".
"""

import pathlib
import re
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import House, http  # noqa: E402
from tests.watcher.judge import judge, paid_references  # noqa: E402
from tests.watcher.suite import BANK, Tests, ended, expect, named, options, run  # noqa: E402

TESTS = Tests()

# Where it lies, about what, how; and the word by which the log names it.
PAUSES = [
    ('platform', 'GET /transactions', ['html', 'truncate', 'huge', '429'],
     'platform_odd|http_failed'),
    ('platform', 'GET /transactions/{id}', ['wrong_id', 'html', 'huge', 'redirect'],
     'platform_odd|http_failed'),
    ('platform', 'GET /transactions/{hash}/payments',
     ['html', 'truncate', 'huge', '500_before', '429', 'redirect', 'reset_before'],
     'ledger_odd|http_failed'),
    ('bank', 'GET /payouts/{reference}', ['wrong_id', 'huge', '429'], 'rail_odd|http_failed|bank_'),
]
# What is said of the money that came in, and what a person reads then.
STOPS = [
    ('GET /transactions/{hash}/payments', 'wrong_amount', 'paid_over|ledger_differs'),
    ('GET /transactions/{hash}/payments', 'twice', 'funds_unclear'),
]


class Stage:
    def __init__(self, house):
        self.house = house
        self.watcher = house.watcher('liars', **BANK)
        self.people = house.customers()
        self.wanted, self.doubtful = [], []

    def asked(self, count=1):
        txs = [self.house.transaction(self.people, '11') for _ in range(count)]
        return txs, [self.house.wait(tx, lambda r: r['status'] == 'pending_sender') for tx in txs]

    def completed(self, *txs, timeout=90):
        for tx in txs:      # by our books: who reads the record meets the faults
            def is_done():
                self.hurry()
                return (self.house.payment(tx) or [''])[0] == 'done'
            self.house.until(f'{tx} is done', is_done, timeout)
        self.wanted += txs

    def stopped(self, tx, codes, timeout=40):
        def holds():
            state, reason = (self.house.payment(tx) or ['', ''])[:2]
            return state in ('held', 'review') and re.match(f'({codes}):', reason)
        self.house.until(f'{tx} is stopped for {codes}', holds, timeout)
        self.doubtful.append(tx)

    def hurry(self):
        """Nobody waits for the next look."""
        self.house.sql("update windlass.attempt set next_at = '-infinity' "
                       "where next_at > windlass.clock_now() and outcome = 'open'")
        self.house.sql("update windlass.payment set next_at = windlass.clock_now(), "
                       "nudged = nudged + 1 where state in ('asked', 'out') and is_paid "
                       "and next_at > windlass.clock_now() + interval '1 second' "
                       "and next_at < 'infinity'")

    def log(self, since=0):
        return self.watcher.log.read_text()[since:]

    def again(self, **settings):
        self.watcher.end(20)
        self.watcher.env.update(settings)
        self.watcher.start()

    def settle(self):
        self.house.clear_faults()
        self.house.sql("select windlass.hold_lift('a test')")
        expect(self.watcher.running, 'the watcher died')

    def metric(self, name):
        """Labels -> figure, as GET /metrics shows it."""
        with urllib.request.urlopen(f'http://127.0.0.1:{self.house.env["WINDLASS_PORT"]}/metrics',
                                    timeout=10) as answer:
            text = answer.read().decode()
        return {labels: int(n) for labels, n in
                re.findall(rf'^windlass_{name}(?:\{{(.*)\}})? (\d+)$', text, re.M)}


@TESTS.test
def what_tells_nothing_costs_time_only(stage):
    house = stage.house
    txs, records = stage.asked(len(PAUSES))
    said = len(stage.log())
    for where in ('platform', 'bank'):
        house.faults(where, *[{'on': on, 'kind': kind, 'nth': [n, n + len(kinds)]}
                              for whose, on, kinds, _ in PAUSES if whose == where
                              for n, kind in enumerate(kinds, 1)])
    house.pay(records)
    stage.completed(*txs, timeout=120)
    log = stage.log(said)
    for whose, on, _, words in PAUSES:
        struck = [rule for rule in http('GET', f'{getattr(house, whose)}/_sim/faults')['faults']
                  if rule['on'] == on and rule['hits']]
        expect(struck, f'{on} was lied about')
        expect(re.search(words, log), f'{on}: {words} in the log')


@TESTS.test
def what_the_ledger_says_otherwise_is_held(stage):
    house = stage.house
    for on, kind, codes in STOPS:
        (tx,), records = stage.asked()
        house.faults('platform', {'on': on, 'kind': kind})
        house.pay(records)
        stage.stopped(tx, codes)
        house.clear_faults()
        expect(not paid_references(house, tx), f'{kind}: nothing was paid')


@TESTS.test
def a_page_with_everything_twice_is_taken_once(stage):
    house = stage.house
    house.faults('platform', {'on': 'GET /transactions', 'kind': 'twice'})
    txs, records = stage.asked(2)
    house.pay(records)
    stage.completed(*txs)


# What a record may lack or say, and what becomes of it; the others go on.
RECORDS = [
    ('no status', {'status': None}, 'record_unreadable'),
    ('no time', {'updated_at': None}, 'record_unreadable'),
    ('another SEP', {'sep': '24'}, 'record_unreadable'),
    ('a status that is new to us', {'status': 'pending_lunch'}, 'unpaid_elsewhere'),
    ('no customers', {'customers': None}, 'sender_missing'),
    ('no quote and no sum', {'quote_id': None, 'amount_expected': None, 'amount_in': None},
     'no_price'),
]


@TESTS.test
def records_that_lack_something_stop_no_other(stage):
    house = stage.house
    made = {}
    house.faults('platform', {'on': 'request_onchain_funds', 'kind': '500_before'})
    for name, change, kind in RECORDS:
        tx = house.transaction(stage.people, '11')
        record = dict(house.record(tx), **change)
        http('POST', f'{house.platform}/_sim/record',
             {member: value for member, value in dict(record, odd=True).items()
              if value is not None})
        made[name] = tx, kind
    house.clear_faults()
    txs, records = stage.asked()
    house.pay(records)
    stage.completed(*txs)
    for name, (tx, kind) in made.items():
        house.until(f'{name} is a case', lambda: house.sql(
            f"select kind from windlass.\"case\" where tx_id = '{tx}'") == [[kind]], 20)
        expect(not paid_references(house, tx), f'{name} is not paid')
    stage.doubtful += [tx for tx, _ in made.values()]


@TESTS.test
def a_value_that_no_column_takes_is_a_persons_matter(stage):
    """Whatever it is: the step is not tried again each second, and the others go on."""
    house = stage.house
    house.sql("""
        create function windlass.poisoned() returns trigger language plpgsql as $$ begin
            if new.tx_id in (select tx_id from windlass.poison) then
                raise exception 'no number' using errcode = '22003';
            end if;
            return new;
        end $$;
        create table windlass.poison (tx_id text);
        grant select on windlass.poison to public;
        create trigger poisoned before insert on windlass.report
            for each row execute function windlass.poisoned();""")
    http('POST', f'{house.platform}/_sim/faults', [{'on': 'GET /transactions', 'kind': '500_before'}])
    poison = house.transaction(stage.people, '11')
    house.sql(f"insert into windlass.poison values ('{poison}')")
    said = len(stage.log())
    house.clear_faults()
    stage.stopped(poison, 'step_refused')
    expect(house.sql(f"select kind from windlass.\"case\" where tx_id = '{poison}'")
           == [['step_refused']], 'and there is a case')
    txs, records = stage.asked()
    house.pay(records)
    stage.completed(*txs)
    expect(len(re.findall('event=refused.*22003', stage.log(said))) == 1, 'it was tried once')
    house.sql('drop trigger poisoned on windlass.report')


@TESTS.test
def what_is_refused_of_one_stops_no_other(stage):
    """Of those that are sent, told and given back together."""
    house = stage.house
    house.sql("""
        create table windlass.poison_of (tx_id text, what text);
        grant select on windlass.poison_of to public;
        create function windlass.poisoned_of() returns trigger language plpgsql as $$ begin
            if exists (select from windlass.poison_of p
                    where p.tx_id = new.tx_id and p.what = tg_argv[0]) then
                raise exception 'no number' using errcode = '22003';
            end if;
            return new;
        end $$;
        create trigger poisoned before update of sends on windlass.attempt
            for each row when (new.sends > old.sends)
            execute function windlass.poisoned_of('order');
        create trigger poisoned before update of tries on windlass.report
            for each row when (new.tries > old.tries)
            execute function windlass.poisoned_of('report');
        create trigger poisoned before update of next_at on windlass.payment
            for each row when (old.claimed_by <> '' and new.claimed_by = ''
                and new.next_at not between windlass.now() + interval '200 seconds'
                    and windlass.now() + interval '400 seconds')
            execute function windlass.poisoned_of('claim');""")
    txs, records = stage.asked(6)
    poison = dict(zip(('order', 'report', 'claim'), txs[::2]))
    for what, tx in poison.items():
        house.sql(f"insert into windlass.poison_of values ('{tx}', '{what}')")
    stage.doubtful.append(poison['claim'])
    house.pay(records)
    stage.completed(*txs[1::2])
    stage.stopped(poison['order'], 'step_refused')
    expect(not paid_references(house, poison['order']), 'it is not sent')
    stage.stopped(poison['report'], 'step_refused')
    house.until('the third is a case', lambda: house.sql(
        f"select kind from windlass.\"case\" where tx_id = '{poison['claim']}'")
        == [['step_refused']], 20)
    house.sql(''.join(f'drop trigger poisoned on windlass.{table};'
                      for table in ('attempt', 'report', 'payment')))


def waits_open(stage, counterpart):
    def is_open():
        stage.hurry()
        return stage.metric('breakers_open')[f'counterpart="{counterpart}"'] == 1
    stage.house.until(f'{counterpart} is left alone', is_open, 90)


@TESTS.test
def a_bank_that_takes_no_order_is_left_alone(stage):
    """Nothing but a probe is sent, look-ups go on, and then all of it goes on."""
    house = stage.house
    stage.again(WINDLASS_BREAKER_MS='2000')
    txs, records = stage.asked(8)
    late, late_records = stage.asked()
    house.faults('bank', {'on': 'POST /payouts', 'kind': '500_before'},
                 {'on': 'GET /payouts/{reference}', 'kind': '429', 'nth': 10 ** 9})
    opened = 'counterpart="bank"'
    before = stage.metric('breaker_opened_total')[opened]
    house.pay(records)
    waits_open(stage, 'bank')
    house.pay(late_records)
    house.until('the other waits', lambda: house.payment(late[0])[1].startswith('breaker_open:'),
                30)
    health = http('GET', f'http://127.0.0.1:{house.env["WINDLASS_PORT"]}/health')
    expect('bank' in str(health), f'/health names it: {health}')
    _, looks = (rule['seen'] for rule in http('GET', f'{house.bank}/_sim/faults')['faults'])

    def probed():
        stage.hurry()
        return stage.metric('breaker_opened_total')[opened] >= before + 4
    house.until('it is tried again', probed, 60)
    times = stage.metric('breaker_opened_total')[opened] - before
    sent, looked = (rule['seen'] for rule in http('GET', f'{house.bank}/_sim/faults')['faults'])
    expect(sent <= 8 + times, f'{sent} were sent while it opened {times} times')
    expect(looked > looks, 'and look-ups went on')
    house.clear_faults()
    stage.completed(*txs, *late)
    house.until('nobody is left alone', lambda: set(stage.metric('breakers_open').values())
                == {0}, 30)
    stage.again(WINDLASS_BREAKER_MS='300')


@TESTS.test
def a_platform_that_tells_nothing_is_left_alone(stage):
    house = stage.house
    stage.again(WINDLASS_BREAKER_MS='2000')
    txs, records = stage.asked(8)
    house.faults('platform', {'on': 'notify_offchain_funds_pending', 'kind': '500_before'})
    house.pay(records)
    waits_open(stage, 'platform')
    house.clear_faults()
    stage.completed(*txs)
    stage.again(WINDLASS_BREAKER_MS='300')


@TESTS.test
def the_platform_is_read_by_rpc_where_that_is_said(stage):
    stage.again(WINDLASS_PLATFORM_READ='rpc')
    house = stage.house
    before = http('GET', f'{house.platform}/_sim/calls')
    house.faults('platform', {'on': 'GET /transactions', 'kind': 'html'},
                 *[{'on': 'get_transactions', 'kind': kind, 'nth': n} for n, kind in enumerate(
                     ['html', 'truncate', 'wrong_id', '500_before', 'huge', 'twice'], 1)])
    txs, records = stage.asked(2)
    house.pay(records)
    stage.completed(*txs)
    rules = http('GET', f'{house.platform}/_sim/faults')['faults']
    expect(rules[0]['seen'] == 0 and all(rule['hits'] for rule in rules[1:]),
           f'read by RPC, through its lies: {rules} {before}')
    stage.again(WINDLASS_PLATFORM_READ='rest')


def main():
    given = options(__doc__).parse_args()
    with House(given.keep, WINDLASS_SIM_SETTLE_MS='200',
               WINDLASS_POLL_INTERVAL_MS='200') as house:
        stage = Stage(house)

        def after(passed):
            if not passed:
                house.clear_faults()
                house.sql("select windlass.hold_lift('a test')")
                if not stage.watcher.running:
                    stage.watcher.start()
        passed, failed = run(named(TESTS, given.only), stage, good=stage.settle, after=after)
        wrong = judge(house, stage.wanted, ignored=stage.doubtful)
        for line in wrong:
            print(f'fail: {line}')
    return ended(passed, failed + len(wrong))


if __name__ == '__main__':
    sys.exit(main())
