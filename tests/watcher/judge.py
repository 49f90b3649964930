"""Was each payment paid exactly once?  By the bank's books, the platform's, and our own."""

from decimal import Decimal

def paid_references(house, tx):
    return [reference for reference in house.bank_books()['executed']
            if reference.rpartition(':')[0] == tx]


def judge(house, wanted, ignored=()):
    """Every word of what is wrong; an empty list if nothing is.

    `wanted` are the transactions that must be completed and paid once.  The bank may also have paid
    those in `ignored`, at most once.
    """
    wrong = []
    platform = house.platform_books('transactions')
    records = {r['id']: r for r in platform['transactions']}
    executed = house.bank_books()['executed']
    by_tx = {}
    for reference, payout in executed.items():
        by_tx.setdefault(reference.rpartition(':')[0], []).append((reference, payout))
    states = {row[0]: row[1] for row in house.sql('select tx_id, state from windlass.payment')}

    for tx in wanted:
        paid = by_tx.get(tx, [])
        if len(paid) != 1:
            wrong.append(f'{tx}: paid {len(paid)} times, state {states.get(tx)}')
            continue
        record, (reference, payout) = records[tx], paid[0]
        if record['status'] != 'completed' or states.get(tx) != 'done':
            wrong.append(f'{tx}: {record["status"]}, ours {states.get(tx)}')
        elif record.get('external_transaction_id') != payout['bank_id']:
            wrong.append(f'{tx}: the platform has another id of the bank')
        if Decimal(payout['amount']) != Decimal(record['amount_out']['amount']):
            wrong.append(f'{reference}: {payout["amount"]} paid, '
                         f'{record["amount_out"]["amount"]} promised')
    wrong += [f'{tx}: paid {len(by_tx[tx])} times' for tx in ignored if len(by_tx.get(tx, [])) > 1]
    strangers = set(by_tx) - set(wanted) - set(ignored)
    if strangers:
        wrong.append(f'the bank paid for what nobody wanted: {sorted(strangers)[:3]}')
    if platform['forbidden']:
        wrong.append(f'forbidden calls: {platform["forbidden"]}')
    known = {row[0] for row in house.sql('select reference from windlass.attempt')}
    orphans = set(executed) - known
    if orphans:
        wrong.append(f'money without an attempt: {sorted(orphans)[:3]}')
    wrong += books_differ(house)
    return wrong


def books_differ(house):
    """The pool, against the payouts that were settled."""
    rows = house.sql(
        "select p.name, sum(r.total), sum(r.held), "
        "(select coalesce(sum(amount), 0) from windlass.movement m where m.pool = p.name), "
        "(select coalesce(sum(amount), 0) from windlass.pool_entry e where e.pool = p.name "
        " and kind = 'settled') "
        "from windlass.pool p join windlass.pool_row r on r.pool = p.name group by p.name")
    return [f'pool {name}: total {total}, {moved} in, {settled} settled'
            for name, total, held, moved, settled in rows
            if Decimal(total) != Decimal(moved) - Decimal(settled)]
