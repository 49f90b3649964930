"""A row that another one keeps locked is nobody's fault: the list fails, and is stored when it is free."""

import sys

from session import expect, psql, sql

SEEN = """select outcome from windlass.payments_seen(jsonb_build_array(jsonb_build_object('tx_id', 'a',
    'status', '{status}', 'updated_us', {at}, 'is_paid', false, 'is_final', false, 'named_quote', '',
    'sender', 's', 'receiver', 'r', 'method', 'PIX', 'currency', 'BRL', 'memo', 7,
    'snapshot', '{{}}'::jsonb)))"""


def main(url):
    expect('a new one', sql(url, SEEN.format(status='pending_sender', at=1)), 'new')
    later = SEEN.format(status='pending_receiver', at=2)
    first = psql(url)
    first.stdin.write("begin; select tx_id from windlass.payment for update;\n")
    first.stdin.flush()
    expect('the row is locked', first.stdout.readline().strip(), 'a')
    expect('a change of it', sql(url, f"set lock_timeout = '100ms'; {later}"), 'ERROR:  55P03')
    expect('cases', sql(url, 'select count(*) from windlass."case"'), '0')
    first.communicate('commit;\n')
    expect('the same once more', sql(url, later), 'changed')
    for state, passes in (('40P01', 't'), ('57014', 't'), ('53100', 't'), ('23514', 'f'),
                          ('22P02', 'f'), ('WL020', 'f')):
        expect(state, sql(url, f"select windlass.fault_passes('{state}')"), passes)


if __name__ == '__main__':
    main(sys.argv[1])
