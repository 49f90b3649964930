"""64 clients at once ask for more than there is: exactly what there is gets sold.

Per pool of 1 and of 8 rows: room for 5,000 units, 6,400 asks for one; then the same with mixed
sizes from a hundredth to three rows' worth, binds, settlements, returns and releases in between.
The books are verified in snapshots all the while, and after all holds expired the whole is free.
"""

import subprocess
import sys
import tempfile
import threading
from decimal import Decimal
from pathlib import Path

PGBENCH = sorted(Path('/usr/lib/postgresql').glob('*/bin/pgbench'))[-1]
CLIENTS = 64

HOLD = """
select outcome from windlass.quote_hold({id}, 'G' || :who, 'G' || :who, {shared}, {cap},
    '{pool}', 'stellar:native', 'iso4217:BRL', 'sell', 7, {amount}, 1, 'stellar:native', 'Fee',
    '0.2', '', '', {life}, null, (select version from windlass.book_version));
"""
EXACT = r"""
\set who random(1, 32)
""" + HOLD.replace('{id}', 'gen_random_uuid()')
# Everything that a quote can go through, at random: each client makes quotes of its own, and does
# something to anybody's.
ID = "('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid"
MIXED = r"""
\set who random(1, 32)
\set what random(1, 14)
\set size random_exponential(1, 1875, 80)
\if :what <= 5
\set n :client_id * 1000 + random(1, 20)
""" + HOLD.replace('book_version));', 'book_version)) where not exists (\n'
                   '    select from windlass.quote where id = {id});') + r"""
\else
\set n random(0, 63) * 1000 + random(1, 20)
\if :what <= 8
select windlass.quote_bind({id}, 'tx' || :n, client, sell_asset, sell_amount, null, null, made_at)
    from windlass.quote where id = {id};
\elif :what <= 10
select windlass.quote_settle({id}, 'tx' || :n);
\elif :what <= 12
select windlass.quote_return({id}, 'tx' || :n);
\elif :what = 13
select windlass.quote_release({id}, 'tx' || :n);
\else
select windlass.quote_release_orphan({id});
\endif
\endif
"""


def sql(url, text):
    done = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url,
                           '-c', text], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip()


def bench(url, script, transactions):
    with tempfile.NamedTemporaryFile('w', suffix='.sql') as file:
        file.write(script)
        file.flush()
        done = subprocess.run([PGBENCH, '-n', '-c', str(CLIENTS), '-j', '2', '-M', 'simple',
                               '-t', str(transactions), '-f', file.name, url],
                              capture_output=True, text=True, check=False)
    if done.returncode or 'ERROR' in done.stderr:
        raise SystemExit(f'pgbench: {done.stderr[-2000:]}')


class Watch(threading.Thread):
    """Verifies the books again and again, each time in one snapshot."""

    def __init__(self, url):
        super().__init__()
        self.url, self.done, self.looks, self.faults = url, threading.Event(), 0, ''

    def run(self):
        while not self.done.is_set() and not self.faults:
            self.faults = sql(self.url, 'select * from windlass.pool_verify()')
            self.looks += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()
        expect('faults in a snapshot', self.faults, '')
        expect('snapshots', self.looks > 0, True)


def expect(what, got, want):
    if got != want:
        raise SystemExit(f'{what}: {got}, not {want}')


def make_pool(url, name, rows, amount):
    sql(url, f"""select windlass.pool_define('[{{"name": "{name}", "asset": "iso4217:{name}",
        "decimals": 2, "rows": {rows}}}]');
        select windlass.pool_load('[{{"reference": "{name}", "pool": "{name}",
        "amount": "{amount}"}}]')""")


def held(url, name):
    return Decimal(sql(url, f"select sum(held) from windlass.pool_row where pool = '{name}'"))


def all_expire(url, name, free):
    sql(url, "select windlass.clock_set((extract(epoch from shift) * 1000)::bigint + 86400000)"
             " from windlass.clock")
    got = sql(url, f"""select outcome from windlass.quote_hold(gen_random_uuid(), 'last', 'last',
        false, 1e9, '{name}', 'stellar:native', 'iso4217:BRL', 'sell', 7, {free}, 1,
        'stellar:native', 'Fee', '0.2', '', '', 300, null,
        (select version from windlass.book_version))""")
    expect(f'all of {name} that is not bound, {free}, in one quote', got, 'ok')


def sells_exactly(url, name, rows):
    make_pool(url, name, rows, 5000)
    script = EXACT.format(pool=name, shared='false', cap=5000, amount=1, life=300)
    with Watch(url):
        bench(url, script, 100)
    expect(f'{name}: held', held(url, name), Decimal(5000))
    expect(f'{name}: quotes', sql(url, f"""select count(*), sum(buy_amount) from windlass.quote
        where pool = '{name}'"""), '5000|5000')
    all_expire(url, name, 5000)


def shares_half(url, name, rows):
    make_pool(url, name, rows, 1000)
    script = EXACT.format(pool=name, shared='true', cap=20, amount=1, life=300)
    bench(url, script, 15)
    expect(f'{name}: held by all that share', held(url, name), Decimal(500))
    expect(f'{name}: a client above its cap', sql(url, f"""select count(*) from (select from
        windlass.hold where pool = '{name}' group by holder having sum(amount) > 20) x"""), '0')


def mixed(url, name, rows):
    make_pool(url, name, rows, 5000)
    script = MIXED.format(id=ID, pool=name, shared=':who % 2 = 0', cap=2000, amount=':size', life=1)
    with Watch(url):
        bench(url, script, 120)
    for kind in ('settled', 'returned', 'released'):
        expect(f'{name}: some were {kind}', sql(url, f"""select
            exists (select from windlass.pool_entry where kind = '{kind}')
            or exists (select from windlass.quote_use where ended = '{kind}')"""), 't')
    expect(f'{name}: some took several rows', sql(url, f"""select exists (select from
        windlass.hold where pool = '{name}' group by quote_id having count(*) > 1)"""), 't')
    free = sql(url, f"""select total - bound from windlass.pool_show() where name = '{name}'""")
    all_expire(url, name, free)
    expect(f'{name}: faults', sql(url, 'select * from windlass.pool_verify()'), '')


def main(url):
    sql(url, 'update windlass.clock set is_shiftable = true')
    sells_exactly(url, 'one', 1)
    sells_exactly(url, 'eight', 8)
    shares_half(url, 'half', 8)
    mixed(url, 'mixed', 8)


if __name__ == '__main__':
    main(sys.argv[1])
