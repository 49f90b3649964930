"""The simulated ledger: transactions with payments, in the order in which they closed."""

import base64
import binascii
import re

from tests.platform import money, strkey, times, xdr

FIRST_LEDGER = 1_700_000
KINDS = tuple(xdr.OPERATIONS)


class BadPayment(ValueError):
    pass


class Operation:
    __slots__ = ('id', 'kind', 'source', 'to', 'asset', 'amount')

    def __init__(self, number, kind, source, to, asset, amount):
        self.id = str(number)
        self.kind = kind
        self.source = source
        self.to = to
        self.asset = asset
        self.amount = amount


class Transaction:
    """`memo` as a Horizon shows it: a hash in base64."""

    def __init__(self, sequence, given, created_at):
        self.ledger = FIRST_LEDGER + sequence
        self.sequence = sequence
        self.created_at = created_at
        self.source = given['from']
        self.memo_type = given['memo_type']
        self.memo = given['memo']
        self.successful = given['successful']
        self.toid = self.ledger << 32 | 1 << 12
        self.operations = [
            Operation(self.toid + place, one['type'], one['from'], one['to'], one['asset'],
                      one['amount'])
            for place, one in enumerate(given['operations'], start=1)]
        self.meta = given['meta']
        made, self.envelope = xdr.transaction(
            strkey.unmux(self.source)[0], sequence + (self.ledger << 32), self.memo_type,
            self.memo, self.operations, times.nanos_of(created_at) // 1_000_000_000)
        self.hash = given.get('hash') or made

    def shown(self, memo, memo_type):
        """As an element of stellar_transactions.  The memo is the record's, not the ledger's."""
        made = {'id': self.hash, 'memo': memo, 'memo_type': memo_type,
                'created_at': self.created_at, 'envelope': self.envelope,
                'payments': [{
                    'id': one.id, 'amount': {'amount': one.amount, 'asset': one.asset},
                    'payment_type': 'payment' if one.kind == 'payment' else 'path_payment',
                    'source_account': one.source, 'destination_account': one.to}
                    for one in self.operations]}
        return {name: value for name, value in made.items() if value is not None}


def asset_name(given):
    """`native` or CODE:ISSUER, whatever prefix it came with."""
    name = str(given or '')
    if name.startswith('stellar:'):
        name = name[len('stellar:'):]
    if name == 'native':
        return name
    code, _, issuer = name.partition(':')
    if not re.fullmatch('[A-Za-z0-9]{1,12}', code):
        raise BadPayment(f'asset: {given!r} is none')
    strkey.decode(issuer)
    return f'{code}:{issuer}'


def checked_amount(given):
    number = money.decimal(given)
    if number is None or number <= 0 or money.scale(number) > 7:
        raise BadPayment(f'amount: {given!r}')
    if number * 10 ** 7 >= 2 ** 63:
        raise BadPayment(f'amount: {given!r} is more than a ledger holds')
    return f'{number:.7f}'


def checked_memo(kind, memo):
    if memo is None:
        return 'none', None
    memo = str(memo)
    if kind in ('id', None) and re.fullmatch('[0-9]+', memo) and int(memo) < 2 ** 64:
        return 'id', str(int(memo))
    if kind == 'text' and len(memo.encode()) <= 28:
        return 'text', memo
    if kind == 'hash':
        return 'hash', hash_of(memo)
    raise BadPayment(f'memo: {memo!r} of type {kind}')


def hash_of(memo):
    """32 bytes in base64, given so or in hex."""
    try:
        raw = bytes.fromhex(memo) if len(memo) == 64 else base64.b64decode(memo, validate=True)
    except (ValueError, binascii.Error):
        raw = b''
    if len(raw) != 32:
        raise BadPayment(f'memo: {memo!r} is no hash')
    return base64.b64encode(raw).decode()


def checked(given, now):
    """A payment as POST /_sim/payments takes it, complete; BadPayment or ValueError."""
    operations = given.get('operations') or [given]
    made = {'from': given.get('from') or (operations[0].get('from'))}
    strkey.decode(str(made['from']))
    made['memo_type'], made['memo'] = checked_memo(given.get('memo_type'), given.get('memo'))
    made['successful'] = bool(given.get('successful', True))
    made['created_at'] = times.text_of(
        times.nanos_of(given['at']) // 1_000_000_000 * 1_000_000_000 if given.get('at')
        else now // 1_000_000_000 * 1_000_000_000)
    made['meta'] = int(given.get('meta', 0))
    if given.get('hash') is not None:
        if not re.fullmatch('[0-9a-f]{64}', str(given['hash'])):
            raise BadPayment('hash: 64 characters of hex')
        made['hash'] = given['hash']
    made['operations'] = [checked_operation(one, given, made['from']) for one in operations]
    return made


def checked_operation(one, given, source):
    kind = one.get('type', 'payment')
    if kind not in KINDS:
        raise BadPayment(f'type: one of {", ".join(KINDS)}')
    made = {'type': kind, 'from': one.get('from') or source, 'to': one.get('to'),
            'asset': asset_name(one.get('asset') or given.get('asset')),
            'amount': checked_amount(one.get('amount'))}
    strkey.decode(str(made['from']))
    strkey.decode(str(made['to']))
    return made


class Ledger:
    def __init__(self):
        self.clear()

    def clear(self):
        self.transactions = []
        self.by_hash = {}
        self.by_account = {}

    def add(self, given):
        """Close a ledger with one transaction, `given` being checked()."""
        made = Transaction(len(self.transactions), given, given['created_at'])
        self.transactions.append(made)
        self.by_hash[made.hash] = made
        for one in made.operations:
            for account in {strkey.unmux(one.source)[0], strkey.unmux(one.to)[0]}:
                self.by_account.setdefault(account, []).append((made, one))
        return made

    def transaction(self, wanted):
        return self.by_hash.get(wanted)
