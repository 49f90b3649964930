#!/usr/bin/env python3
"""The wrapping key turns while everybody is served, and whoever turns it is killed again and again.

    storm.py [--customers 10000] [--kills 5] [--clients 4] [--sample 50] [--seed N] [--keep]

Customers are put; then, while clients get them, change them and put new ones without a pause, a key
is added to the file, and `windlass keys rotate` killed with -9 at random places and begun again.
Then nothing is under the old key, its line is taken out, the programs begin anew, and everybody can
be read: all by a PUT that needs their values (one that opens what is stored), some by the
operator's command, value by value.  No request was answered otherwise than 200.  Ends with
"N passed, N failed".
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import secrets
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import House, WALLET  # noqa: E402

TYPE = 'sep31-sender'


def values(number):
    return {'first_name': f'Ana {number}', 'last_name': f'Souza {number}',
            'email_address': f'ana{number}@example.org', 'birth_date': '1990-04-12',
            'address_country_code': 'BRA'}


def some(bad):
    return str(bad[:3]) if bad else ''


class Client:
    """One connection after the other to the callbacks, as the platform has them."""

    def __init__(self, port):
        self.port = port
        self.line = None

    def ask(self, method, path, members=None):
        """What is answered; who is asked to be slower (nginx's limit a client) asks again."""
        while True:
            status, answer = self.ask_once(method, path, members)
            if status != 429:
                return status, answer
            time.sleep(0.02)

    def ask_once(self, method, path, members):
        body = None if members is None else json.dumps(members)
        if self.line is None:
            self.line = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            self.line.request(method, path, body, {'Content-Type': 'application/json'})
            answer = self.line.getresponse()
            return answer.status, json.loads(answer.read() or b'null')
        except (OSError, http.client.HTTPException) as why:
            self.line = None
            return repr(why), None

    def put(self, number, **changed):
        return self.ask('PUT', '/customer', dict(
            values(number), account=WALLET, memo=str(number), memo_type='id', type=TYPE,
            **changed))

    def get(self, number):
        return self.ask('GET', f'/customer?account={WALLET}&memo={number}&memo_type=id'
                               f'&type={TYPE}')


def at_once(threads, numbers, act):
    """act(client number, number) for all numbers, by so many threads."""
    numbers = iter(list(numbers))
    lock = threading.Lock()

    def work(which):
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            act(which, number)
    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


class Load:
    """Clients that ask without a pause: GET, a change, a newcomer; what they were answered."""

    def __init__(self, storm):
        self.storm = storm
        self.bad = []
        self.count = {'get': 0, 'put': 0, 'new': 0}
        self.newcomers = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(n,))
                        for n in range(storm.given.clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def work(self, which):
        dice = random.Random(f'{self.storm.given.seed} {which}')
        client = Client(self.storm.port)
        for turn in range(1_000_000):
            if self.is_over.is_set():
                return
            number = dice.randint(1, self.storm.given.customers)
            what = dice.choice(('get', 'put', 'put', 'new'))
            if what == 'new':
                number = (which + 1) * 10_000_000 + turn
                self.newcomers.append(number)
            status, answer = (client.get(number) if what == 'get'
                              else client.put(number, city=f'Porto {turn}'))
            self.count[what] += 1
            if status != 200 or answer.get('status') != 'ACCEPTED':
                self.bad.append((what, number, status, answer))


class Stop:
    """Whoever turns the key comes to one of the customers that remain and waits, for a moment."""

    def __init__(self, house, place):
        self.house = house
        url = f'{house.env["WINDLASS_DATABASE_URL"]} user=owner'
        self.psql = subprocess.Popen(
            ['psql', '-X', '-q', '-A', '-t', '-d', url], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.psql.stdin.write(
            'begin; select id from windlass.customer where windlass.key_number(wrapped_key) <> 2 '
            f'order by id offset {place} limit 1 for update;\n\\echo\n')
        self.psql.stdin.flush()
        if not self.psql.stdout.readline().strip():
            raise RuntimeError('nobody remains there')

    def is_reached(self):
        return self.operators("wait_event_type = 'Lock'") > 0

    def is_over(self):
        """What a killed one had asked for last is done by its server all the same."""
        return self.operators('true') == 0

    def operators(self, which):
        return int(self.house.sql("select count(*) from pg_stat_activity where usename = "
                                  f"'windlass_operator' and {which}")[0][0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.psql.communicate('rollback;\n')


class Storm:
    def __init__(self, house, given):
        self.house = house
        self.given = given
        self.dice = random.Random(given.seed)
        self.port = int(house.env['WINDLASS_PORT'])
        self.passed, self.failed = 0, 0
        self.kek = pathlib.Path(house.env['WINDLASS_KEK_FILE'])
        self.windlass = f'{house.env["BUILD"]}/operator/windlass'

    def check(self, what, holds, more=''):
        self.passed += bool(holds)
        self.failed += not holds
        print(f'{"ok" if holds else "not ok"} - {what}{": " if more else ""}{more}', flush=True)

    def set_keys(self, lines):
        new = self.kek.with_suffix('.new')
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w',
                  encoding='ascii') as file:
            file.write(''.join(f'{line}\n' for line in lines))
        os.rename(new, self.kek)

    def left(self):
        """How many of which table are under another key than 2."""
        return {what: int(count) for what, count in self.house.sql(
            "select 'customer', count(*) from windlass.customer "
            'where windlass.key_number(wrapped_key) <> 2 union all '
            "select 'outflow', count(*) from windlass.outflow "
            'where windlass.key_number(sealed_key) <> 2 union all '
            "select 'fingerprint', count(*) from windlass.fingerprint_key "
            'where windlass.key_number(wrapped) <> 2')}

    def rotate(self):
        return subprocess.Popen([self.windlass, 'keys', 'rotate'], env=self.house.env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run_operator(self, *words, expect=0):
        done = subprocess.run([self.windlass, *words], env=self.house.env, text=True,
                              capture_output=True, check=False)
        if done.returncode != expect:
            raise RuntimeError(f'{words}: {done.returncode} {done.stderr}')
        return done.stdout

    def begin(self):
        clients = [Client(self.port) for _ in range(8)]
        bad = []

        def put(which, number):
            status, _ = clients[which].put(number)
            if status != 200:
                bad.append((number, status))
        at_once(len(clients), range(1, self.given.customers + 1), put)
        self.check(f'{self.given.customers} customers are put', not bad, some(bad))
        # A payment whose key turns while it is under way.
        self.house.watcher('a', WINDLASS_PAYOUT_WINDOW_MS='600000',
                           WINDLASS_PAYOUT_QUARANTINE_MS='2000')
        people = self.house.customers()
        self.asked = self.house.transaction(people, '11')
        self.house.wait(self.asked, lambda r: r['status'] == 'pending_sender')
        paid = self.house.transaction(people, '12')
        self.house.pay([self.house.wait(paid, lambda r: r['status'] == 'pending_sender')])
        self.house.wait(paid, lambda r: r['status'] == 'completed')
        self.check('a payment is paid out before the key turns', True)

    def turn(self):
        """Killed in the middle, so and so often; then let be."""
        old = self.left()
        self.check('all is under the old key', old['customer'] >= self.given.customers
                   and old['outflow'] >= 1 and old['fingerprint'] == 1, str(old))
        self.set_keys([*self.kek.read_text().splitlines(), f'2 {secrets.token_hex(32)}'])
        total, killed = old['customer'], []
        for _ in range(self.given.kills):
            left = self.left()['customer']
            with Stop(self.house, self.dice.randrange(left // 4, left)) as stop:
                running = self.rotate()
                while running.poll() is None and not stop.is_reached():
                    time.sleep(0.005)
                running.kill()
            running.communicate()
            self.house.until('a killed one has a server', stop.is_over)
            killed.append(self.left()['customer'])
        self.check('killed in the middle, each time',
                   running.returncode == -9 and 0 < killed[-1] < total,
                   f'remaining after each kill: {killed}')
        running = self.rotate()
        said = running.communicate()[0]
        self.check('the last run ends well', running.returncode == 0, said.strip().split('\n')[-1])
        self.check('nothing is under the old key', not any(self.left().values()), str(self.left()))

    def go_on(self):
        """Without the old key's line, by programs that have begun since."""
        self.set_keys([line for line in self.kek.read_text().splitlines() if line[:2] == '2 '])
        self.house.watchers[0].end()
        for verb in ('down', 'up'):
            self.house.stack(verb, 'customer')
        self.house.watchers[0].start()

    def all_readable(self, numbers):
        clients = [Client(self.port) for _ in range(8)]
        bad = []

        def read(which, number):
            status, answer = clients[which].put(number)
            if status != 200 or answer.get('status') != 'ACCEPTED':
                bad.append((number, status, answer))
        at_once(len(clients), numbers, read)
        self.check(f'all {len(numbers)} are readable', not bad, some(bad))
        wrong = []
        for number in self.dice.sample(numbers, min(self.given.sample, len(numbers))):
            ids = self.house.sql("select id from windlass.customer where memo_type = 'id' "
                                 f"and memo = '{number}'")
            shown = json.loads(self.run_operator('customer', 'show', ids[0][0], '--values',
                                                 '--format', 'json'))
            got = {f['name']: f['value'] for f in shown['fields']}
            if any(got.get(name) != value for name, value in values(number).items()):
                wrong.append(number)
        self.check('what they say is what was put', not wrong, some(wrong))

    def pay(self):
        self.house.pay([self.house.record(self.asked)])
        done = self.house.wait(self.asked, lambda r: r['status'] == 'completed')
        self.check('a payment that was asked for before is paid out', done is not None)
        self.house.until('the audit trail is linked', lambda: json.loads(self.run_operator(
            'audit', 'verify', '--format', 'json'))['chain']['not_linked'] == 0)
        self.check('the audit trail is as it was', True)

    def run(self):
        self.begin()
        with Load(self) as load:
            began = time.monotonic()
            self.turn()
            time.sleep(0.5)
            took = time.monotonic() - began
        self.check('the service never stopped', not load.bad and all(load.count.values()),
                   f'{load.count} in {took:.1f} s {some(load.bad)}')
        late = self.left()
        self.check('whoever came meanwhile is under the new key', not any(late.values()), str(late))
        self.go_on()
        self.all_readable([*range(1, self.given.customers + 1), *load.newcomers])
        self.pay()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--customers', type=int, default=10000)
    parser.add_argument('--kills', type=int, default=5)
    parser.add_argument('--clients', type=int, default=4)
    parser.add_argument('--sample', type=int, default=50)
    parser.add_argument('--seed', type=int, default=random.randrange(1 << 32))
    parser.add_argument('--keep', action='store_true')
    given = parser.parse_args()
    print(f'seed {given.seed}', flush=True)
    with House(keep=given.keep) as house:
        storm = Storm(house, given)
        storm.run()
    print(f'{storm.passed} passed, {storm.failed} failed')
    return 1 if storm.failed else 0


if __name__ == '__main__':
    sys.exit(main())
