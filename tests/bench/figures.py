"""The figures of the endpoints: what is asked of ours and of its floor, and how often a second.

A figure is a row of FIGURES.  Both sides stay up while it is measured, and are asked by turns.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.load import Failed, Load
from tests.bench.stand import ACCOUNTS, Stand
from tests.documents.samples import jpeg_of
from tests.platform.business import multipart
from tests.watcher.house import SENDER

PLACE = '@' * 14    # of the memo, see load.lua
PHOTO_BYTES = 1 << 20
WARM_SECONDS, NGINX_SECONDS = 1, 2


@dataclass
class Figure:
    name: str
    endpoint: str
    load: Callable[[Stand, int], tuple[Load, bytes]]    # also the answer that the floor gives
    settle: Callable[[Stand], None] = lambda stand: None    # before each run
    check: Callable[[Stand, int], None] = lambda stand, answers: None   # after all of them


@dataclass
class Result:
    name: str
    ours: list      # Run of each round
    floor: list

    def line(self):
        ours, floor = (median(run.rate for run in side) for side in (self.ours, self.floor))
        ratios = [mine.rate / its.rate for mine, its in zip(self.ours, self.floor)]
        late = [late_of(side) for side in (self.ours, self.floor)]
        return (f'{self.name} {shown(ours)} {shown(floor)} {ours / floor:.3f} {late[0]} {late[1]} '
                f'{min(ratios):.3f} {max(ratios):.3f}')


def shown(rate):
    return f'{rate:.0f}' if rate >= 1000 else f'{rate:.1f}'


def late_of(runs):
    if any(run.p99 is None for run in runs):
        return '-'
    return f'{median(run.p99 for run in runs):.2f}'


# --- what is asked

def targets(stand, name, lines, connections, wanted, checked=False):
    load = Load('targets', stand.file(f'{name}.targets', '\n'.join(lines).encode() + b'\n'),
                connections, wanted, checked)
    return load, stand.ask('GET', lines[0])


def by_id(stand, customers):
    lines = [f'/customer?id={one[0]}&type=sep31-sender' for one in stand.people(customers)]
    return targets(stand, 'id', lines, 16, '"status":"ACCEPTED"')


def by_account(stand, customers):
    lines = [f'/customer?account={account}&memo={memo}&memo_type=id&type=sep31-sender'
             for _, account, memo in stand.people(customers)]
    return targets(stand, 'account', lines, 16, '"status":"ACCEPTED"')


def bodies(stand, name, media, body, connections):
    load = Load('bodies', stand.file(f'{name}.body', media.encode() + b'\n' + body), connections,
                '"status":"ACCEPTED"')
    return load, stand.ask('PUT', '/customer', body.replace(PLACE.encode(), b'1' * len(PLACE)),
                           media)


def new_customer():
    return dict(account=ACCOUNTS[0][0], memo=PLACE, memo_type='id', type='sep31-sender', **SENDER)


def customer_body(stand, _):
    body = json.dumps(new_customer(), ensure_ascii=False).encode()
    return bodies(stand, 'customer', 'application/json; charset=utf-8', body, 16)


def document_body(stand, _):
    media, body = multipart(dict(new_customer(), photo_id_front=jpeg_of(PHOTO_BYTES)))
    return bodies(stand, 'document', media, body, 8)


def no_documents(stand):
    # In the order in which requests that are still under way write them.
    stand.sql('truncate windlass.document_chunk, windlass.document, floor.document_chunk, '
              'floor.document')
    settled(stand)


def settled(stand):
    """What is written goes to the disk before the run, not in it."""
    stand.sql('checkpoint')


def buys(answer):
    return f'"buy_amount":"{json.loads(answer)["rate"]["buy_amount"]}"'


def names():
    """All accounts, client after client: neighbours are of different ones."""
    return [one for turn in zip(*ACCOUNTS) for one in turn]


def indicative(stand, _):
    lines = [stand.rate_target('indicative', one) for one in names()]
    wanted = buys(stand.ask('GET', lines[0]))
    return targets(stand, 'indicative', lines, 16, wanted)


def firm(stand, _):
    lines = [stand.rate_target('firm', one) for one in names()]
    wanted = buys(stand.ask('GET', lines[0]))
    return targets(stand, 'firm', lines, 32, wanted, checked=True)


def pool_balances(stand, answers):
    """Each answer is a quote with its hold, and no pool row or client has lost count."""
    quotes, held, rows, most = stand.sql(
        "select (select count(*) from windlass.quote), "
        "(select sum(amount) from windlass.hold where pool = 'brl'), "
        "(select sum(held) from windlass.pool_row where pool = 'brl'), "
        "(select sum(most) from windlass.client_pool where pool = 'brl')")[0]
    if int(quotes) < answers or held != rows or held != most:
        raise Failed(f'{answers} firm quotes were answered, {quotes} stored; parts {held}, '
                     f'pool rows {rows}, clients {most}')


FIGURES = [
    Figure('get_customer_id', 'customer', by_id),
    Figure('get_customer_account', 'customer', by_account),
    Figure('put_customer', 'customer', customer_body, settle=settled),
    Figure('put_document', 'customer', document_body, settle=no_documents),
    Figure('rate_indicative', 'rate', indicative),
    Figure('rate_firm', 'rate', firm, settle=settled, check=pool_balances),
]

# What of a floor goes by another name than its figure.
KINDS = {'rate_indicative': 'echo'}


# --- how it is measured

def measure(stand, figure, given):
    load, answer = figure.load(stand, given.customers)
    kind = KINDS.get(figure.name, figure.name)
    stand.floor('up', figure.endpoint, FLOOR_KIND=kind,
                FLOOR_ANSWER=str(stand.file(f'{figure.name}.answer', answer)))
    try:
        sides = {stand.port: [], stand.floor_port: []}
        warm = {port: stand.wrk.run(port, load, WARM_SECONDS, True) for port in sides}
        for _ in range(given.rounds):
            for port, runs in sides.items():
                figure.settle(stand)
                runs.append(stand.wrk.run(port, load, given.seconds))
        ours = [warm[stand.port], *sides[stand.port]]
        figure.check(stand, sum(run.answers for run in ours))
    except Failed as why:
        raise Failed(f'{figure.name}: {why} {stand.floor_words(figure.endpoint)}') from None
    finally:
        stand.floor('down', figure.endpoint)
    return Result(figure.name, *sides.values())


def nginx_alone(stand):
    """It answers a path that is nobody's by itself."""
    load = Load('targets', stand.file('none.targets', b'/none\n'), 16, refused=True)
    return stand.wrk.run(stand.port, load, NGINX_SECONDS).rate
