"""What holds whatever happened: the rules of money, by the bank's books, the platform's and ours.

    wrong = broken(house)       a line for each thing that is wrong; call it when all stands still
    left = unfinished(house)    payments that are neither over nor before a person

The rules are those of a payment's life, not of one test: they ask nothing of what was wanted.
"""

import json
import subprocess
from collections import defaultdict
from decimal import Decimal

# Where a payment may stay for ever without anybody's doing.
OVER = {'done', 'closed'}
STANDS = {'held', 'review'}


class Books:
    """All books, read once."""

    def __init__(self, house):
        self.house = house
        self.payments = {p['tx_id']: p for p in rows(house, PAYMENTS)}
        self.attempts = {a['reference']: a for a in rows(
            house, 'select tx_id, reference, sends, amount::text, bank_id, outcome, rail, hash '
                   'from windlass.attempt')}
        platform = house.platform_books('transactions')
        self.records = {r['id']: r for r in platform['transactions']}
        self.forbidden = platform['forbidden']
        bank = house.bank_books()
        self.executed = bank['executed']
        self.by_tx = defaultdict(list)
        for reference, payout in self.executed.items():
            if payout['status'] != 'returned':
                self.by_tx[reference.rpartition(':')[0]].append((reference, payout))


PAYMENTS = """
select p.tx_id, p.state, p.reason, coalesce(o.way, '') as way, coalesce(o.state, '') as outflow,
        exists (select from windlass.report r
            where r.tx_id = p.tx_id and r.state = 'open') as is_telling,
        exists (select from windlass."case" c
            where c.tx_id = p.tx_id and c.state = 'open') as is_case
    from windlass.payment p left join windlass.outflow o using (tx_id)
"""


def rows(house, select):
    """Of the database, as dicts."""
    text = house.sql(f"select coalesce(jsonb_agg(x), '[]') from ({select}) x")[0][0]
    return json.loads(text)


# --- the rules

def paid_once(books):
    """A payment has one order alive, and one payout at the bank."""
    alive = defaultdict(list)
    for attempt in books.attempts.values():
        if attempt['outcome'] in ('accepted', 'settled'):
            alive[attempt['tx_id']].append(attempt['reference'])
    for tx, references in alive.items():
        if len(references) > 1:
            yield f'{tx}: {sorted(references)} are both carried out, by our books'
    for tx, paid in books.by_tx.items():
        if len(paid) > 1:
            yield f'{tx}: the bank has paid {sorted(reference for reference, _ in paid)}'


def no_orphans(books):
    """Money never left without an order that was stored before."""
    for reference, payout in books.executed.items():
        attempt = books.attempts.get(reference)
        if attempt is None or attempt['sends'] == 0:
            yield f'{reference}: paid, and we have not ordered it: {attempt}'
        elif Decimal(attempt['amount']) != Decimal(payout['amount']):
            yield f'{reference}: {payout["amount"]} was paid, {attempt["amount"]} was ordered'


def what_is_paid_is_told(books):
    """The platform has the bank's own id of each settled payout, of a refund its name on the
    ledger, or will be told, or a person looks at it; and it calls nothing completed that the bank
    has not paid."""
    for attempt in books.attempts.values():
        payment = books.payments[attempt['tx_id']]
        record = books.records.get(attempt['tx_id'], {})
        if attempt['outcome'] != 'settled' or payment['is_telling'] or payment['state'] in STANDS:
            continue
        if attempt['rail'] == 'treasury':
            back = [one['id'] for one in record.get('refunds', {}).get('payments', ())]
            if (record.get('status'), back) != ('refunded', [attempt['hash']]):
                yield f'{attempt["reference"]}: sent back as {attempt["hash"]}, not {back}'
            continue
        if (record.get('status'), record.get('external_transaction_id')) != (
                'completed', attempt['bank_id']):
            yield (f'{attempt["reference"]}: settled as {attempt["bank_id"]}, the platform has '
                   f'{record.get("status")} {record.get("external_transaction_id")}')
    for tx, record in books.records.items():
        if record['status'] != 'completed':
            continue
        ids = [payout['bank_id'] for _, payout in books.by_tx.get(tx, [])]
        if ids != [record.get('external_transaction_id')]:
            yield f'{tx}: completed as {record.get("external_transaction_id")}, paid as {ids}'
        elif Decimal(books.by_tx[tx][0][1]['amount']) != Decimal(record['amount_out']['amount']):
            yield f'{tx}: completed, and another amount was paid than the record promises'


def refunded_or_paid(books):
    """Never both."""
    for tx, payment in books.payments.items():
        refunded = (payment['way'], payment['outflow']) == ('refund', 'done')
        status = books.records.get(tx, {}).get('status')
        if (refunded or status == 'refunded') and books.by_tx.get(tx):
            yield f'{tx}: refunded, and paid by the bank'


def pools_balance(books):
    """What is held is what is promised, what is gone is what was paid."""
    for fault in rows(books.house, 'select * from windlass.pool_verify()'):
        yield f'{fault["subject"]}: {fault["fault"]}'


def nothing_is_forgotten(books):
    """Whose money came is paid, or a reason says why not yet."""
    for tx, record in books.records.items():
        payment = books.payments.get(tx)
        if payment is None:
            if record.get('transfer_received_at'):
                yield f'{tx}: paid for, and we do not know it'
        elif payment['state'] in STANDS and not payment['reason']:
            yield f'{tx}: {payment["state"]}, and nobody knows why'
        elif (record.get('transfer_received_at') and not payment['reason']
              and payment['state'] in ('new', 'asked')):
            yield f'{tx}: paid for, and {payment["state"]} without a reason'


def nothing_forbidden(books):
    """No call was made that the contract warns of."""
    for call, count in books.forbidden.items():
        yield f'forbidden: {call}, {count} times'


def the_audit_is_whole(books):
    done = subprocess.run([f'{books.house.env["BUILD"]}/operator/windlass', 'audit', 'verify'],
                          env=books.house.env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield f'audit verify: {done.stdout}{done.stderr}'


RULES = (paid_once, no_orphans, what_is_paid_is_told, refunded_or_paid, pools_balance,
         nothing_is_forgotten, nothing_forbidden, the_audit_is_whole)


def broken(house, books=None):
    books = books or Books(house)
    return [f'{rule.__name__}: {fault}' for rule in RULES for fault in rule(books)]


def unfinished(house):
    """Those on whose road there is still something to do, with where they are."""
    return house.sql('select tx_id, state, reason from windlass.payment where state not in '
                     "('done', 'closed', 'held', 'review')")
