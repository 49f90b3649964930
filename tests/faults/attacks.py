"""Wallets that cheat, and records that nobody can finish: nothing leaves for them, and nobody else
waits."""

import time

from tests.faults.invariants import Books, rows
from tests.watcher.house import ISSUER, WALLET, http

# As long as a report waits between two tries, at most.
TRY_MS = 300_000
PAID = {'asset': f'USDC:{ISSUER}', 'amount': '11.0000000'}


# --- one quote for many

def one_quote(stage, count):
    """Of many transactions that name one quote, one is paid."""
    house = stage.house
    quote, = house.quotes(['11'])
    txs = house.transactions([house.wish(stage.people, '11', quote)] * count)
    asked = stage.wait_for(txs, lambda states: (states.get('asked'), states.get('held'))
                           == (1, count - 1))
    if not asked:
        yield 'one quote for many', f'{stage.states(txs)}'
        return
    bound, = rows(house, 'select tx_id from windlass.quote_use '
                         f"where quote_id = '{quote}'")
    stage.pay(stage.asked([bound['tx_id']]))
    stage.stand_still(txs, states=('done', 'held'))
    books = Books(house)
    paid = [tx for tx in txs if books.by_tx.get(tx)]
    yield 'one quote for many', None if len(paid) == 1 else f'{len(paid)} were paid'
    for tx in txs:
        reason = books.payments[tx]['reason']
        if tx not in paid:
            yield ('one quote for many: the others',
                   None if reason.startswith('quote_used:') else f'{tx}: {reason}')


# --- money that is not what was asked for

def paid(record, **changed):
    return dict({'to': record['destination_account'], 'memo': record['memo'], 'memo_type': 'id',
                 'from': WALLET}, **dict(PAID, **changed))


def nothing(record, other):
    return []


def called_paid(amount):
    """The record says that it was paid, the ledger does not."""
    def act(record, other):
        return [claim(record, 'ab' * 32, amount)]
    return act


def payment_of_another(record, other):
    """The record names what has paid for another."""
    return [claim(record, other['stellar_transactions'][0]['id'], '11.0000000')]


def claim(record, digest, amount):
    at = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())
    return dict(record, status='pending_receiver', transfer_received_at=at,
                stellar_transactions=[{
                    'id': digest, 'memo': record['memo'], 'memo_type': 'id', 'created_at': at,
                    'payments': [{'id': '123', 'payment_type': 'payment',
                                  'amount': {'amount': amount, 'asset': f'USDC:{ISSUER}'},
                                  'source_account': WALLET,
                                  'destination_account': record['destination_account']}]}])


def with_change(**changed):
    return lambda record, other: [paid(record, **changed)]


# What is done, and what is said of it; None: it is as if nothing had happened.
ATTACKS = [
    ('nothing is paid', nothing, None),
    ('a unit too little', with_change(amount='10.9999999'), 'paid_short'),
    ('a unit too much', with_change(amount='11.0000001'), 'paid_over'),
    ('lumens', with_change(asset='native'), 'wrong_asset'),
    ('another code', with_change(asset=f'EURC:{ISSUER}'), 'wrong_asset'),
    ('the code of another issuer', with_change(asset=f'USDC:{WALLET}'), 'wrong_asset'),
    ('another account', with_change(to=WALLET), None),
    ('a memo of nobody', with_change(memo='7'), None),
    ('the memo of another kind', with_change(memo_type='text'), 'wrong_memo'),
    ('half of it, twice', lambda record, other: [paid(record, amount='5.5')] * 2, 'paid_short'),
    ('called paid', called_paid('11.0000000'), 'not_on_ledger'),
    ('less than nothing', called_paid('-11.0000000'), ''),
    ('no number', called_paid('NaN'), ''),
    ('the payment of another', payment_of_another, ''),
]


def attack(stage, each):
    """All at once; then an honest one, after which every one of them was looked at."""
    house = stage.house
    honest = stage.payments(1)
    stage.pay(stage.asked(honest))
    stage.stand_still(honest)
    other = stage.records(honest)[0]
    txs = stage.payments(each * len(ATTACKS))
    records = {r['id']: r for r in stage.asked(txs)}
    wanted = {tx: ATTACKS[n % len(ATTACKS)] for n, tx in enumerate(txs)}
    moves = [move for tx, (_, act, _) in wanted.items() for move in act(records[tx], other)]
    later = time.strftime('%Y-%m-%dT%H:%M:%SZ',
                          time.gmtime(time.time() + stage.shift / 1000 + 2))
    for record in [move for move in moves if 'status' in move]:
        http('POST', f'{house.platform}/_sim/record', dict(record, updated_at=later))
    house_moves = [move for move in moves if 'status' not in move]
    for start in range(0, len(house_moves), 100):
        http('POST', f'{house.platform}/_sim/payments', house_moves[start:start + 100])
    spoken_of = [tx for tx, (_, _, code) in wanted.items() if code is not None]
    stage.wait_for(txs, lambda states: not house.sql(
        "select 1 from windlass.payment where reason = '' and tx_id in "
        f"({', '.join(repr(tx) for tx in spoken_of)}) limit 1"))
    honest = stage.payments(1)
    stage.pay(stage.asked(honest))
    stage.stand_still(honest)
    books = Books(house)
    for tx, (name, _, code) in wanted.items():
        payment = books.payments[tx]
        fault = None
        if books.by_tx.get(tx) or payment['outflow'] not in ('', 'review'):
            fault = f'paid: {payment}'
        elif code is None and payment['state'] != 'asked':
            fault = f'{payment["state"]} ({payment["reason"]})'
        elif code is not None and not payment['reason'].startswith(code):
            fault = f'{payment["reason"]}, not {code}'
        yield f'funding: {name}', fault and f'{tx}: {fault}'


# --- what nobody can finish

def crowd(stage, count, is_bad):
    """So many at once; the reports of the first and the order of the second may never be heard.
    How long the others took, and those two."""
    house = stage.house
    txs = stage.payments(count)
    records = stage.asked(txs)
    unheard, unanswered = txs[0], txs[1]
    if is_bad:
        house.faults('platform', {'on': 'notify_offchain_funds_pending', 'match': unheard,
                                  'kind': '500_before'})
        house.faults('bank', {'on': '*', 'match': f'{unanswered}:1', 'kind': '500_before'})
    began = time.monotonic()
    stage.pay(records)
    stage.stand_still(txs[2:] if is_bad else txs, 1200, states=('done', ))
    return time.monotonic() - began, unheard, unanswered


def poison(stage, count):
    """One whose reports the platform never takes, one whose order the bank never answers."""
    house = stage.house
    # A machine that does something else meanwhile does not do so each time.
    for _ in range(3 if count >= 500 else 1):
        clean, _, _ = crowd(stage, count, False)
        spoilt, unheard, unanswered = crowd(stage, count, True)
        if spoilt <= 1.2 * clean:
            break
    print(f'poison: {count} took {clean:.1f} s, {count - 2} beside it {spoilt:.1f} s', flush=True)
    # Nobody waits for half an hour of their tries.
    for tx, code, state in ((unheard, 'report_refused', 'review'),
                            (unanswered, 'bank_silent', 'out')):
        where = f"select 1 from windlass.payment where tx_id = '{tx}' and state = '{state}' " \
                f"and reason like '{code}:%'"

        def told():
            stage.later(TRY_MS)
            return house.sql(where)  # pylint: disable=cell-var-from-loop
        fault = None if stage.wait_for([tx], lambda _: told()) else f'{tx}: {house.payment(tx)}'
        yield f'poison: {code}', fault
    tries, = rows(house, 'select method, tries, state from windlass.report where '
                         f"tx_id = '{unheard}' and method = 'notify_offchain_funds_pending'")
    yield ('poison: it is tried eight times, then parked',
           None if tries['tries'] >= 8 and tries['state'] == 'parked' else f'{tries}')
    lines = sum(unheard in line and 'level=warn' in line for one in house.watchers
                for line in one.log.read_text().splitlines())
    yield ('poison: a line a try', None if lines <= tries['tries'] + 2 else f'{lines} lines')
    yield ('poison: the others do not wait',
           None if count < 500 or spoilt <= 1.2 * clean else f'{spoilt:.1f} s, {clean:.1f} s')
    house.clear_faults()
    stage.stand_still([unanswered], states=('done', ))
    yield 'poison: a bank that answers again is understood', None


def run(stage, runs):
    yield from one_quote(stage, 30 if runs == 1 else 200)
    yield from attack(stage, 2 if runs == 1 else 100)
    yield from poison(stage, 20 if runs == 1 else 1000)
