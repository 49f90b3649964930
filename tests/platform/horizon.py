"""The simulated Horizon: transactions, their operations, and the payments of an account."""

import base64
from bisect import bisect_left, bisect_right
from itertools import islice

from tests.platform import strkey
from tests.platform.records import dumps
from tests.sim.wire import Response

PROBLEMS = {
    400: ('bad_request', 'Bad Request', 'The request you sent was invalid in some way.'),
    404: ('not_found', 'Resource Missing', 'There is nothing at this address.'),
    405: ('method_not_allowed', 'Method Not Allowed', 'Only GET is answered here.'),
}


def problem(status):
    kind, title, detail = PROBLEMS[status]
    return Response(status, dumps({
        'type': f'https://stellar.org/horizon-errors/{kind}', 'title': title, 'status': status,
        'detail': detail}), 'application/problem+json; charset=utf-8')


def hal(value):
    return Response(200, dumps(value), 'application/hal+json; charset=utf-8')


def transaction_json(made):
    value = {
        'id': made.hash, 'paging_token': str(made.toid), 'successful': made.successful,
        'hash': made.hash, 'ledger': made.ledger, 'created_at': made.created_at,
        'source_account': strkey.unmux(made.source)[0],
        'source_account_sequence': str(made.sequence + (made.ledger << 32)),
        'fee_account': strkey.unmux(made.source)[0],
        'fee_charged': str(100 * len(made.operations)),
        'max_fee': str(100 * len(made.operations)), 'operation_count': len(made.operations),
        'envelope_xdr': made.envelope, 'memo_type': made.memo_type}
    if made.meta:
        value['result_meta_xdr'] = base64.b64encode(bytes(made.meta)).decode()
    if made.memo is not None:
        value['memo'] = made.memo
    return value


def account_members(name, address):
    base, memo = strkey.unmux(address)
    value = {name: base}
    if memo is not None:
        value[f'{name}_muxed'] = address
        value[f'{name}_muxed_id'] = memo
    return value


def asset_members(asset):
    if asset == 'native':
        return {'asset_type': 'native'}
    code, issuer = asset.split(':')
    kind = 'credit_alphanum4' if len(code) <= 4 else 'credit_alphanum12'
    return {'asset_type': kind, 'asset_code': code, 'asset_issuer': issuer}


TYPES = {'payment': 1, 'path_payment_strict_receive': 2, 'path_payment_strict_send': 13}


def operation_json(made, one, join):
    value = {
        'id': one.id, 'paging_token': one.id, 'transaction_successful': made.successful,
        **account_members('source_account', one.source), 'type': one.kind,
        'type_i': TYPES[one.kind], 'created_at': made.created_at,
        'transaction_hash': made.hash, **asset_members(one.asset),
        **account_members('from', one.source), **account_members('to', one.to),
        'amount': one.amount}
    if one.kind != 'payment':
        value.update({f'source_{name}': word for name, word in asset_members(one.asset).items()},
                     source_amount=one.amount, path=[])
    if join:
        value['transaction'] = transaction_json(made)
    return value


def after(pairs, order, cursor):
    """The pairs behind the cursor, in the order wanted; none are copied."""
    if order == 'asc':
        start = len(pairs) if cursor == 'now' else (
            bisect_right(pairs, int(cursor), key=number) if cursor else 0)
        return (pairs[place] for place in range(start, len(pairs)))
    end = bisect_left(pairs, int(cursor), key=number) if cursor not in ('', 'now') else len(pairs)
    return (pairs[place] for place in range(end - 1, -1, -1))


def number(pair):
    return int(pair[1].id)


class Horizon:
    def __init__(self, ledger):
        self.ledger = ledger

    def add_routes(self, site):
        site.route('GET', '/transactions/{hash}', self.transaction)
        site.route('GET', '/transactions/{hash}/operations', self.operations)
        site.route('GET', '/transactions/{hash}/payments', self.operations)
        site.route('GET', '/accounts/{account}/payments', self.payments)
        site.route('GET', '/accounts/{account}/operations', self.payments)
        site.missing = lambda request: problem(404)
        site.wrong_method = lambda request: problem(405)

    def transaction(self, request):
        made = self.ledger.transaction(request.params['hash'])
        return hal(transaction_json(made)) if made else problem(404)

    def operations(self, request):
        made = self.ledger.transaction(request.params['hash'])
        if made is None:
            return problem(404)
        return self.answer(request, [(made, one) for one in made.operations])

    def payments(self, request):
        account = request.params['account']
        try:
            strkey.decode(account)
        except ValueError:
            return problem(400)
        return self.answer(request, self.ledger.by_account.get(strkey.unmux(account)[0], []))

    def answer(self, request, pairs):
        """One page of (transaction, operation), which are in the order of their ids."""
        given = request.arguments()
        order, cursor = given.get('order', 'asc'), given.get('cursor', '')
        limit = given.get('limit', '10')
        if (order not in ('asc', 'desc') or not limit.isdigit() or not 1 <= int(limit) <= 200
                or not (cursor in ('', 'now') or cursor.isdigit())):
            return problem(400)
        failed = given.get('include_failed') == 'true'
        found = (pair for pair in after(pairs, order, cursor) if failed or pair[0].successful)
        pairs = list(islice(found, int(limit)))
        join = given.get('join') == 'transactions'
        records = [operation_json(made, one, join) for made, one in pairs]
        last = records[-1]['paging_token'] if records else cursor
        base = f'http://{request.headers.get("host", "localhost")}{request.path}'
        links = {name: {'href': f'{base}?cursor={token}&limit={limit}&order={direction}'}
                 for name, token, direction in (
                     ('self', cursor, order), ('next', last, order),
                     ('prev', records[0]['paging_token'] if records else cursor,
                      'desc' if order == 'asc' else 'asc'))}
        return hal({'_links': links, '_embedded': {'records': records}})
