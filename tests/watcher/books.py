#!/usr/bin/env python3
"""After real payments all books agree; what is done behind the watcher's back is found, and a hold
is lifted once a person has explained it.

    books.py [--keep]

Ends with "N passed, N failed".
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.watcher.house import ISSUER, WALLET, House, http  # noqa: E402
from tests.watcher.suite import BANK, Wrong, expect  # noqa: E402

ACCOUNT = 'GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF'
STRANGER = {'reference': 'stranger:1', 'amount': '12.00', 'currency': 'BRL', 'method': 'PIX',
            'beneficiary': {'first_name': 'A'}}


def windlass(house, *words):
    return subprocess.run([f'{house.env["BUILD"]}/operator/windlass', *words],
                          env=dict(house.env, **BANK), capture_output=True, text=True,
                          check=False)


def reconcile(house, code):
    done = windlass(house, 'reconcile', '--format', 'json')
    expect(done.returncode == code, f'reconcile ended with {done.returncode}: {done.stderr}'
           f'{done.stdout[:1500]}')
    return json.loads(done.stdout)['differences']


def paid(house, people, with_quote):
    tx = house.transaction(people, '11', with_quote)
    house.pay([house.wait(tx, lambda r: r['status'] == 'pending_sender')])
    house.wait(tx, lambda r: r['status'] == 'completed')
    house.until('it is done', lambda: house.payment(tx)[0] == 'done')
    return tx


def behind_our_back(house):
    """An order that is not ours, and money that nobody asked for."""
    key = house.env['SECRET_WINDLASS_PAYOUT_RAIL_KEY']
    call = urllib.request.Request(
        f'{house.bank}/payouts', json.dumps(STRANGER).encode(),
        {'Content-Type': 'application/json', 'X-Api-Key': key, 'Idempotency-Key': 'stranger'})
    urllib.request.urlopen(call, timeout=20).close()
    http('POST', f'{house.platform}/_sim/payments', [
        {'to': ACCOUNT, 'memo': '4', 'memo_type': 'id', 'asset': f'USDC:{ISSUER}', 'amount': '3',
         'from': WALLET}])


def fat(house):
    """So many operations of so large transactions that no full page of them can be read."""
    made = http('POST', f'{house.platform}/_sim/payments', [
        {'from': ACCOUNT, 'memo': '4', 'memo_type': 'id', 'asset': f'USDC:{ISSUER}', 'meta': 20000,
         'operations': [{'to': WALLET, 'amount': '0.0000001'}] * 100}] * 2)
    return made[1]['body']['operations'][-1]


def road(house):
    house.watcher('a', **BANK)
    people = house.customers()
    paid(house, people, True)
    paid(house, people, False)
    waiting = house.transaction(people, '11')
    house.wait(waiting, lambda r: r['status'] == 'pending_sender')
    expect(reconcile(house, 0) == [], 'after real payments nothing differs')

    last = fat(house)
    expect(reconcile(house, 0) == [], 'what is large is read, too')
    house.until('the account is read to its end', lambda: house.sql(
        f'select 1 from windlass.ledger_cursor where cursor >= {last}') == [['1']], 60)

    behind_our_back(house)
    done = windlass(house, 'hold', 'on', '--reason', 'a test')
    expect(done.returncode == 0 or 'already' in done.stderr, done.stderr)
    found = reconcile(house, 3)
    expect([d['kind'] for d in found] == ['money_unclaimed', 'payout_unknown'], f'{found}')
    expect(windlass(house, 'hold', 'off', '--reason', 'x').returncode == 1, 'it stays')
    for one in found:
        windlass(house, 'case', 'close', str(one['case']), '--reason', 'a test did it')

    # Money that comes meanwhile waits; then it is paid.
    house.pay([house.record(waiting)])
    house.until('it waits for the hold', lambda: house.payment(waiting)[1].startswith('money_on_'))
    reconcile(house, 0)
    done = windlass(house, 'hold', 'off', '--reason', 'a test did it')
    expect(done.returncode == 0, done.stderr)
    house.wait(waiting, lambda r: r['status'] == 'completed')
    house.until('it is done', lambda: house.payment(waiting)[0] == 'done')
    expect(all(d['explained_by'] for d in reconcile(house, 0)), 'nothing new differs')


def main():
    with House(keep='--keep' in sys.argv) as house:
        try:
            road(house)
        except (Wrong, TimeoutError) as why:
            print(f'not ok - books that agree, are spoilt, and are explained\n#  {why}')
            print('0 passed, 1 failed')
            return 1
    print('ok - books that agree, are spoilt, and are explained\n1 passed, 0 failed')
    return 0


if __name__ == '__main__':
    sys.exit(main())
