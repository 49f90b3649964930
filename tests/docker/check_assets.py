"""dev.assets.yaml and the book that the image loads tell wallets and us the same."""

import json
import os
import re
import tomllib
import unittest
from decimal import Decimal

import yaml

from tests.docker import compose


def book(name):
    with open(os.path.join(compose.ROOT, 'config', f'{name}.json'), encoding='utf-8') as file:
        return json.load(file)


class Assets(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(compose.FOLDER, 'config', 'dev.assets.yaml'),
                  encoding='utf-8') as file:
            items = yaml.safe_load(file)['items']
        self.platform = {item['id']: item for item in items}
        self.assertEqual(len(items), len(self.platform))
        self.book = {asset['id']: asset for asset in book('assets')}
        self.on_chain = {n: a for n, a in self.platform.items() if n.startswith('stellar:')}
        self.fiat = {n: a for n, a in self.platform.items() if n.startswith('iso4217:')}

    def test_the_same_assets_with_the_same_decimals(self):
        self.assertEqual(set(self.platform), set(self.book))
        self.assertEqual(set(self.platform), set(self.on_chain) | set(self.fiat))
        for name, asset in self.platform.items():
            self.assertEqual(asset['significant_decimals'], self.book[name]['decimals'], name)

    def test_the_account_that_receives(self):
        for name, asset in self.on_chain.items():
            self.assertEqual(asset['distribution_account'],
                             self.book[name]['distribution_account'])

    def test_methods(self):
        every = set()
        for name, asset in self.fiat.items():
            methods = self.book[name]['methods']
            every |= set(methods)
            for side in ('sell_delivery_methods', 'buy_delivery_methods'):
                self.assertEqual([m['name'] for m in asset['sep38'][side]], methods, name)
                self.assertTrue(all(m['description'] for m in asset['sep38'][side]))
        for name, asset in self.on_chain.items():
            self.assertEqual(set(asset['sep31']['receive']['methods']), every, name)

    def test_countries(self):
        for name, asset in self.fiat.items():
            self.assertEqual(asset['sep38']['country_codes'], self.book[name]['countries'], name)
            for code in asset['sep38']['country_codes']:
                self.assertRegex(code, '^[A-Z]{2}$')  # the platform stops at any other

    def test_pairs_are_those_that_have_a_price(self):
        pairs = {(name, other) for name, asset in self.platform.items()
                 for other in asset['sep38']['exchangeable_assets']}
        self.assertEqual(pairs, {(p['sell_asset'], p['buy_asset']) for p in book('prices')})

    def test_the_smallest_and_the_largest_amount(self):
        limits = {each['asset']: each for each in book('limits')['quotes']}
        for name, asset in self.on_chain.items():
            receive = asset['sep31']['receive']
            # The platform takes whole numbers only.
            self.assertIs(type(receive['min_amount']), int)
            self.assertIs(type(receive['max_amount']), int)
            self.assertEqual(Decimal(receive['min_amount']), Decimal(limits[name]['least']))
            self.assertEqual(Decimal(receive['max_amount']), Decimal(limits[name]['most']))

    def test_what_a_payment_needs_is_switched_on(self):
        for asset in self.on_chain.values():
            self.assertTrue(asset['sep31']['enabled'] and asset['sep31']['quotes_supported'])
        for asset in self.platform.values():
            self.assertTrue(asset['sep38']['enabled'])

    def test_nothing_that_a_platform_of_3_or_4_does_not_know(self):
        known = {
            '': {'id', 'distribution_account', 'significant_decimals', 'sep31', 'sep38'},
            'sep31': {'enabled', 'quotes_supported', 'quotes_required', 'receive'},
            'receive': {'min_amount', 'max_amount', 'methods'},
            'sep38': {'enabled', 'exchangeable_assets', 'country_codes', 'sell_delivery_methods',
                      'buy_delivery_methods'}}
        for name, asset in self.platform.items():
            parts = {'': asset, 'sep31': asset['sep31'], 'sep38': asset['sep38'],
                     'receive': asset['sep31'].get('receive', {})}
            for part, members in parts.items():
                self.assertLessEqual(set(members), known[part], f'{name} {part}')

    def test_the_wallet_is_told_of_the_same(self):
        with open(os.path.join(compose.FOLDER, 'config', 'dev.stellar.toml'), 'rb') as file:
            toml = tomllib.load(file)
        told = {f'stellar:{c["code"]}:{c["issuer"]}' for c in toml['CURRENCIES']}
        self.assertEqual(told, set(self.on_chain))
        self.assertEqual(toml['ACCOUNTS'],
                         sorted({a['distribution_account'] for a in self.on_chain.values()}))

    def test_every_language_of_the_book_is_offered(self):
        offered = set(dict(compose.env_file('dev.env'))['LANGUAGES'].split(','))
        written = set(re.findall(r'"([a-z]{2})":', json.dumps(book('types'))))
        self.assertEqual(offered, written)


if __name__ == '__main__':
    unittest.main()
