#!/usr/bin/env python3
"""Marked values in every member and document, through a payment to its payout: none is in clear.

    canary.py [--keep]

A stack that logs all it can; senders and receivers whose every value is marked, given as JSON and
by multipart, changed, refused, erased; one payment that is paid out through faults of the bank, a
worker that is killed and a database that crashes.  Then everything in the stack's folder is
searched: the database's files with its WAL, the logs of everything, nginx's folders, counters and
the watcher's; and what metrics, a dump of the database and the operator's command say.  What is
simulated is left out (it stands for others' systems), and the one value that is kept in clear, the
day on which a paper expires.  That the search finds what is there is tried out with marks of its
own, each time.  Ends with "N passed, N failed".
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.canary.marks import Marks, Search, pdf, png  # noqa: E402
from tests.platform.business import multipart  # noqa: E402
from tests.watcher.house import House, WALLET  # noqa: E402

BANK = {'WINDLASS_PAYOUT_WINDOW_MS': '600000', 'WINDLASS_PAYOUT_QUARANTINE_MS': '2000'}

# Others' systems, played here; and the wrapping key, which is no value.
SIMULATED = ('platform', 'bank', 'log/platform.log', 'log/bank.log', 'hooks', 'log/hooks.log',
             'pg-socket')

# Of these there are too few values to mark one.
COMMON = {'address_country_code': 'BRA', 'birth_country_code': 'BRA', 'id_country_code': 'BRA',
          'bank_account_type': 'savings', 'occupation': '251', 'language_code': 'pt',
          'sex': 'female', 'id_expiration_date': '2099-11-23'}

WORDS = ('first_name', 'last_name', 'additional_name', 'state_or_province', 'city', 'address',
         'birth_place', 'bank_name', 'external_transfer_memo', 'cbu_alias', 'crypto_address',
         'crypto_memo', 'tax_id_name', 'employer_name', 'employer_address', 'id_type',
         'referral_id', 'mobile_money_provider')
NUMBERS = {'postal_code': 13, 'mobile_number': 13, 'bank_account_number': 13, 'bank_number': 14,
           'bank_phone_number': 13, 'bank_branch_number': 15, 'clabe_number': 18,
           'cbu_number': 22, 'tax_id': 13, 'id_number': 16, 'mobile_money_number': 13}
PHONES = ('mobile_number', 'bank_phone_number', 'mobile_money_number')
DOCUMENTS = {'photo_id_front': png, 'photo_id_back': png, 'notary_approval_of_photo_id': pdf,
             'photo_proof_residence': png, 'photo_proof_of_income': pdf, 'proof_of_liveness': png}
CODES = ('mobile_number_verification', 'email_address_verification')
MEMBERS = 49


def texts(marks):
    """A value for every member that is no file and no code."""
    values = {name: marks.word() for name in WORDS}
    values['address'] = f'Rua {marks.word()} 7\n{marks.word()}'
    for name, length in NUMBERS.items():
        values[name] = ('+' if name in PHONES else '') + marks.number(length)
    values['clabe_number'] = clabe(values['clabe_number'])
    values['email_address'] = f'{marks.word()}@{marks.word()}.example.org'
    values['birth_date'] = marks.day(1921, 1949)
    values['id_issue_date'] = marks.day(2002, 2012)
    values['ip_address'] = marks.address()
    return dict(values, **COMMON)


def clabe(number):
    """With the last digit that makes it one."""
    return number[:17] + str(-sum(int(d) * w % 10 for d, w in zip(number[:17], (3, 7, 1) * 6)) % 10)


def documents(marks):
    return {name: make(marks.word()) for name, make in DOCUMENTS.items()}


class Canary:
    def __init__(self, house):
        self.house = house
        self.marks = Marks()
        self.faults = []
        self.passed = 0
        self.ours = f'http://127.0.0.1:{house.env["WINDLASS_PORT"]}'

    def check(self, what, holds, more=''):
        if holds:
            self.passed += 1
        else:
            self.faults.append(what)
        print(f'{"ok" if holds else "not ok"} - {what}{": " if more else ""}{more}', flush=True)

    # --- what is given

    def ask(self, method, path, body=None, kind='application/json'):
        head = {'Content-Type': kind} if body else {}
        call = urllib.request.Request(self.ours + path, body, head, method=method)
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as no:
            return no.code, no.read()

    def put(self, memo, kind, values, expected=(200,)):
        members = dict(values, account=WALLET, memo=str(memo), memo_type='id', type=kind)
        if any(isinstance(value, bytes) for value in values.values()):
            kind, body = multipart(members)
        else:
            kind, body = 'application/json', json.dumps(members).encode()
        status, answer = self.ask('PUT', '/customer', body, kind)
        if status not in expected:
            raise RuntimeError(f'PUT {list(values)}: {status} {answer[:300]}')
        return json.loads(answer).get('id'), answer

    def give(self):
        """People with every member; their ids."""
        marks = self.marks
        sender, _ = self.put(1, 'sep31-sender', texts(marks))
        receiver, _ = self.put(2, 'sep31-receiver', texts(marks))
        both, _ = self.put(3, 'sep31-sender', dict(texts(marks), **documents(marks)))
        # Changed, one by one and at once.
        for name, value in texts(marks).items():
            self.put(4, 'sep31-receiver', {name: value})
        for _ in range(2):
            erased, _ = self.put(5, 'sep31-receiver', dict(texts(marks), **documents(marks)))
        status, _ = self.ask('DELETE', f'/customer/{erased}')
        self.check('a customer with all of it is erased', status == 204)
        return {'sender_id': sender, 'receiver_id': receiver}, both

    def refused(self):
        """What is refused is not said again, and not kept."""
        marks = self.marks
        cases = {name: marks.word() for name in (
            'birth_date', 'mobile_number', 'sex', 'id_issue_date', 'clabe_number', 'ip_address',
            'email_address')}
        cases['first_name'] = marks.word() + 'x' * 300
        cases['photo_id_front'] = marks.word().encode()
        said = b''
        for name, value in cases.items():
            said += self.put(6, 'sep31-sender', {'last_name': marks.word(), name: value},
                             (200, 400))[1]
        for name in CODES:
            said += self.put(6, 'sep31-sender', {name: marks.word()}, (200, 400))[1]
        for broken in ('{"first_name": "%s", "last_name": "%s', '{"first_name": ["%s"], "x": "%s"}',
                       '{"first_name": "%s\\u0000", "last_name": "%s"}'):
            body = broken % (marks.word(), marks.word())
            status, answer = self.ask('PUT', '/customer', body.encode())
            said += answer
            self.check(f'{broken[:24]}... is a 400', status == 400)
        large = marks.word().encode() * (30 << 20 >> 4)
        status, answer = self.ask('PUT', '/customer', large, 'multipart/form-data; boundary=b')
        self.check('too large a body is a 400', status == 400, str(status))
        self.check('what is refused is not said again', not Search(marks.forms()).of(said + answer))

    def pay(self, people):
        """One payment with these people, paid out although much goes wrong."""
        house = self.house
        watcher = house.watcher('a', **BANK)
        house.faults('bank', {'on': 'POST /payouts', 'kind': '500_after', 'nth': 1},
                     {'on': 'GET /payouts/{reference}', 'kind': 'truncate', 'nth': 1})
        tx = house.transaction(people, '101')
        record = house.wait(tx, lambda r: r['status'] == 'pending_sender')
        house.cluster('crash')
        house.cluster('start')
        house.pay([record])
        house.wait(tx, lambda r: r['status'] in ('pending_external', 'completed'))
        watcher.kill()
        watcher.start()
        done = house.wait(tx, lambda r: r['status'] == 'completed', 90)
        self.check('the payment is paid out', done['status'] == 'completed')
        self.check('the bank has got the marked values',
                   bool(Search(self.marks.forms()).folder(house.dir / 'bank')))
        house.until('the audit trail is linked', lambda: house.sql(
            'select count(*) from windlass.audit a left join windlass.audit_link l using (n) '
            'where l.n is null') == [['0']])
        return tx

    # --- what is left

    def said(self, *words):
        done = subprocess.run(words, env=self.house.env, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f'{words[:3]}: {done.stderr.decode()[-300:]}')
        return done.stdout + done.stderr

    def outputs(self, people, tx):
        """What is told to people and programs: name -> bytes."""
        windlass = f'{self.house.env["BUILD"]}/operator/windlass'
        found = {'GET /metrics': self.ask('GET', '/metrics')[1],
                 'GET /health': self.ask('GET', '/health')[1],
                 'pg_dump': self.dump()}
        for words in ([['customer', 'show', one] for one in people]
                      + [['customer', 'list'], ['payment', 'list'], ['payment', 'show', tx],
                         ['payment', 'why', tx], ['audit', 'list', '--limit', '1000'],
                         ['audit', 'verify']]):
            found['windlass ' + ' '.join(words)] = self.said(windlass, *words, '--format', 'json')
        return found

    def dump(self):
        return self.said('pg_dump', '-d', f'{self.house.env["WINDLASS_DATABASE_URL"]} user=owner')

    def try_search(self):
        """Marks that are there on purpose are found, in each place and way."""
        planted = Marks()
        search = Search(planted.forms())
        long = f'{planted.word()} ' * 2000
        for place in ('log/customer.log', 'log/nginx-error.log', 'nginx/body/planted',
                      'run/planted', 'watcher-a/planted'):
            path = self.house.dir / place
            was = path.stat().st_size if path.exists() else None
            path.parent.mkdir(exist_ok=True)
            with open(path, 'ab') as file:
                file.write(f'value={planted.word()}\n'.encode())
            self.check(f'a mark in {place} is found',
                       place in search.folder(self.house.dir, SIMULATED))
            if was is None:
                path.unlink()
            else:
                os.truncate(path, was)
        self.house.sql(f"create table public.planted as select '{long}' as compressed, "
                       f"convert_to('{planted.number()}', 'UTF8') as bytes; checkpoint")
        self.check('marks in a table of the database are found in a dump', len(
            {name.split(',')[0] for name in search.of(self.dump())}) == 2)
        self.check('marks in a table of the database are found in its WAL', any(
            where.startswith('pg/pg_wal/') for where in search.folder(self.house.dir, SIMULATED)))
        self.house.sql('drop table public.planted')

    def search(self, people, tx):
        self.house.sql('checkpoint')
        search = Search(self.marks.forms())
        for what, said in self.outputs(people, tx).items():
            found = search.of(said)
            self.check(f'no mark in {what}', not found, ', '.join(found))
        found = search.folder(self.house.dir, SIMULATED)
        for where, names in found.items():
            self.check(f'no mark in {where}', False, ', '.join(names))
        self.check(f'no mark in {search.files} files, {search.bytes >> 20} MiB', not found)
        self.check('the database and its WAL are among them', search.files > 500
                   and any((self.house.dir / 'pg' / 'pg_wal').iterdir()))
        error_log = (self.house.dir / 'log' / 'nginx-error.log').read_bytes()
        self.check('nginx has put nothing on disk', b'buffered to a temporary file' not in error_log
                   and not [f for f in (self.house.dir / 'nginx').rglob('*')
                            if f.is_file() and f.parent.name in ('body', 'fastcgi', 'proxy')])
        cores = [str(f) for f in self.house.dir.rglob('core*') if f.is_file()]
        self.check('no core file', not cores, ', '.join(cores))

    def run(self):
        given = set(texts(Marks())) | set(DOCUMENTS) | set(CODES)
        self.check('every member is given', len(given) == MEMBERS, str(len(given)))
        people, third = self.give()
        self.refused()
        tx = self.pay(people)
        self.check('at least 200 marked values', self.marks.count >= 200, str(self.marks.count))
        self.try_search()
        self.search([*people.values(), third], tx)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--keep', action='store_true')
    given = parser.parse_args()
    with House(keep=given.keep, WINDLASS_LOG_LEVEL='debug') as house:
        canary = Canary(house)
        canary.run()
    print(f'{canary.passed} passed, {len(canary.faults)} failed')
    return 1 if canary.faults else 0


if __name__ == '__main__':
    sys.exit(main())
