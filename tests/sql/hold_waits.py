"""A hold that waits for a pool row which then is too small: it is repeated, and holds nothing twice.

Sees much room, so it goes the short way; whoever it waits for takes nearly all of the row.
"""

import sys
import time

from session import expect, psql, sql

CALL = """select outcome from windlass.quote_hold(gen_random_uuid(), 'G1', 'G1', false, 1000, 'one',
    'stellar:native', 'iso4217:BRL', 'sell', 7, {amount}, 1, 'stellar:native', 'Fee', '0.2', '', '',
    300, null, (select version from windlass.book_version))"""


def main(url):
    sql(url, """select windlass.pool_define('[{"name": "one", "asset": "iso4217:BRL",
        "decimals": 2, "rows": 1}]'); select windlass.pool_load('[{"reference": "one",
        "pool": "one", "amount": "100"}]')""")
    expect('a first one, so that the client is known', sql(url, CALL.format(amount=1)), 'ok')
    for taken, outcome, held in ((92, 'ERROR:  40001', '93'), (0, 'ok', '11')):
        first = psql(url)
        first.stdin.write('begin; update windlass.pool_row set held = held + '
                          f'{taken}; select 1;\n')
        first.stdin.flush()
        expect('the row is locked', first.stdout.readline().strip(), '1')
        second = psql(url)
        second.stdin.write(CALL.format(amount=10) + ';\n')
        second.stdin.flush()
        while sql(url, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") != '1':
            time.sleep(0.05)
        first.communicate('commit;\n')
        expect(f'one who waited while {taken} were taken', second.communicate()[0].strip(), outcome)
        # What the first took is in no part: it goes before the books are looked at.
        expect('held', sql(url, 'select held::int from windlass.pool_row'), held)
        sql(url, f'update windlass.pool_row set held = held - {taken}')
        expect('faults', sql(url, 'select * from windlass.pool_verify()'), '')
    expect('what the client is said to hold', sql(url, 'select most from windlass.client_pool'), '11')
    expect('quotes', sql(url, 'select count(*) from windlass.quote'), '2')


if __name__ == '__main__':
    main(sys.argv[1])
