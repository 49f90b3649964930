"""SEP-38 as the wallet sees it: prices, price, and firm quotes, which are kept."""

import re

from tests.platform import money, rates, strkey, times
from tests.platform.records import dumps
from tests.sim.wire import answer

CONTEXTS = {'price': ('sep6', 'sep31'), 'quote': ('sep6', 'sep24', 'sep31')}


class WalletError(Exception):
    """What the wallet is answered instead."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status
        self.body = {} if why is None else {'error': why}


def refuse(why):
    return WalletError(400, why)


async def rate_of(business, assets, asked):
    """The business's rate, checked; WalletError with what the wallet sees if it is none."""
    said = await business.get_rate(asked)
    if said.kind != 'ok':
        raise WalletError(said.status, said.error)
    try:
        return rates.checked(said.body, asked, assets)
    except rates.Unusable as why:
        raise WalletError(why.status, str(why)) from None


class Quotes:
    def __init__(self, world, business):
        self.world = world
        self.assets = world.assets
        self.business = business

    def asset(self, name, asset_id):
        asset = self.assets.get(asset_id)
        if not asset_id or asset is None or not asset.sep38:
            raise refuse(f'{name} is missing or unknown')
        return asset

    def amount(self, name, value):
        number = money.decimal(value)
        if number is None:
            raise refuse(f'{name} is no number')
        if number <= 0:
            raise refuse(f'{name} is not above zero')
        plain = format(number, 'f')
        whole, _, fraction = plain.partition('.')
        if not self.world.old and (len(whole) > 20 or len(fraction) > 20):
            raise refuse(f'{name} has too many digits')
        return value

    async def prices(self, request):
        given = request.arguments()
        try:
            sell = self.asset('sell_asset', given.get('sell_asset'))
            self.amount('sell_amount', given.get('sell_amount'))
            method('sell_delivery_method', given.get('sell_delivery_method'), sell.sell_methods)
            country(given.get('country_code'), sell.countries)
            found = [await self.one_price(sell, buy, given) for buy in self.partners(sell, given)]
        except WalletError as why:
            return answer(why.status, why.body)
        return answer(200, {'buy_assets': found})

    def partners(self, sell, given):
        wanted = given.get('buy_delivery_method')
        for asset_id in sell.exchangeable:
            buy = self.assets.get(asset_id)
            if buy is not None and (not wanted or wanted in buy.buy_methods):
                yield buy

    async def one_price(self, sell, buy, given):
        rate = await rate_of(self.business, self.assets, {
            'type': 'indicative', 'sell_asset': sell.id, 'sell_amount': given['sell_amount'],
            'sell_delivery_method': given.get('sell_delivery_method'), 'buy_asset': buy.id,
            'buy_delivery_method': given.get('buy_delivery_method'),
            'country_code': given.get('country_code')})
        return {'asset': buy.id, 'price': rate['price'], 'decimals': buy.decimals}

    def asked(self, given, kind):
        """The query for the business of a price or a quote; WalletError if it is refused."""
        sell = self.asset('sell_asset', given.get('sell_asset'))
        buy = self.asset('buy_asset', given.get('buy_asset'))
        if (not given.get('sell_amount')) == (not given.get('buy_amount')):
            raise refuse('either sell_amount or buy_amount is needed')
        for name in ('sell_amount', 'buy_amount'):
            if given.get(name):
                self.amount(name, given[name])
        if given.get('context') not in CONTEXTS[kind]:
            raise refuse(f'context: one of {", ".join(CONTEXTS[kind])}')
        method('sell_delivery_method', given.get('sell_delivery_method'), sell.sell_methods)
        method('buy_delivery_method', given.get('buy_delivery_method'), buy.buy_methods)
        country(given.get('country_code'), sell.countries + buy.countries)
        return {name: given.get(name) or None for name in (
            'sell_asset', 'sell_amount', 'sell_delivery_method', 'buy_asset', 'buy_amount',
            'buy_delivery_method', 'country_code')}

    async def price(self, request):
        try:
            asked = {'type': 'indicative', **self.asked(request.arguments(), 'price')}
            rate = await rate_of(self.business, self.assets, asked)
        except WalletError as why:
            return answer(why.status, why.body)
        return answer(200, without_none({
            'price': rate['price'], 'total_price': total(rate),
            'sell_amount': rate['sell_amount'], 'buy_amount': rate['buy_amount'],
            'fee': rate.get('fee') or {'total': '0', 'asset': asked['sell_asset']}}))

    async def quote(self, given):
        """(status, body) for the wallet; the quote is kept."""
        creator = given.get('creator') or {}
        if not isinstance(creator.get('account'), str):
            return 400, {'error': 'creator.account is needed: the account of the wallet\'s token'}
        try:
            asked = {'type': 'firm', **self.asked(given, 'quote')}
            asked['expire_after'] = expire_after(given.get('expire_after'))
            asked['client_id'] = strkey.unmux(creator['account'])[0]
            rate = await rate_of(self.business, self.assets, asked)
        except WalletError as why:
            return why.status, why.body
        return 201, self.keep(asked, rate, creator)

    def keep(self, asked, rate, creator):
        fee = rate.get('fee') or {'total': '0', 'asset': asked['sell_asset']}
        if len(dumps(fee)) > 1023:
            raise WalletError(500, 'the fee is too long for its column')
        amounts = {name: money.to_asset(money.decimal(rate[name]), self.assets.get(
            asked[name.replace('amount', 'asset')]).decimals)
            for name in ('sell_amount', 'buy_amount')}
        stored = without_none({
            'id': rate['id'], 'sell_amount': amounts['sell_amount'],
            'sell_asset': asked['sell_asset'],
            'sell_delivery_method': asked['sell_delivery_method'],
            'buy_amount': amounts['buy_amount'], 'buy_asset': asked['buy_asset'],
            'buy_delivery_method': asked['buy_delivery_method'],
            'expires_at': times.text_of(times.nanos_of(rate['expires_at'])),
            'price': rate['price'], 'total_price': total(rate),
            'creator': without_none({'account': creator['account'],
                                     'memo': creator.get('memo')}),
            'created_at': self.world.now(), 'fee': fee})
        self.world.save_quote(stored)
        return without_none({
            'id': stored['id'], 'expires_at': stored['expires_at'], 'price': stored['price'],
            'total_price': stored['total_price'], 'sell_asset': stored['sell_asset'],
            'sell_amount': stored['sell_amount'],
            'sell_delivery_method': asked['sell_delivery_method'],
            'buy_asset': stored['buy_asset'], 'buy_amount': stored['buy_amount'],
            'buy_delivery_method': asked['buy_delivery_method'], 'fee': fee})


def total(rate):
    return money.total_price(money.decimal(rate['sell_amount']), money.decimal(rate['buy_amount']))


def without_none(value):
    return {name: one for name, one in value.items() if one is not None}


def method(name, wanted, allowed):
    if wanted and wanted not in allowed:
        raise refuse(f'{name}: {wanted} is not offered for this asset')


def country(wanted, allowed):
    if wanted and wanted not in allowed:
        raise refuse(f'country_code: {wanted} is not served')


def expire_after(text):
    if not text:
        return None
    try:
        times.nanos_of(text)
    except ValueError:
        raise refuse('expire_after is no instant') from None
    if not re.search(r'(Z|[+-]\d\d:?\d\d)$', text):
        raise refuse('expire_after has no zone')
    return text
