"""Sends the corpus to a running stack, and holds every answer and the database against it.

    send.py CASES STATE URL [WORDS]

Of every case: the status; an error that is one text and names the field; no value of the request
in the answer; nothing that would make the platform's client send it again; a refused one leaves
every row as it was; one that is taken says what GET says, and again changes nothing.
Of all: the same workers from the first to the last; one 404 for all ids that are not theirs; no
value in any log; no word of an endpoint beside its log lines; every member of SEP-9 is once taken
and once refused.
"""

import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

import case
import wire

HERE = pathlib.Path(__file__).parent
ROWS = '''select (select count(*) || ' customers, ' || coalesce(sum(version), 0) || ' versions, '
    from windlass.customer) || (select count(*) || ' documents, ' from windlass.document)
    || (select count(*) || ' chunks, ' from windlass.document_chunk)
    || (select count(*) || ' notices, ' from windlass.customer_notice)
    || (select count(*) || ' audited' from windlass.audit)'''
NAMES = {
    'WALLET': 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW',
    'OTHER': 'GB747NU5PZUCARSFX6XHO3G6XVCPHQRVS5TFMWNWJ7QNZNL5REP23LFE',
    # WALLET with the id 7953358041; a contract.
    'MUXED': 'MCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAAAAAAA5UDU43HFO2',
    'CONTRACT': 'CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O',
    'NOBODY': 'd7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe',
    'TX': '8bb90745-a585-49c2-aaa3-0c7b59dbb4d4',
}
LEAST_CASES = 300
SHORT = 4  # a value of fewer bytes may be in an answer by chance


class Database:
    """One psql for all questions."""

    def __init__(self, state: pathlib.Path) -> None:
        self.psql = subprocess.Popen(
            ['psql', '-X', '-q', '-A', '-t', '-d',
             f'host={state}/pg-socket dbname=windlass user=owner'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, query: str) -> str:
        assert self.psql.stdin and self.psql.stdout
        self.psql.stdin.write(f'{query};\n\\echo -- end\n')
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline()) not in ('-- end\n', ''):
            lines.append(line.rstrip('\n'))
        return '\n'.join(lines)

    def close(self) -> None:
        assert self.psql.stdin and self.psql.stdout
        self.psql.stdin.close()
        self.psql.wait()
        self.psql.stdout.close()


class Sender:
    def __init__(self, url: str, db: Database, writer: case.Writer) -> None:
        self.url, self.db, self.writer = url, db, writer
        self.unknown: set[bytes] = set()  # bodies that say of an id that there is nobody

    def send(self, one: case.Case, n: int = 0) -> wire.Answer:
        m = self.writer.message(one, n)
        return wire.exchange(self.url, wire.message(one.method, m.target, m.headers, m.body),
                             is_cut=one.status is None)

    def get(self, one: case.Case) -> wire.Answer:
        target = (f'/customer?account={NAMES["WALLET"]}&memo={one.memo}&memo_type=id'
                  '&type=sep31-sender')
        raw = wire.message('GET', target.encode(),
                           [('Host', b'localhost'), ('Connection', b'close')], b'')
        return wire.exchange(self.url, raw)

    def faults(self, one: case.Case) -> list[str]:
        before = self.db.ask(ROWS)
        with concurrent.futures.ThreadPoolExecutor(one.times) as pool:
            answers = list(pool.map(lambda n: self.send(one, n), range(one.times)))
        faults = []
        for n, answer in enumerate(answers):
            faults += answer_faults(one, answer, self.writer.message(one, n).given)
            if one.status == 404 and one.field == 'customer':
                self.unknown.add(answer.body)
        if one.method == 'PUT' and one.status == 200:
            return faults or self.taken_faults(one, answers[0])
        if one.method != 'DELETE' or one.status != 204:
            after = self.db.ask(ROWS)
            if after != before:
                faults.append(f'rows were {before}; now {after}')
        return faults

    def taken_faults(self, one: case.Case, answer: wire.Answer) -> list[str]:
        """What was taken is there, once, and GET says the same."""
        if one.body.split(' ')[0] not in ('set', 'parts'):
            return []
        before, faults = self.db.ask(ROWS), []
        if one.times == 1 and self.get(one).body != answer.body:
            faults.append('GET says something else')
        stored = self.db.ask("select string_agg(fields::text, '|') from windlass.customer"
                             f" where memo = '{one.memo}'")
        given = set()
        for n in range(one.times):
            if self.send(one, n).status != 200:
                faults.append('is refused when sent again')
            values = self.writer.message(one, n).given
            given |= {name for name, value in values.items() if value}
        for name in sorted(given - {'shoe_size'}):
            if f'"{name}"' not in stored:
                faults.append(f'{name} is not stored')
        if '|' in stored:
            faults.append('made more than one customer')
        if self.db.ask(ROWS) != before:
            faults.append('changes rows when sent again')
        return faults


def answer_faults(one: case.Case, answer: wire.Answer, given: dict[str, bytes]) -> list[str]:
    faults = []
    if answer.status != one.status:
        faults.append(f'status {answer.status}, not {one.status}: {answer.body[:200]!r}')
    if answer.status is None:
        return faults
    if 'retry-after' in answer.headers:
        faults.append('has Retry-After')
    if answer.status >= 400:
        faults += error_faults(one, answer)
    for name, value in given.items():
        if len(value) >= SHORT and value in answer.body:
            faults.append(f'the value of {name} is in the answer')
    if one.secret.encode() in answer.body:
        faults.append('a value of the request is in the answer')
    return faults


def error_faults(one: case.Case, answer: wire.Answer) -> list[str]:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return [f'no JSON: {answer.body[:200]!r}']
    if list(body) != ['error'] or not isinstance(body['error'], str):
        return [f'no error of our shape: {answer.body[:200]!r}']
    if not answer.headers.get('content-type', '').startswith('application/json'):
        return [f'Content-Type is {answer.headers.get("content-type")}']
    if one.field != '-' and not re.search(rf'\b{re.escape(one.field)}\b', body['error']):
        return [f'does not name {one.field}: {body["error"]}']
    return []


def workers(state: pathlib.Path) -> list[str]:
    parent = (state / 'pid/customer').read_text().split()[0]
    return sorted(pathlib.Path(f'/proc/{parent}/task/{parent}/children').read_text().split())


def make(url: str, account: str, memo: str) -> str:
    """A customer of that account, accepted as a sender; its id."""
    values = {'account': account, 'type': 'sep31-sender', 'memo': memo, 'memo_type': 'id',
              'first_name': 'Ines', 'last_name': 'Duarte', 'email_address': 'ines@example.net',
              'address_country_code': 'PRT', 'birth_date': '1981-11-30'}
    body = json.dumps(values).encode()
    raw = wire.message('PUT', b'/customer',
                       [('Host', b'localhost'), ('Connection', b'close'),
                        ('Content-Type', b'application/json'),
                        ('Content-Length', str(len(body)).encode())], body)
    answer = wire.exchange(url, raw)
    assert answer.status == 200, answer
    return json.loads(answer.body)['id']


def erase(url: str, customer: str) -> None:
    raw = wire.message('DELETE', f'/customer/{customer}'.encode(),
                       [('Host', b'localhost'), ('Connection', b'close')], b'')
    assert wire.exchange(url, raw).status == 204


def people(url: str) -> dict[str, str]:
    made = {'ID': make(url, NAMES['WALLET'], '9001'), 'FOREIGN': make(url, NAMES['OTHER'], '9002'),
            'ERASED': make(url, NAMES['WALLET'], '9003')}
    erase(url, made['ERASED'])
    return made


def members() -> dict[str, tuple[str, str]]:
    """Of the program's own table: name, kind and greatest length."""
    table = (HERE / '../../common/sep9.c').read_text()
    rows = re.findall(r'^\t\{ "(\w+)", SEP9_(\w+), (\d+),', table, re.M)
    return {name: (kind, most) for name, kind, most in rows}


def api_faults() -> list[str]:
    api = (HERE / '../../api/callbacks.openapi.yaml').read_text()
    said = dict(re.findall(r'^ +(\w+): .*"maxLength": (\d+)\b', api, re.M))
    return [f'{name}: {most} bytes' for name, (kind, most) in members().items()
            if kind != 'BINARY' and said.get(name) != most]


def uncovered(cases: list[case.Case]) -> list[str]:
    """Members that no case gives well, or that no case gives badly."""
    faults = []
    for name, (kind, _) in members().items():
        mine = [one for one in cases if re.search(rf'\b{name}[=@]', one.body)]
        if kind != 'CODE' and not any(one.status == 200 for one in mine):
            faults.append(f'{name} is never taken')
        if not any(one.status == 400 and one.field == name for one in mine):
            faults.append(f'{name} is never refused')
    return faults


def log_faults(state: pathlib.Path, cases: list[case.Case]) -> list[str]:
    faults = []
    for log in sorted((state / 'log').iterdir()):
        text = log.read_text(errors='replace')
        faults += [f'{log.name} has a value of: {one.name}' for one in cases if one.secret in text]
        if log.stem in ('customer', 'rate', 'event', 'status'):
            faults += [f'{log.name} says: {line[:200]}' for line in text.splitlines()
                       if not line.startswith('ts=')]
    return faults


class Tap:
    def __init__(self) -> None:
        self.count = self.failed = 0

    def say(self, name: str, faults: list[str]) -> None:
        self.count += 1
        self.failed += bool(faults)
        print(f'{"not ok" if faults else "ok"} {self.count} - {name}', flush=True)
        for fault in faults:
            print(f'#  {fault}')


def main() -> int:
    path, state, url, *words = sys.argv[1:]
    folder = pathlib.Path(state)
    cases, tap = list(case.read_cases(path)), Tap()
    database = Database(folder)
    today = datetime.date.fromisoformat(database.ask(
        "select (windlass.now() at time zone 'utc')::date"))
    sender = Sender(url, database, case.Writer(NAMES | people(url), today))
    began = workers(folder)
    for one in cases:
        if all(word in one.name for word in words):
            tap.say(one.name, sender.faults(one))
    database.close()
    ended = workers(folder)
    tap.say('the workers are the same from the first case to the last',
            [] if began == ended and began else [f'{began}, then {ended}'])
    tap.say('whose customer it is, and whether there ever was one, cannot be told from a 404',
            [] if len(sender.unknown) < 2 else [str(sender.unknown)])
    tap.say('no value is in any log, and endpoints say nothing else', log_faults(folder, cases))
    if not words:
        tap.say('api/ has the same greatest lengths', api_faults())
        names = [one.name for one in cases]
        tap.say('every member is once taken and once refused', uncovered(cases))
        tap.say(f'there are {LEAST_CASES} cases or more, each with its own name',
                [] if len(set(names)) == len(names) >= LEAST_CASES else [f'{len(set(names))}'])
    print(f'1..{tap.count}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    os.environ.pop('PGOPTIONS', None)
    sys.exit(main())
