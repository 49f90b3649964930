#!/usr/bin/env python3
"""64 clients put and get the same and different customers, all at once.

    storm.py [--seconds 60] [--clients 64] [--seed N] [--keep]

Eight clients share one customer, each with a field of its own and all with one document; eight at a
time make the same new customer, each by a field of its own; and each has a customer whom nobody
else knows, found by id and by account.  Every answer is a 200 that names all fields whose PUTs were
acknowledged.  Afterwards there is one customer for each key that was used and no other, with all of
their fields; the values of those that are shared are the last that were acknowledged; every
document is whole; no deadlock is in the database's log, no error in the program's.  Ends with
"N passed, N failed".
"""

import argparse
import hashlib
import http.client
import json
import pathlib
import random
import re
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.documents.samples import jpeg_of  # noqa: E402
from tests.platform import strkey  # noqa: E402
from tests.platform.business import multipart  # noqa: E402
from tests.watcher.house import House  # noqa: E402

TYPE = 'sep31-sender'
TEAM = 8
# One for each of a team; all of them are asked for, so that a GET tells of them.
FIELDS = ['first_name', 'last_name', 'additional_name', 'city', 'address', 'tax_id', 'id_type',
          'id_number']
PHOTO = 'photo_id_front'


def account(what):
    """An account of its own for everything: one may ask 200 times a second."""
    return strkey.encode('G', hashlib.sha256(what.encode()).digest())


def key_of(what):
    return {'account': account(what), 'memo': '1', 'memo_type': 'id'}


class Wrong(Exception):
    """An answer that must not be."""


class Line:
    """A connection to the callbacks; another one where that was closed."""

    def __init__(self, port):
        self.port = port
        self.open = None

    def ask(self, method, path, body=None, media='application/json'):
        if self.open is None:
            self.open = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            self.open.request(method, path, body, {'Content-Type': media})
            answer = self.open.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            self.open = None
            raise
        if answer.status not in (200, 204):
            raise Wrong(f'{method} {answer.status} {said[:200]}')
        return json.loads(said or b'null')

    def put(self, whom, **members):
        whole = dict(whom, type=TYPE, **members)
        if PHOTO in members:
            media, body = multipart(whole)
            return self.ask('PUT', '/customer', body, media)
        return self.ask('PUT', '/customer', json.dumps(whole))

    def get(self, whom):
        return self.ask('GET', '/customer?' + urllib.parse.urlencode(dict(whom, type=TYPE)))


class Team:
    """Eight clients: what they share, and when they act at once."""

    def __init__(self, number, until):
        self.shared = key_of(f'shared {number}')
        self.number = number
        self.until = until
        self.is_over = False
        # Whether it is over is decided once for all of them.
        self.at_once = threading.Barrier(TEAM, action=self.look_at_the_clock)
        self.values = {}    # field: the last value that was acknowledged
        self.races = {}     # round: the ids that were told
        self.photos = 0

    def look_at_the_clock(self):
        self.is_over = time.monotonic() > self.until


class Client(threading.Thread):
    def __init__(self, storm, team, place):
        super().__init__()
        self.team, self.place = team, place
        self.field = FIELDS[place]
        self.line = Line(storm.port)
        self.dice = random.Random(f'{storm.given.seed} {team.number} {place}')
        self.own = key_of(f'own {team.number} {place}')
        self.own_id = None
        self.given = set()      # fields of our own customer, acknowledged
        self.count = 0
        self.fault = None

    def run(self):
        try:
            self.work()
        except Exception as why:    # whatever it is, the others must not wait for us
            self.fault = repr(why)
            self.team.at_once.abort()

    def work(self):
        for turn in range(1_000_000):
            self.team.at_once.wait()
            if self.team.is_over:
                return
            self.race(turn)
            for act in self.dice.sample([self.share, self.share, self.keep, self.keep], 4):
                act(turn)

    def expect(self, answer, fields, customer=None):
        self.count += 1
        lacking = set(fields) - set(answer.get('provided_fields', {}))
        if lacking:
            raise Wrong(f'{sorted(lacking)} was acknowledged and is not there: {answer}')
        if customer is not None and answer.get('id') != customer:
            raise Wrong(f'{answer.get("id")} is not {customer}')
        return answer

    def share(self, turn):
        """Our field of a customer whom the whole team writes to."""
        value = f'{self.field} {turn} {self.dice.randrange(10 ** 6)}'[:16]
        more = {PHOTO: jpeg_of(2000 + self.place)} if self.dice.random() < 0.1 else {}
        answer = self.line.put(self.team.shared, **{self.field: value}, **more)
        self.expect(answer, [self.field, *more])
        self.team.values[self.field] = value
        self.team.photos += PHOTO in more
        self.expect(self.line.get(self.team.shared), [self.field], answer['id'])

    def race(self, turn):
        """The whole team makes one new customer in the same moment."""
        answer = self.line.put(key_of(f'race {self.team.number} {turn}'), **{self.field: 'Ana'})
        self.expect(answer, [self.field])
        self.team.races.setdefault(turn, set()).add(answer['id'])

    def keep(self, turn):
        """A customer of our own, by account and by id."""
        field = self.dice.choice(FIELDS)
        answer = self.line.put(self.own, **{field: f'{turn}'})
        self.given.add(field)
        self.own_id = self.own_id or answer['id']
        self.expect(answer, self.given, self.own_id)
        by = {'id': self.own_id, 'account': self.own['account']}
        for whom in (self.own, by, {'id': self.own_id}):
            self.expect(self.line.get(whom), self.given, self.own_id)


class Storm:
    def __init__(self, house, given):
        self.house, self.given = house, given
        self.port = int(house.env['WINDLASS_PORT'])
        self.passed = self.failed = 0

    def check(self, what, is_good, said=''):
        self.passed += is_good
        self.failed += not is_good
        print(f'{"ok" if is_good else "not ok"} - {what}', flush=True)
        if said and not is_good:
            print(f'#  {said}', flush=True)

    def run(self):
        until = time.monotonic() + self.given.seconds
        teams = [Team(n, until) for n in range(self.given.clients // TEAM)]
        clients = [Client(self, team, place) for team in teams for place in range(TEAM)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        # Who waited for one that failed has no fault of their own.
        faults = [one.fault for one in clients if one.fault and 'BrokenBarrier' not in one.fault]
        self.check(f'{len(clients)} clients were answered {sum(c.count for c in clients)} times, each '
                   'time with all that was acknowledged', not faults, '; '.join(faults[:3]))
        self.one_each(teams, clients)
        self.values(teams)
        self.documents(teams)
        self.logs()

    def one_each(self, teams, clients):
        """One customer for each key, and all of its fields."""
        wanted = {team.shared['account']: set(team.values) | ({PHOTO} if team.photos else set())
                  for team in teams}
        wanted |= {one.own['account']: one.given for one in clients}
        twice = 0
        for team in teams:
            for turn, ids in team.races.items():
                twice += len(ids) != 1
                wanted[account(f'race {team.number} {turn}')] = set(FIELDS)
        self.check(f'{sum(len(t.races) for t in teams)} customers were made by {TEAM} at once, and '
                   'each was told the same id', twice == 0, f'{twice} were not')
        rows = self.house.sql("select account, fields from windlass.customer")
        got = {name: set(json.loads(fields)) for name, fields in rows}
        wrong = [name for name in set(got) | set(wanted) if got.get(name) != wanted.get(name)]
        self.check(f'{len(wanted)} keys, as many customers, and no field is lost',
                   len(rows) == len(wanted) and not wrong,
                   f'{len(rows)} rows; ' + str([(wanted.get(n), got.get(n)) for n in wrong[:2]]))

    def values(self, teams):
        wrong = []
        for team in [team for team in teams if team.values]:
            customer = self.house.sql('select id from windlass.customer where account = '
                                      f"'{team.shared['account']}'")[0][0]
            done = subprocess.run(
                [f'{self.house.env["BUILD"]}/operator/windlass', 'customer', 'show', customer,
                 '--values', '--format', 'json'], env=self.house.env, capture_output=True, text=True)
            shown = json.loads(done.stdout)['fields'] if done.returncode == 0 else []
            got = {f['name']: f['value'] for f in shown if f['name'] in FIELDS}
            wrong += [(team.values, got, done.stderr)] if got != team.values else []
        self.check('the values of those that are shared are the last that were acknowledged',
                   not wrong, str(wrong[:1]))

    def documents(self, teams):
        loose = self.house.sql(
            'select (select count(*) from windlass.document), '
            '(select count(*) from windlass.document_chunk), (select count(*) '
            'from windlass.document d join windlass.document_chunk c on c.document = d.id)')[0]
        many = str(sum(team.photos > 0 for team in teams))
        self.check(f'{sum(t.photos for t in teams)} documents were put, the last one of each is whole',
                   loose == [many] * 3, f'{loose}, not {many}')

    def logs(self):
        server = (self.house.dir / 'postgresql.log').read_text()
        found = re.findall(r'.*(?:deadlock|PANIC|terminated by signal).*', server)
        self.check('no deadlock is in the log of the database', not found, '; '.join(found[:3]))
        own = (self.house.dir / 'log' / 'customer.log').read_text()
        found = re.findall(r'.*(?:level=error|event=race).*', own)
        self.check('no error is in the log of the program, nor was one tried in vain', not found,
                   '; '.join(found[:3]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--seconds', type=float, default=60)
    parser.add_argument('--clients', type=int, default=64, help=f'a multiple of {TEAM}')
    parser.add_argument('--seed', default=str(time.time_ns()))
    parser.add_argument('--keep', action='store_true', help='the folder of the stack')
    given = parser.parse_args()
    print(f'# seed {given.seed}', flush=True)
    with House(given.keep) as house:
        storm = Storm(house, given)
        storm.run()
    print(f'{storm.passed} passed, {storm.failed} failed')
    return 1 if storm.failed else 0


if __name__ == '__main__':
    sys.exit(main())
