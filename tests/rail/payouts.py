"""What the simulated bank knows and decides: keys, references, outcomes. No clock, no network.

Times are microseconds since 1970, given by the caller. Every decision is a journal line first
(`record`), then memory: apply() makes the memory from the lines, at start and while running alike.

For people, amounts are magic, by their cents:
    .01  refused, other data of the beneficiary would help (the field is named)
    .02  refused for good
    .03  executed at once, answered late
    .04  accepted, and returned instead of settled
    .05  executed, the first answer is lost
    .06  settled, and returned some time later
    .07  accepted, called returned for a while, and settled after all
    .08  accepted, and left so until somebody says otherwise (change())
Accounts are magic by how they begin: orders to 4040... are refused as .01 is, those to 4050...
come back as .04 does.
"""
import hashlib
import heapq
import json
import random
from dataclasses import dataclass, field
from decimal import Decimal

FIXABLE, FINAL, SLOW, RETURNED, LOST, RETURNED_LATE, WAVERING, LEFT = (
    Decimal(n) / 100 for n in range(1, 9))
# What an accepted order becomes, one after the other, each after the time of settling.
BECOMES = {RETURNED: ('returned',), RETURNED_LATE: ('settled', 'returned'),
           WAVERING: ('returned', 'accepted', 'settled'), LEFT: ()}
NO_SUCH_ACCOUNT, CLOSED_ACCOUNT = '4040', '4050'

# Where a payout goes, by preference: the first of these that the beneficiary has is at fault.
ACCOUNT_FIELDS = ('clabe_number', 'cbu_number', 'cbu_alias', 'bank_account_number',
                  'mobile_money_number', 'crypto_address')

REASONS = {
    FIXABLE: ('account_invalid', True, 'The account does not exist.'),
    FINAL: ('beneficiary_blocked', False, 'Payouts to this beneficiary are not possible.'),
    RETURNED: ('account_closed', True, 'The account was closed.'),
}


@dataclass
class Payout:
    """One reference. `change` numbers every change of any payout, in order."""
    reference: str
    bank_id: str
    order: dict
    status: str
    created: int
    updated: int
    change: int = 0
    told: int = 0       # up to when what it becomes by itself is known
    refusal: dict | None = None
    returned: dict | None = None


@dataclass
class Decision:
    """An answer to POST /payouts: what to say, and how to say it."""
    status: int
    body: bytes
    slow: bool = False
    lost: bool = False


@dataclass(order=True)
class Due:
    at: int
    reference: str
    status: str = field(compare=False)


def cents(amount):
    return Decimal(amount) % 1


def account_field(beneficiary):
    wanted = [name for name in ACCOUNT_FIELDS if name in beneficiary]
    return (wanted or sorted(beneficiary))[0]


def reason(kind, beneficiary):
    code, fixable, message = REASONS[kind]
    given = {'code': code, 'fixable': fixable, 'message': message}
    if fixable:
        given['field'] = account_field(beneficiary)
    return given


def magic(order):
    """What an order is magic for: its account first, then its amount."""
    account = order['beneficiary'][account_field(order['beneficiary'])]
    if account.startswith(NO_SUCH_ACCOUNT):
        return FIXABLE
    if account.startswith(CLOSED_ACCOUNT):
        return RETURNED
    return cents(order['amount'])


class Payouts:
    """`ORDER` and `LIST` are what the contract calls an order and a list of them."""
    ORDER, LIST = 'PayoutOrder', 'payouts'

    def __init__(self, record, moment, contract, seed=0, settle_us=1_000_000,
                 window_us=86_400_000_000):
        self.record = record        # record(kind, **members): a journal line, on disk when it is back
        self.moment = moment        # microseconds -> text
        self.contract = contract
        self.seed = seed
        self.settle_us = settle_us
        self.window_us = window_us
        self.forget()

    def forget(self):
        self.payouts = {}           # reference -> Payout
        self.keys = {}              # key -> (hash of the body, status, answer, first used)
        self.changes = []           # (change, reference), in order
        self.due = []               # heap of Due
        self.conflicts = 0

    def apply(self, line):
        """One journal line into memory."""
        getattr(self, f'apply_{line["kind"]}')(line)

    def apply_payout(self, line):
        payout = Payout(line['order']['reference'], line['bank_id'], line['order'], line['status'],
                        line['us'], line['us'], refusal=line.get('refusal'))
        self.payouts[payout.reference] = payout
        self.changed(payout)
        if payout.status == 'accepted':
            for n, status in enumerate(self.becomes(payout.order), 1):
                heapq.heappush(self.due, Due(line['us'] + n * line['settle_us'],
                                             payout.reference, status))
        status = 422 if payout.refusal else 200
        self.keys[line['key']] = (line['sha256'], status, encoded(self.shown(payout)), line['us'])

    @staticmethod
    def magic(order):
        """What an order is magic for."""
        return magic(order)

    def becomes(self, order):
        return BECOMES.get(self.magic(order), ('settled',))

    @staticmethod
    def refusal(kind, order):
        return reason(kind, order['beneficiary'])

    def apply_change(self, line):
        payout = self.payouts[line['reference']]
        payout.status = line['status']
        payout.returned = line.get('return')
        payout.updated = line['us']
        payout.told = max(payout.told, line['us'])
        self.changed(payout)

    def apply_conflict(self, line):
        self.conflicts += 1

    def changed(self, payout):
        payout.change = len(self.changes) + 1
        self.changes.append((payout.change, payout.reference))

    def note(self, kind, **members):
        self.record(kind, **members)
        self.apply({'kind': kind, **members})

    def advance(self, now):
        """All that had to settle or return up to now."""
        while self.due and self.due[0].at <= now:
            due = heapq.heappop(self.due)
            if self.payouts[due.reference].told >= due.at:
                continue    # it did in an earlier run of the simulator, or somebody said otherwise
            self.become(due.reference, due.status, due.at)

    def become(self, reference, status, at, **changed):
        members = {'reference': reference, 'status': status, 'us': at}
        if status == 'returned':
            members['return'] = {**reason(RETURNED, self.payouts[reference].order['beneficiary']),
                                 **changed}
        self.note('change', **members)

    def change(self, reference, status, now, **changed):
        """What somebody says that an executed payout has become; False if there is none."""
        self.advance(now)
        payout = self.payouts.get(reference)
        if payout is None or payout.refusal:
            return False
        self.become(reference, status, now, **changed)
        return True

    def submit(self, key, body, now):
        """Decide one POST /payouts, or say again what was decided."""
        self.advance(now)
        sha = hashlib.sha256(body).hexdigest()
        stored = self.keys.get(key)
        if stored and now - stored[3] < self.window_us:
            if stored[0] != sha:
                return self.conflict('key_reused', 'This key came with another body.', key)
            return Decision(stored[1], stored[2])
        order, why = self.read(body)
        if why:
            return Decision(400, encoded({'error': why}))
        if order['reference'] in self.payouts:
            return self.conflict('reference_used', 'This reference was used before.', key,
                                 order['reference'])
        return self.decide(key, sha, order, now)

    def read(self, body):
        try:
            order = json.loads(body)
        except ValueError:
            return None, 'the body is not JSON'
        faults = self.contract.faults(self.ORDER, order)
        if faults:
            return None, '; '.join(faults)
        if Decimal(order['amount']) <= 0:
            return None, f'{self.ORDER}.amount: not more than zero'
        return order, None

    def decide(self, key, sha, order, now):
        kind = self.magic(order)
        members = {'key': key, 'sha256': sha, 'order': order, 'status': 'accepted', 'us': now,
                   'bank_id': self.bank_id(order['reference']), 'settle_us': self.settle_us}
        if kind in (FIXABLE, FINAL):
            members['status'] = 'refused'
            members['refusal'] = self.refusal(kind, order)
        self.note('payout', **members)
        status = 422 if 'refusal' in members else 201
        return Decision(status, self.keys[key][2], slow=kind == SLOW, lost=kind == LOST)

    def bank_id(self, reference):
        dice = random.Random(f'{self.seed}:{reference}')
        return f'B{dice.getrandbits(60):018d}'

    def conflict(self, error, message, key, reference=None):
        self.note('conflict', error=error, key=key, reference=reference)
        return Decision(409, encoded({'error': error, 'message': message}))

    def find(self, reference, now):
        self.advance(now)
        payout = self.payouts.get(reference)
        return payout and self.shown(payout)

    def changed_since(self, since, after, limit, now):
        """One page: the payouts whose last change is not before `since`, oldest change first."""
        self.advance(now)
        page = []
        for change, reference in self.changes[after:]:
            payout = self.payouts[reference]
            if payout.change != change or payout.updated < since:
                continue
            if len(page) == limit:
                return {self.LIST: [self.shown(one) for one in page],
                        'next': str(page[-1].change)}
            page.append(payout)
        return {self.LIST: [self.shown(one) for one in page]}

    def shown(self, payout):
        order = payout.order
        body = {'bank_id': payout.bank_id, 'reference': payout.reference,
                'amount': order['amount'], 'currency': order['currency'],
                'method': order['method'], 'beneficiary': order['beneficiary'],
                'status': payout.status}
        if payout.refusal:
            body['refusal'] = payout.refusal
        if payout.returned:
            body['return'] = payout.returned
        body['created_at'] = self.moment(payout.created)
        body['updated_at'] = self.moment(payout.updated)
        return body

    @staticmethod
    def booked(payout):
        return {'bank_id': payout.bank_id, 'amount': payout.order['amount'],
                'currency': payout.order['currency'], 'status': payout.status}

    def books(self, now):
        """The judge: every payout that was ever executed, by reference, and what it ended as."""
        self.advance(now)
        executed = {p.reference: self.booked(p) for p in self.payouts.values() if not p.refusal}
        refused = {p.reference: p.refusal['code'] for p in self.payouts.values() if p.refusal}
        return {'executed': executed, 'refused': refused, 'conflicts': self.conflicts}


def encoded(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()
