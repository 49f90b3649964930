"""The two stacks that are measured against each other, with the same nginx in front.

Ours is tests/stack.sh as it is.  The floor is a second folder of the same kind, in which the
programs called customer and rate are floor.c: stack.sh starts them and an nginx with our own
configuration, other sockets and another port.
"""

import hashlib
import json
import os
import pathlib
import subprocess

from tests.bench.load import Failed, Wrk
from tests.platform import strkey
from tests.watcher.house import BRL, SENDER, USDC, House, free_ports

KEY = 'bench-callback-key-0123456789abcdef'
ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = ROOT / 'config'

# 32 clients, each with caps of its own, ask under 8 accounts each: nginx lets an account ask 200
# times a second (nginx/limits.conf, in force as it is), so all together may ask 51,200 times.
CLIENTS, NAMES = 32, 8
POOL_ROWS = 64


def account(what):
    return strkey.encode('G', hashlib.sha256(what.encode()).digest())


ACCOUNTS = [[account(f'client {c} name {n}') for n in range(NAMES)] for c in range(CLIENTS)]


def told(command, env=None, given=None):
    """What it says, as bytes; or why it did not."""
    done = subprocess.run(command, env=env, input=given, capture_output=True)
    if done.returncode != 0:
        raise Failed(f'{pathlib.Path(command[0]).name}: '
                     f'{(done.stderr or done.stdout).decode().strip()}')
    return done.stdout


class Stand(House):
    def __init__(self, **settings):
        super().__init__(CALLBACK_API_AUTH_TYPE='api_key', SECRET_CALLBACK_API_AUTH_SECRET=KEY,
                         **settings)
        self.floor_port = free_ports(1)[0]
        self.floor_dir = self.dir / 'floor'
        self.wrk = Wrk(KEY)

    def __enter__(self):
        super().__enter__()
        try:
            self.sql((ROOT / 'tests' / 'bench' / 'floor.sql').read_text())
            self.load_book()
            self.build_floor()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *why):
        for part in ('nginx', 'customer', 'rate'):
            if (self.floor_dir / 'settings').exists():
                self.floor('down', part)
        super().__exit__(*why)

    @property
    def port(self):
        return int(self.env['WINDLASS_PORT'])

    # --- the book: money enough for every quote, and terms for each client

    def load_book(self):
        terms = json.loads((CONFIG / 'terms.json').read_text())
        terms['default']['caps']['brl'] = '1000000000000'
        terms['clients'] = [dict(terms['clients'][0], names=names, caps=terms['default']['caps'])
                            for names in ACCOUNTS]
        pools = json.loads((CONFIG / 'pools.json').read_text())
        pools['pools'][0]['rows'] = POOL_ROWS
        pools['movements'] = [{'reference': 'bench', 'pool': 'brl', 'amount': '9000000000000'}]
        limits = json.loads((CONFIG / 'limits.json').read_text())
        for payout in limits['payouts']:
            payout.update(per_day='900000000000', per_beneficiary='900000000000')
        for kind, document in (('terms', terms), ('pools', pools), ('limits', limits)):
            path = self.dir / f'{kind}.json'
            path.write_text(json.dumps(document))
            told([f'{self.env["BUILD"]}/operator/windlass', 'load', kind, path], self.env)

    # --- the floor

    def build_floor(self):
        build = self.floor_dir / 'build'
        for folder in ('build', 'run', 'log', 'pid', 'nginx'):
            (self.floor_dir / folder).mkdir(parents=True)
        for name in ('customer', 'rate'):
            (build / name).symlink_to(f'{self.env["BUILD"]}/tests/bench/floor')
        changed = {'BUILD': build, 'WINDLASS_RUN_DIR': self.floor_dir / 'run',
                   'WINDLASS_PORT': self.floor_port}
        lines = []
        for line in (self.dir / 'settings').read_text().splitlines():
            name = line.partition('=')[0]
            if name == 'WINDLASS_TLS_PORT':
                changed[name] = free_ports(1)[0]
            lines.append(f"{name}='{changed[name]}'" if name in changed else line)
        (self.floor_dir / 'settings').write_text('\n'.join(lines) + '\n')
        self.floor('up', 'nginx')

    def floor(self, verb, part, **env):
        if verb == 'up':    # its socket tells that it is there
            (self.floor_dir / 'run' / f'{part}.sock').unlink(missing_ok=True)
        told([ROOT / 'tests' / 'stack.sh', verb, self.floor_dir, part], dict(os.environ, **env))

    def sql(self, statement):
        done = told(['psql', '-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d',
                     f'{self.env["WINDLASS_DATABASE_URL"]} user=owner', '-c', statement])
        return [line.split('\t') for line in done.decode().splitlines()]

    def floor_words(self, part):
        """The last that it said besides its log lines."""
        log = (self.floor_dir / 'log' / f'{part}.log').read_text()
        return ' '.join([line for line in log.splitlines() if not line.startswith('ts=')][-1:])

    # --- what is asked for

    def ask(self, method, target, body=None, media='application/json'):
        """Our own answer, as bytes."""
        command = ['curl', '-sS', '--fail-with-body', '-X', method, '-H', f'X-Api-Key: {KEY}', '-H',
                   f'Content-Type: {media}', f'http://127.0.0.1:{self.port}{target}']
        if body is not None:
            command += ['--data-binary', '@-']
        return told(command, given=body)

    def file(self, name, content):
        path = self.dir / name
        path.write_bytes(content)
        return path

    def people(self, count):
        """So many customers as a SEP-31 sender is, on all the accounts: (id, account, memo)."""
        if self.sql('select count(*) from floor.customer') == [['0']]:
            self.copy_customers(count)
        return self.sql('select id, account, memo from floor.customer order by memo')

    def copy_customers(self, count):
        given = self.ask('PUT', '/customer', json.dumps(dict(
            SENDER, account=ACCOUNTS[0][0], memo='1', memo_type='id',
            type='sep31-sender')).encode())
        one = json.loads(given)['id']
        accounts = ','.join(f"'{name}'" for names in ACCOUNTS for name in names)
        # Whoever reads them needs no key: each is what the first one was.
        self.sql(f"""
            insert into windlass.customer (id, account, memo_type, memo, version, wrapped_key,
                    sealed, fields, types)
                select gen_random_uuid(), (array[{accounts}])[1 + n % {CLIENTS * NAMES}], 'id',
                    (1000000 + n)::text, version, wrapped_key, sealed, fields, types
                from windlass.customer, generate_series(1, {count}) as n where id = '{one}';
            insert into floor.customer select * from windlass.customer where id <> '{one}'""")
        self.sql('vacuum analyze windlass.customer')
        self.sql('vacuum analyze floor.customer')

    def rate_target(self, kind, client):
        return (f'/rate?type={kind}&sell_asset={USDC}&sell_amount=11&buy_asset={BRL}'
                f'&buy_delivery_method=PIX&country_code=BR&client_id={client}')

    # --- what is left afterwards

    def resident(self, name):
        """RssAnon of a program's largest worker in kB, by the kernel's word."""
        parent = (self.dir / 'pid' / name).read_text().split()[0]
        tasks = pathlib.Path(f'/proc/{parent}/task/{parent}/children').read_text().split()
        return max(anonymous(pid) for pid in tasks or [parent])


def anonymous(pid):
    try:
        lines = pathlib.Path(f'/proc/{pid}/status').read_text().splitlines()
    except OSError:
        return 0    # it has left
    return next((int(line.split()[1]) for line in lines if line.startswith('RssAnon:')), 0)
