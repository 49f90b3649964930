"""The JSON-RPC methods that change a SEP-31 record: where each may start, and what it does.

A method works on a Call, whose `record` is a copy that is stored when the method is done.
"""

import base64
import secrets

from tests.platform import money, rules
from tests.platform.records import STATUSES
from tests.platform.rules import Refused, bad, internal, member, text

FINAL = frozenset(('completed', 'refunded', 'error', 'expired'))
OPEN = STATUSES - FINAL
PAID, UNPAID, EITHER = (True,), (False,), (True, False)


class Call:
    """One call under way: the record as it was read, the parameters, the world."""

    def __init__(self, world, entry, params, source, tools):
        self.world = world
        self.params = params
        self.source = source
        self.tools = tools
        self.version = entry.version
        self.record = dict(entry.data)
        self.paid = 'transfer_received_at' in entry.data
        self.before = entry.data.get('status')
        self.deadline = None        # user_action_required_by after the call
        self.now = world.nanos()

    @property
    def message(self):
        return text(self.params.get('message'))

    def asset_of(self, name):
        return (self.record.get(name) or {}).get('asset')

    def move(self, status):
        self.record['status'] = status
        if status in ('completed', 'refunded'):
            self.record['completed_at'] = self.world.now()
        if status in ('error', 'expired') and self.message is None:
            raise bad(f'a message is needed for {status}')


def request_onchain_funds(call):
    set_amounts(call)
    call.deadline = rules.future('user_action_required_by',
                                 call.params.get('user_action_required_by'), call.now)
    return set_deposit(call)


def set_amounts(call):
    params, record, assets = call.params, call.record, call.world.assets
    given_in, given_out = member(params, 'amount_in'), member(params, 'amount_out')
    fee, expected = member(params, 'fee_details'), member(params, 'amount_expected')
    if (given_in is None) != (fee is None) or (expected is not None and given_in is None):
        raise bad('amount_in and fee_details go together; the other amounts need them')
    if given_in is not None:
        asset_in = on_chain('amount_in', given_in, True)
        value = rules.amount('amount_in', given_in.get('amount'), asset_in, assets, zero=True)
    if given_out is not None:
        asset_out = on_chain('amount_out', given_out, False)
        record['amount_out'] = {
            'amount': rules.amount('amount_out', given_out.get('amount'), asset_out, assets,
                                   zero=True),
            'asset': asset_out}
    if fee is not None:
        on_chain('fee_details', fee, True)
        record['fee_details'] = rules.fee_details(fee, record.get('fee_details'), assets)
    if given_in is not None:
        record['amount_in'] = {'amount': value, 'asset': asset_in}
        if expected is not None:
            value = rules.amount('amount_expected', expected.get('amount'), asset_in, assets)
        record['amount_expected'] = {'amount': value, 'asset': asset_in}


def on_chain(name, given, wanted):
    """The asset of an amount, which must or must not be on the ledger."""
    asset = given.get('asset')
    if asset is None:
        raise (bad if name == 'fee_details' else internal)(f'{name}: no asset')
    if str(asset).startswith('stellar:') != wanted:
        raise bad(f'{name}: {"not an" if wanted else "an"} asset of the ledger')
    return asset


async def set_deposit(call):
    params, world = call.params, call.world
    memo, memo_type = text(params.get('memo')), text(params.get('memo_type'))
    destination = text(params.get('destination_account'))
    custody = call.tools.custody
    if custody.enabled or world.settings['deposit_info'] == 'self':
        if memo is not None or memo_type is not None or destination is not None:
            raise bad('memo, memo_type and destination_account are made by the platform here')
        if custody.enabled and world.settings['deposit_info'] == 'none':
            destination, memo, memo_type = await custody.deposit(call.record)
        else:
            memo, memo_type = own_memo(world, call.record['id'])
    else:
        if not (memo or '').strip():
            raise bad('a memo is needed')
        if not (destination or '').strip():
            raise bad('a destination_account is needed')
        if world.old:
            rules.typed_memo(memo, memo_type)
        else:
            rules.id_memo(memo)
            memo_type = 'id'
    call.record.update(destination_account=destination, memo=memo, memo_type=memo_type,
                       refund_memo=memo, refund_memo_type=memo_type)
    call.move('pending_sender')


def own_memo(world, record_id):
    """deposit_info self: 3.x makes a hash of the id's first 32 characters, 4.x a number."""
    if world.old:
        return base64.b64encode(record_id.encode()[:32]).decode(), 'hash'
    return str(secrets.randbits(63)), 'id'


def notify_onchain_funds_received(call):
    params, record, assets = call.params, call.record, call.world.assets
    wanted = text(params.get('stellar_transaction_id'))
    if not (wanted or '').strip():
        raise bad('a stellar_transaction_id is needed')
    given_in, given_out = member(params, 'amount_in'), member(params, 'amount_out')
    fee = member(params, 'fee_details')
    if (given_out is None) != (fee is None) or (given_out is not None and given_in is None):
        raise bad('no amounts, amount_in alone, or amount_in, amount_out and fee_details')
    if given_in is not None:
        asset = call.asset_of('amount_in')
        record['amount_in'] = {
            'amount': rules.amount('amount_in', given_in.get('amount'), asset, assets),
            'asset': asset}
    if given_out is not None:
        asset = call.asset_of('amount_out')
        record['amount_out'] = {
            'amount': rules.amount('amount_out', given_out.get('amount'), asset, assets),
            'asset': asset}
        record['fee_details'] = rules.fee_details(fee, record.get('fee_details'), assets)
    found = call.tools.ledger.transaction(wanted)
    if found is None:
        if call.world.old:
            raise rules.Broken('hash')
        raise internal('the ledger has no such transaction')
    if found.operations[0].kind != 'payment':
        raise internal('the first operation names no plain sender')
    record['transfer_received_at'] = found.created_at
    record['stellar_transactions'] = (record.get('stellar_transactions') or []) + [
        found.shown(record.get('memo'), record.get('memo_type'))]
    record['source_account'] = found.operations[0].source
    call.move('pending_receiver')


def notify_offchain_funds_pending(call):
    call.deadline = rules.future('user_action_required_by',
                                 call.params.get('user_action_required_by'), call.now)
    set_external_id(call)
    call.move('pending_external')


def notify_offchain_funds_sent(call):
    set_external_id(call)
    call.move('completed')


def set_external_id(call):
    given = text(call.params.get('external_transaction_id'))
    if given is not None:
        call.record['external_transaction_id'] = given


# What the customer's status makes of the transaction.
AFTER_LOOKUP = {
    'ACCEPTED': 'pending_receiver',
    'PROCESSING': 'pending_receiver',
    'NEEDS_INFO': 'pending_customer_info_update',
    'REJECTED': 'error',
}


def notify_customer_info_updated(call):
    customer = text(call.params.get('customer_id'))
    if customer is None:
        return call.move('pending_receiver')
    return look_up_customer(call, customer)


async def look_up_customer(call, customer):
    answer = await call.tools.business.get_customer({
        'id': customer, 'transaction_id': call.record['id'],
        'type': text(call.params.get('customer_type'))})
    if answer.kind == 'bad_request':
        raise bad(answer.error or 'the business refused the look-up')
    if answer.kind != 'ok':
        raise internal(answer.error or 'the look-up of the customer failed')
    call.world.publish('customer_updated', {'customer': {'id': answer.body.get('id')}})
    status = AFTER_LOOKUP.get(answer.body.get('status'))
    if status is None:
        raise internal('the customer has no status that is known')
    call.move(status)


def notify_refund_sent(call):
    refund = checked_refund(call, needed='a refund is needed')
    amount, fee = refund['amount']['amount'], refund['amount_fee']['amount']
    whole = money.decimal(call.record['amount_in']['amount'])
    paid_back = money.decimal(amount) + money.decimal(fee)
    if paid_back > whole:
        raise bad('the refund is more than amount_in')
    asset = call.asset_of('amount_in')
    entry = {'id': text(refund.get('id')), 'id_type': 'stellar',
             'amount': {'amount': amount, 'asset': asset}, 'fee': {'amount': fee, 'asset': asset}}
    call.record['refunds'] = {
        'amount_refunded': {'amount': money.to_asset(paid_back, 4), 'asset': asset},
        'amount_fee': {'amount': money.to_asset(money.decimal(fee), 4), 'asset': asset},
        'payments': [{name: value for name, value in entry.items() if value is not None}]}
    call.move('refunded' if paid_back == whole else 'pending_anchor')


def checked_refund(call, needed):
    """The refund with its amounts as text, held against the record."""
    refund = member(call.params, 'refund')
    if refund is None:
        raise bad(needed)
    if 'refunds' in call.record:
        raise Refused(rules.INVALID_REQUEST, 'a second refund is not supported')
    amount, fee = member(refund, 'amount'), member(refund, 'amount_fee')
    if amount is None or fee is None:
        raise internal('refund: amount and amount_fee are needed')
    assets, asset_in = call.world.assets, call.asset_of('amount_in')
    if amount.get('asset') != asset_in:
        raise bad('refund.amount: not the asset of amount_in')
    if fee.get('asset') != call.asset_of('fee_details'):
        raise bad('refund.amount_fee: not the asset of the recorded fee')
    return {**refund,
            'amount': {'amount': rules.amount('refund.amount', amount.get('amount'), asset_in,
                                              assets)},
            'amount_fee': {'amount': rules.amount('refund.amount_fee', fee.get('amount'),
                                                  asset_in, assets, zero=True)}}


def notify_transaction_error(call):
    call.move('error')


def notify_transaction_expired(call):
    call.move('expired')


def notify_transaction_recovery(call):
    call.record.pop('message', None)
    call.move('pending_receiver')


def do_stellar_refund(call):
    if not call.tools.custody.enabled:
        raise bad('without custody there is no such refund')
    refund = checked_refund(call, needed='refund: may not be absent')
    amount, fee = refund['amount']['amount'], refund['amount_fee']['amount']
    whole = money.decimal(call.record['amount_in']['amount'])
    if money.decimal(amount) + money.decimal(fee) != whole:
        raise bad('the refund is not exactly amount_in')
    return order_refund(call, amount, fee)


async def order_refund(call, amount, fee):
    await call.tools.custody.refund(call.record, amount, fee)
    call.move('pending_stellar')


class Method:
    """`starts`: the statuses a call may start from, each with paid and unpaid or only one."""

    def __init__(self, act, starts):
        self.act = act
        self.starts = frozenset((status, paid) for statuses, kinds in starts
                                for status in statuses for paid in kinds)


WITH_KYC = ('pending_receiver', 'pending_customer_info_update')
METHODS = {
    'request_onchain_funds': Method(request_onchain_funds, [(('pending_receiver',), UNPAID)]),
    'notify_onchain_funds_received': Method(
        notify_onchain_funds_received, [(('pending_sender',), EITHER)]),
    'notify_offchain_funds_pending': Method(
        notify_offchain_funds_pending, [(('pending_receiver',), EITHER)]),
    'notify_offchain_funds_sent': Method(
        notify_offchain_funds_sent, [(('pending_receiver', 'pending_external'), EITHER)]),
    'notify_customer_info_updated': Method(notify_customer_info_updated, [(WITH_KYC, EITHER)]),
    'notify_refund_sent': Method(
        notify_refund_sent, [(('pending_receiver', 'pending_stellar'), EITHER)]),
    'notify_transaction_error': Method(notify_transaction_error, [(OPEN, EITHER)]),
    'notify_transaction_expired': Method(notify_transaction_expired, [(OPEN, UNPAID)]),
    'notify_transaction_recovery': Method(
        notify_transaction_recovery, [(('error', 'expired'), PAID)]),
}
# Known names that no SEP-31 record may be the object of.
FOREIGN = {name: Method(None, []) for name in (
    'notify_refund_pending', 'notify_amounts_updated', 'notify_transaction_on_hold',
    'request_trust', 'notify_trust_set', 'notify_onchain_funds_sent',
    'notify_offchain_funds_received', 'notify_offchain_funds_available',
    'request_offchain_funds', 'notify_interactive_flow_completed')}
# 3.x only; 4.2 and later know the names and have nothing behind them.
CUSTODY = {
    'do_stellar_refund': Method(do_stellar_refund, [(('pending_receiver',), EITHER)]),
    'do_stellar_payment': Method(None, []),
}


def table(old):
    return {**METHODS, **FOREIGN, **(CUSTODY if old else {})}


# Accepted by the platform, and never to be done by a business: counted in the books.
def forbidden(method, paid, record, before):
    unpaid_start = before == 'pending_receiver' and not paid
    if unpaid_start and method in ('notify_offchain_funds_pending', 'notify_offchain_funds_sent',
                                   'notify_refund_sent', 'do_stellar_refund'):
        return f'{method} of an unpaid payment'
    if method == 'notify_refund_sent' and record['status'] == 'pending_anchor':
        return 'a partial refund'
    return None
