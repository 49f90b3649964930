"""The platform's asset file: {"items": [...]}, the names as in its own configuration."""

import json


class Asset:
    def __init__(self, item):
        self.id = item['id']
        self.decimals = int(item['significant_decimals'])
        self.stellar = self.id.startswith('stellar:')
        self.code = self.id.split(':')[1]
        self.account = item.get('distribution_account')
        sep31 = item.get('sep31') or {}
        receive = sep31.get('receive') or {}
        self.sep31 = bool(sep31.get('enabled'))
        self.quotes_supported = bool(sep31.get('quotes_supported'))
        self.quotes_required = bool(sep31.get('quotes_required'))
        self.least = receive.get('min_amount')
        self.most = receive.get('max_amount')
        self.methods = list(receive.get('methods') or ())
        sep38 = item.get('sep38') or {}
        self.sep38 = bool(sep38.get('enabled'))
        self.exchangeable = list(sep38.get('exchangeable_assets') or ())
        self.countries = list(sep38.get('country_codes') or ())
        self.sell_methods = names(sep38.get('sell_delivery_methods'))
        self.buy_methods = names(sep38.get('buy_delivery_methods'))


def names(methods):
    return [method['name'] for method in methods or ()]


class Assets:
    def __init__(self, items):
        self.by_id = {item['id']: Asset(item) for item in items}

    @classmethod
    def read(cls, path):
        with open(path, encoding='utf-8') as file:
            return cls(json.load(file)['items'])

    def get(self, asset_id):
        return self.by_id.get(asset_id)

    def on_chain(self, code, issuer):
        """The asset of a wallet's asset_code and asset_issuer; the first of that code if it
        names no issuer."""
        for asset in self.by_id.values():
            if asset.stellar and asset.code == code:
                if not issuer or asset.id.endswith(f':{issuer}'):
                    return asset
        return None

    def accounts(self):
        return {asset.account for asset in self.by_id.values() if asset.account}
