"""The corpus as a file of cases, one a line; what the words in it stand for.

    NAME | METHOD TARGET | HEADERS | BODY | STATUS | FIELD

METHOD    "PUT*8": eight at the same time
HEADERS   "-": those that go with the body; "Name: value" sets one, "!Name" leaves it out; " & "
BODY      "-"                 none
          "set A=B ;; C=D"    JSON: a customer of their own, a good last_name beside it
          "fix A=B ;; C=D"    JSON: the customer {ID} of WALLET
          "parts A=B ;; C@D"  a form as the platform sends it, of a customer of their own;
                              C@D: the file D; C@D@TYPE: said to be TYPE
          "json TEXT"         as it is
          "form TEXT"         as it is, with the boundary b
STATUS    "none": the connection ends without an answer
FIELD     what the error must name, "-" for nothing in particular

In TARGET, HEADERS and BODY \\xNN, \\r, \\n, \\t, \\0 and \\\\ are bytes, and {words} stand for:
{a*300} 300 times a; {today}, {today+1}, {today-1} days, as the database sees them; {n} which of
those at the same time it is; {member} another member for each of them; {secret} a text that no
answer and no log may have; a document of files.py; a name given by send.py, such as {WALLET}.
"""

import dataclasses
import datetime
import json
import re
import typing

from files import FILES

TOKEN = re.compile(r'\\x([0-9a-fA-F]{2})|\\([rnt0\\])|\{([^{}"\s:,]{1,60})\}|(.)', re.S)
ESCAPES = {'r': b'\r', 'n': b'\n', 't': b'\t', '0': b'\0', '\\': b'\\'}
BOUNDARY = b'2a13ee50-853a-4181-8f59-daa8a306a1ab'
MEMBERS = ('first_name', 'employer_name', 'additional_name', 'city', 'address', 'tax_id', 'id_type',
           'id_number')
# Values that tell whom a request is about, and words of a list that the error tells.
IN_ANSWERS = {'sex', 'bank_account_type', 'id', 'account', 'memo', 'memo_type', 'type', 'lang',
              'transaction_id'}


@dataclasses.dataclass
class Case:
    number: int
    name: str
    method: str
    times: int
    target: str
    headers: str
    body: str
    status: int | None
    field: str

    @property
    def secret(self) -> str:
        return f'Qz{self.number}kanari'

    @property
    def memo(self) -> str:
        return str(70_000_000 + self.number)


def read_cases(path: str) -> typing.Iterator[Case]:
    with open(path, encoding='utf-8') as file:
        lines = [line.rstrip('\n') for line in file]
    for number, line in enumerate(lines, 1):
        if not line or line.startswith('#'):
            continue
        try:
            name, request, headers, body, status, field = re.split(r' +\| ', line)
            method, target = request.split(' ', 1)
            method, _, times = method.partition('*')
            yield Case(number, name, method, int(times or 1), target, headers, body,
                       None if status == 'none' else int(status), field)
        except ValueError as why:
            raise SystemExit(f'{path}: line {number}: {why}') from why


@dataclasses.dataclass
class Message:
    target: bytes
    headers: list[tuple[str, bytes]]
    body: bytes
    given: dict[str, bytes]  # values that are personal


class Writer:
    """Turns cases into bytes."""

    def __init__(self, names: dict[str, str], today: datetime.date) -> None:
        self.names = {name: text.encode() for name, text in names.items()}
        self.today = today

    def word(self, case: Case, n: int, word: str) -> bytes:
        own = {'secret': case.secret, 'memo': case.memo, 'n': str(n),
               'member': MEMBERS[n % len(MEMBERS)]}
        if word in own:
            return own[word].encode()
        if word in self.names:
            return self.names[word]
        if word in FILES:
            return FILES[word]
        if repeat := re.fullmatch(r'(.+)\*(\d+)', word):
            return self.text(case, n, repeat[1]) * int(repeat[2])
        if day := re.fullmatch(r'today([+-]\d+)?', word):
            return str(self.today + datetime.timedelta(int(day[1] or 0))).encode()
        raise SystemExit(f'{case.name}: what is {{{word}}}?')

    def text(self, case: Case, n: int, text: str) -> bytes:
        out = b''
        for byte, escape, word, other in TOKEN.findall(text):
            if byte:
                out += bytes([int(byte, 16)])
            elif escape:
                out += ESCAPES[escape]
            elif word:
                out += self.word(case, n, word)
            else:
                out += other.encode()
        return out

    def about(self, case: Case, verb: str) -> dict[str, bytes]:
        if verb == 'fix':
            return {'id': self.names['ID'], 'account': self.names['WALLET']}
        return {'account': self.names['WALLET'], 'memo': case.memo.encode(), 'memo_type': b'id',
                'type': b'sep31-sender', 'last_name': case.secret.encode()}

    def as_json(self, case: Case, n: int, verb: str, text: str) -> tuple[bytes, dict[str, bytes]]:
        values = self.about(case, verb)
        for one in text.split(' ;; ') if text else ():
            name, _, value = one.partition('=')
            values[self.text(case, n, name).decode()] = self.text(case, n, value)
        body = json.dumps({name: value.decode() for name, value in values.items()},
                          ensure_ascii=False)
        return body.encode(), values

    def as_form(self, case: Case, n: int, text: str) -> tuple[bytes, dict[str, bytes]]:
        values, body = self.about(case, 'parts'), b''
        texts = dict(values)
        for one in text.split(' ;; ') if text else ():
            if '=' in one.partition('@')[0]:
                name, _, value = one.partition('=')
                values[name] = texts[name] = self.text(case, n, value)
                continue
            name, word, kind = (one.split('@') + ['application/octet-stream'])[:3]
            content = self.text(case, n, word)
            camel = re.sub('_(.)', lambda m: m[1].upper(), name)
            body += part(f'form-data; name="{name}"; filename="{camel}"', content, kind)
        for name, value in texts.items():
            body += part(f'form-data; name="{name}"', value, '')
        return body + b'--' + BOUNDARY + b'--\r\n', values

    def message(self, case: Case, n: int = 0) -> Message:
        verb, _, text = case.body.partition(' ')
        given: dict[str, bytes] = {}
        kind, body = b'application/json; charset=utf-8', b''
        if verb in ('set', 'fix'):
            body, given = self.as_json(case, n, verb, text)
        elif verb == 'json':
            body = self.text(case, n, text)
        elif verb == 'form':
            kind, body = b'multipart/form-data; boundary=b', self.text(case, n, text)
        elif verb == 'parts':
            kind = b'multipart/form-data; boundary=' + BOUNDARY
            body, given = self.as_form(case, n, text)
        elif verb != '-':
            raise SystemExit(f'{case.name}: what is a body "{verb}"?')
        return Message(self.text(case, n, case.target), self.head(case, n, verb, kind, body), body,
                       {name: value for name, value in given.items() if name not in IN_ANSWERS})

    def head(self, case: Case, n: int, verb: str, kind: bytes, body: bytes,
             ) -> list[tuple[str, bytes]]:
        headers = [('Host', b'localhost'), ('Connection', b'close')]
        if verb != '-':
            headers += [('Content-Type', kind), ('Content-Length', str(len(body)).encode())]
        said = case.headers.split(' & ') if case.headers != '-' else []
        names = {one.lstrip('!').partition(':')[0].lower() for one in said}
        headers = [pair for pair in headers if pair[0].lower() not in names]
        for one in said:
            name, _, value = one.partition(':')
            if not name.startswith('!'):
                headers.append((name, self.text(case, n, value.lstrip(' '))))
        return headers


def part(disposition: str, content: bytes, kind: str) -> bytes:
    head = f'Content-Disposition: {disposition}\r\n'
    if kind:
        head += f'Content-Type: {kind}\r\n'
    head += f'Content-Length: {len(content)}\r\n\r\n'
    return b'--' + BOUNDARY + b'\r\n' + head.encode() + content + b'\r\n'
