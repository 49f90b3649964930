"""GET /customer where a million customers are stored, beside the same where there are a thousand.

Both sides are ours: the same programs behind the same nginx, a second time on a database of its
own.  Ids are asked for from all over the table.
"""

import os

from tests.bench import figures
from tests.bench.load import Failed, Load
from tests.bench.stand import ACCOUNTS, CONFIG, ROOT, told
from tests.watcher.house import free_ports

NAME = 'get_customer_million'
FEW = 1000
ASKED = 10000
BOOK = ('assets', 'types', 'fees', 'limits', 'prices')

# Whoever is only looked at needs no key and no row in the tally; a million rows are checked, and
# indexed, as always.
FILL = """
    set session_replication_role = replica;
    insert into windlass.customer (id, account, memo_type, memo, version, wrapped_key, sealed,
            fields, types, standing)
        select gen_random_uuid(), (array[{accounts}])[1 + n % {names}], 'id',
            (5000000 + n)::text, 1, decode(repeat('00', 77), 'hex'),
            decode(repeat('00', 320), 'hex'), '{fields}', '{{sep31-sender}}',
            '{{"sep31-sender": "ACCEPTED"}}'
        from generate_series(1, {count}) as n;
    reset session_replication_role;
    vacuum analyze windlass.customer"""


class Small:
    """The second side: a folder of its own, its own port and database."""

    def __init__(self, stand):
        self.stand, self.dir = stand, stand.dir / 'small'
        self.port, tls = free_ports(2)
        url = stand.env['WINDLASS_DATABASE_URL'].replace('dbname=windlass', 'dbname=small')
        self.env = dict(stand.env, WINDLASS_DATABASE_URL=url)
        for folder in ('run', 'log', 'pid', 'nginx'):
            (self.dir / folder).mkdir(parents=True)
        changed = {'WINDLASS_RUN_DIR': self.dir / 'run', 'WINDLASS_PORT': self.port,
                   'WINDLASS_TLS_PORT': tls, 'WINDLASS_DATABASE_URL': url}
        lines = []
        for line in (stand.dir / 'settings').read_text().splitlines():
            name = line.partition('=')[0]
            lines.append(f"{name}='{changed[name]}'" if name in changed else line)
        (self.dir / 'settings').write_text('\n'.join(lines) + '\n')

    def __enter__(self):
        self.stand.sql('create database small')
        told(['sh', ROOT / 'sql' / 'migrate.sh'], dict(
            self.env, WINDLASS_DATABASE_URL=f'{self.env["WINDLASS_DATABASE_URL"]} user=owner'))
        for kind in BOOK:
            told([f'{self.env["BUILD"]}/operator/windlass', 'load', kind, CONFIG / f'{kind}.json'],
                 self.env)
        for part in ('customer', 'nginx'):
            self.part('up', part)
        return self

    def __exit__(self, *_):
        for part in ('nginx', 'customer'):
            self.part('down', part)

    def part(self, verb, part):
        told([ROOT / 'tests' / 'stack.sh', verb, self.dir, part], dict(os.environ))

    def sql(self, statement):
        return sql(self.env, statement)


def sql(env, statement):
    done = told(['psql', '-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d',
                 f'{env["WINDLASS_DATABASE_URL"]} user=owner'], given=statement.encode())
    return [line.split('\t') for line in done.decode().splitlines()]


def fill(env, fields, count):
    accounts = [name for names in ACCOUNTS for name in names]
    sql(env, FILL.format(accounts=','.join(f"'{name}'" for name in accounts), names=len(accounts),
                         fields=fields, count=count))


def targets(stand, name, env):
    """Ids from all over the table, in no order."""
    ids = sql(env, 'select id from windlass.customer where memo::bigint > 5000000 '
                   f'order by md5(id::text) limit {ASKED}')
    lines = [f'/customer?id={one[0]}&type=sep31-sender' for one in ids]
    return Load('targets', stand.file(f'{name}.targets', '\n'.join(lines).encode() + b'\n'), 16,
                '"status":"ACCEPTED"')


def measure(stand, given):
    stand.people(1)
    fields = stand.sql("select fields from windlass.customer where memo_type = 'id' "
                       "and memo = '1'")[0][0]
    with Small(stand) as small:
        fill(small.env, fields, FEW)
        fill(stand.env, fields, given.stored)
        loads = {stand.port: targets(stand, 'many', stand.env),
                 small.port: targets(stand, 'few', small.env)}
        runs = {port: [] for port in loads}
        try:
            for port, load in loads.items():
                stand.wrk.run(port, load, figures.WARM_SECONDS, True)
            for _ in range(given.rounds):
                for port, load in loads.items():
                    runs[port].append(stand.wrk.run(port, load, given.seconds))
        except Failed as why:
            raise Failed(f'{NAME}: {why}') from None
    return figures.Result(NAME, *runs.values())
