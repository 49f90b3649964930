"""A whole stack on free ports, for tests of the watcher: what a wallet does, and who watches.

    with House() as house:
        watcher = house.watcher('a')            starts one; kill(), end(), running
        people = house.customers()
        tx = house.transaction(people, '11')
        ...

The stack is tests/stack.sh, without its own watcher.  What the bank and the platform did is told
by their own books.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from http.client import RemoteDisconnected

from tests.psql import Psql

ROOT = pathlib.Path(__file__).resolve().parents[2]
ISSUER = 'GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
USDC = f'stellar:USDC:{ISSUER}'
BRL = 'iso4217:BRL'
WALLET = 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW'

SENDER = {
    'first_name': 'Ana', 'last_name': 'Souza', 'email_address': 'ana@example.org',
    'address_country_code': 'USA', 'birth_date': '1990-04-12',
}
RECEIVER = {
    'first_name': 'João', 'last_name': 'Almeida', 'email_address': 'joao@example.org',
    'address_country_code': 'BRA', 'bank_account_number': '000123456', 'bank_number': '341',
    'bank_branch_number': '0001', 'tax_id': '12345678909',
}


class Refused(Exception):
    """An HTTP status of 400 or more."""


def http(method, url, body=None, timeout=60):
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {'Content-Type': 'application/json'}, method=method)
    for again in range(20, -1, -1):
        try:
            with urllib.request.urlopen(call, timeout=timeout) as answer:
                text = answer.read()
            return json.loads(text) if text else None
        except urllib.error.HTTPError as fault:
            raise Refused(f'{method} {url}: {fault.code} {fault.read()[:300]}') from None
        except (urllib.error.URLError, ConnectionResetError) as fault:
            # A simulator that refuses connections on purpose is back in a moment; those that it
            # had not accepted yet are reset, unheard.
            why = getattr(fault, 'reason', fault)
            if not again or isinstance(why, RemoteDisconnected) \
                    or not isinstance(why, (ConnectionRefusedError, ConnectionResetError)):
                raise
            time.sleep(0.1)
    return None


# Names of ports, as abstract sockets: while this process lives no other house is given them,
# though it may be long until somebody listens there.
PROMISED = []


def free_ports(count):
    held, ports = [], []
    while len(ports) < count:
        held.append(socket.socket())
        held[-1].bind(('127.0.0.1', 0))
        port, promise = held[-1].getsockname()[1], socket.socket(socket.AF_UNIX)
        try:
            promise.bind(f'\0windlass-port-{port}')
        except OSError:
            promise.close()
            continue
        PROMISED.append(promise)
        ports.append(port)
    for one in held:
        one.close()
    return ports


class Watcher:
    """One watcher with a folder of its own; started again it goes on as the same one."""

    def __init__(self, house, name, **settings):
        self.log = house.dir / 'log' / f'watcher-{name}.log'
        self.build = house.env['BUILD']
        state = house.dir / f'watcher-{name}'
        state.mkdir(exist_ok=True)
        self.env = dict(house.env, WINDLASS_STATE_DIR=str(state), **settings)
        self.process = None
        self.start()

    def start(self, *options):
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([f'{self.build}/watcher/watcher', *options], env=self.env,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self, within=6):
        """SIGTERM; the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(within)
        return time.monotonic() - began

    @property
    def running(self):
        return self.process.poll() is None


class House:
    def __init__(self, keep=False, **settings):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix='wlw-'))
        self.keep = keep
        self.watchers = []
        self.database = None
        (callbacks, tls, self.platform_port, horizon, self.bank_port, hooks,
         treasury) = free_ports(7)
        self.env = dict(os.environ, WINDLASS_PORT=str(callbacks), WINDLASS_TLS_PORT=str(tls),
                        PYTHONDONTWRITEBYTECODE='1',
                        WINDLASS_SIM_PLATFORM_PORT=str(self.platform_port),
                        WINDLASS_SIM_HORIZON_PORT=str(horizon),
                        WINDLASS_SIM_BANK_PORT=str(self.bank_port),
                        WINDLASS_SIM_HOOK_PORT=str(hooks),
                        WINDLASS_SIM_TREASURY_PORT=str(treasury), **settings)
        # Tests that make somebody fail again and again do not wait half a minute each time.
        self.env.setdefault('WINDLASS_BREAKER_MS', '300')
        self.env.setdefault('BUILD', str(ROOT / 'build' / 'release'))
        self.platform = f'http://127.0.0.1:{self.platform_port}'
        self.bank = f'http://127.0.0.1:{self.bank_port}'
        self.hooks = f'http://127.0.0.1:{hooks}'
        self.treasury = f'http://127.0.0.1:{treasury}'

    def __enter__(self):
        # Whoever is told to end leaves nothing running, too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self.stack('start')
            self.stack('down', 'watcher')
        except BaseException:
            self.__exit__()
            raise
        for line in (self.dir / 'settings').read_text().splitlines():
            name, _, value = line.partition('=')
            self.env[name] = value.strip("'")
        return self

    def __exit__(self, *_):
        for watcher in self.watchers:
            if watcher.running:
                watcher.kill()
        if self.database:
            self.database.close()
        self.stack('stop', check=False)
        if self.keep:
            print(f'kept: {self.dir}')
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def stack(self, verb, *more, check=True):
        done = subprocess.run([ROOT / 'tests' / 'stack.sh', verb, self.dir, *more], env=self.env,
                              capture_output=True, text=True)
        if check and done.returncode != 0:
            raise RuntimeError(f'stack.sh {verb}: {done.stderr.strip()}')

    def cluster(self, verb):
        subprocess.run([ROOT / 'tests' / 'cluster.sh', verb, self.dir], env=self.env, check=True,
                       capture_output=True)

    # --- the operator

    def windlass(self, *words):
        """The exit status, and what was said."""
        done = subprocess.run([f'{self.env["BUILD"]}/operator/windlass', *words], env=self.env,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def why(self, tx):
        code, said = self.windlass('payment', 'why', tx)
        if code != 0:
            raise Refused(said)
        return said

    def load(self, kind, document):
        file = self.dir / f'{kind}.json'
        file.write_text(json.dumps(document))
        code, said = self.windlass('load', kind, str(file))
        if code != 0:
            raise Refused(said)
        time.sleep(1.2)     # whoever has a copy of the book asks again

    def promise_for_long(self):
        """Prices that hold for a day: neither a moved clock nor a slow machine ends a payment."""
        terms = json.loads((ROOT / 'config' / 'terms.json').read_text())
        terms['default'].update(lifetime=86_400, lifetime_most=86_400)
        self.load('terms', terms)

    def watcher(self, name, **settings):
        one = Watcher(self, name, **settings)
        self.watchers.append(one)
        return one

    # --- the wallet

    def customer(self, memo, kind, values):
        body = dict(values, account=WALLET, memo=str(memo), memo_type='id', type=kind,
                    creator={'account': WALLET})
        return http('PUT', f'{self.platform}/_sim/customer', body)['id']

    def customers(self, number=1):
        """A sender and a receiver, both accepted."""
        receiver = dict(RECEIVER, bank_account_number=f'{number:09d}')
        return {'sender_id': self.customer(1000 + number, 'sep31-sender', SENDER),
                'receiver_id': self.customer(2000 + number, 'sep31-receiver', receiver)}

    def erase(self, customer):
        http('DELETE', f'http://127.0.0.1:{self.env["WINDLASS_PORT"]}/customer/{customer}')

    def quotes(self, amounts):
        asks = [{'sell_asset': USDC, 'buy_asset': BRL, 'sell_amount': amount,
                 'buy_delivery_method': 'PIX', 'country_code': 'BR', 'context': 'sep31',
                 'creator': {'account': WALLET}} for amount in amounts]
        return [self.body_of(one)['id'] for one in
                http('POST', f'{self.platform}/_sim/quote', asks)]

    @staticmethod
    def body_of(one):
        if one['status'] >= 400:
            raise Refused(str(one))
        return one['body']

    @staticmethod
    def wish(people, amount, quote=None):
        body = dict(people, amount=amount, asset_code='USDC', asset_issuer=ISSUER,
                    destination_asset=BRL, funding_method='PIX', fields={'transaction': {}},
                    creator={'account': WALLET})
        if quote:
            body['quote_id'] = quote
        return body

    def transactions(self, wishes):
        made = http('POST', f'{self.platform}/_sim/transactions', wishes)
        return [self.body_of(one)['id'] for one in made]

    def transaction(self, people, amount, with_quote=True):
        quote = self.quotes([amount])[0] if with_quote else None
        return self.transactions([self.wish(people, amount, quote)])[0]

    def pay(self, records, **changed):
        """What the records ask for, on the ledger."""
        payments = [dict({'to': r['destination_account'], 'memo': r['memo'], 'memo_type': 'id',
                          'asset': f'USDC:{ISSUER}', 'amount': r['amount_expected']['amount'],
                          'from': WALLET}, **changed) for r in records]
        return http('POST', f'{self.platform}/_sim/payments', payments)

    # --- what is seen

    def record(self, tx):
        return http('GET', f'{self.platform}/transactions/{tx}')

    def listed(self, status):
        return http('GET', f'{self.platform}/transactions?sep=31&statuses={status}'
                           '&page_size=100000')['records']

    def wait(self, tx, fits, timeout=60):
        end = time.monotonic() + timeout
        while True:
            record = self.record(tx)
            if fits(record):
                return record
            if time.monotonic() > end:
                raise TimeoutError(f'{tx} is {record["status"]}; ours: {self.payment(tx)}')
            time.sleep(0.1)

    def until(self, what, holds, timeout=60):
        end = time.monotonic() + timeout
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(what)
            time.sleep(0.1)

    def platform_books(self, kind='none'):
        return http('GET', f'{self.platform}/_sim/books?kind={kind}')

    def bank_books(self, kind='none'):
        return http('GET', f'{self.bank}/_sim/books?kind={kind}')

    def treasury_books(self, kind='none'):
        return http('GET', f'{self.treasury}/_sim/books?kind={kind}')

    def faults(self, where, *rules):
        http('POST', f'{getattr(self, where)}/_sim/faults', list(rules))

    def clear_faults(self):
        for where in (self.platform, self.bank, self.treasury):
            http('DELETE', f'{where}/_sim/faults')

    def sql(self, statement):
        """Rows as lists of text, as the owner of the database."""
        if self.database is None:
            self.database = Psql(f'{self.env["WINDLASS_DATABASE_URL"]} user=owner')
        return self.database.rows(statement)

    def payment(self, tx):
        rows = self.sql('select p.state, p.reason, o.state, o.reason from windlass.payment p '
                        f"left join windlass.outflow o using (tx_id) where p.tx_id = '{tx}'")
        return rows[0] if rows else None
