"""SEP-31 POST /transactions as the wallet sees it: the platform's checks, and the new record."""

from decimal import localcontext

from tests.platform import money, times
from tests.platform.money import WIDE
from tests.platform.quotes import WalletError, rate_of, refuse, without_none
from tests.platform.world import new_id


class Payments:
    def __init__(self, world, business):
        self.world = world
        self.business = business

    async def create(self, given):
        """(status, body): the record, or the wallet's error."""
        creator = given.get('creator') or {}
        if not isinstance(creator, dict) or not isinstance(creator.get('account'), str):
            return 400, {'error': 'door: creator.account is needed: the account of the token'}
        try:
            asset = self.checked_asset(given)
            self.check_amount(given, asset)
            check_method(given, asset)
            check_fields(given)
            quote = self.checked_quote(given, asset)
            amounts = self.from_quote(quote) if quote else await self.from_rate(given, asset)
        except WalletError as why:
            return why.status, why.body
        return 201, self.record(given, creator, quote, amounts)

    def checked_asset(self, given):
        asset = self.world.assets.on_chain(given.get('asset_code'), given.get('asset_issuer'))
        if asset is None or not asset.sep31:
            raise refuse('asset_code: not an asset that is received here')
        return asset

    def check_amount(self, given, asset):
        amount = money.decimal(given.get('amount'))
        if amount is None or amount <= 0:
            raise refuse('amount: missing, no number or not above zero')
        if asset.least is not None and amount < asset.least:
            raise refuse('amount: too small')
        if asset.most is not None and amount > asset.most:
            raise refuse('amount: too large')

    def checked_quote(self, given, asset):
        """The quote that the wallet named, or None."""
        quote_id = given.get('quote_id')
        if quote_id is None:
            if asset.quotes_required:
                raise refuse('a quote_id is needed')
            return None
        if not asset.quotes_supported:
            raise WalletError(502, 'quotes are not supported for this asset')
        quote = self.world.quotes.get(quote_id)
        if quote is None:
            raise refuse(f'quote {quote_id} is unknown')
        if not self.world.old and times.nanos_of(quote['expires_at']) < self.world.nanos():
            raise refuse(f'quote {quote_id} has ended at {quote["expires_at"]}')
        if money.decimal(given['amount']) != money.decimal(quote['sell_amount']):
            raise refuse(f'quote {quote_id} is for another amount')
        if quote['sell_asset'] != asset.id:
            raise refuse(f'quote {quote_id} is for another asset')
        return quote

    def from_quote(self, quote):
        return {'in': {'amount': quote['sell_amount'], 'asset': quote['sell_asset']},
                'out': {'amount': quote['buy_amount'], 'asset': quote['buy_asset']},
                'fee': quote['fee']}

    async def from_rate(self, given, asset):
        """Without a quote only the fee is asked for; the amounts are worked out here."""
        destination = given.get('destination_asset')
        rate = await rate_of(self.business, self.world.assets, {
            'type': 'indicative', 'sell_asset': asset.id, 'sell_amount': given['amount'],
            'buy_asset': self.known(destination, asset), 'client_id': given.get('client_name')})
        fee = rate.get('fee') or {'total': '0', 'asset': asset.id}
        total, amount = money.decimal(fee['total']), money.decimal(given['amount'])
        with localcontext(WIDE):
            if self.world.settings['payment_type'] == 'STRICT_SEND':
                paid, delivered = amount, amount - total
            else:
                paid, delivered = amount + total, amount
        out = {}
        if destination == asset.id:
            out = {'amount': money.to_asset(delivered, asset.decimals), 'asset': asset.id}
        elif destination:
            out = {'asset': destination}
        fee_decimals = self.world.assets.get(fee['asset']).decimals
        return {'in': {'amount': money.to_asset(paid, asset.decimals), 'asset': asset.id},
                'out': out,
                'fee': {'total': money.to_asset(total, fee_decimals), 'asset': fee['asset']}}

    def known(self, destination, asset):
        if not destination:
            return asset.id
        if self.world.assets.get(destination) is None:
            raise refuse('destination_asset: unknown')
        return destination

    def record(self, given, creator, quote, amounts):
        now = self.world.now()
        made = {
            'fundingMethod': given.get('funding_method'), 'id': new_id(), 'sep': '31',
            'kind': 'receive', 'status': 'pending_receiver', 'amount_expected': amounts['in'],
            'amount_in': amounts['in'], 'amount_out': amounts['out'],
            'fee_details': amounts['fee'], 'quote_id': quote['id'] if quote else None,
            'started_at': now, 'updated_at': self.world.now(),
            'client_domain': given.get('client_domain'), 'client_name': given.get('client_name'),
            'customers': {'sender': without_none({'id': given.get('sender_id')}),
                          'receiver': without_none({'id': given.get('receiver_id')})},
            'creator': without_none({'account': creator['account'],
                                     'memo': creator.get('memo')}),
            'request_client_ip_address': None if self.world.old else '127.0.0.1'}
        return self.world.save(made, 'created', 'transaction_created')


def check_method(given, asset):
    if given.get('funding_method') not in asset.methods:
        raise refuse('funding_method: missing, or not offered for this asset')


def check_fields(given):
    fields = given.get('fields')
    if not isinstance(fields, dict) or fields.get('transaction') is None:
        raise refuse('fields.transaction is needed')
