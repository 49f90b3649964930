"""The rules refuse what the platform refuses, and let pass what it takes."""
import unittest
from datetime import datetime, timedelta, timezone

from tests.transcripts import expected_callbacks, recordings, replay_callbacks
from tests.transcripts import platform_rules as rules
from tests.transcripts.expected_callbacks import DECIMALS, USDC

BRL = 'iso4217:BRL'
ASKED = {'type': 'indicative', 'sell_asset': USDC, 'buy_asset': BRL, 'sell_amount': '101'}
FEE = {'total': '1', 'asset': USDC, 'details': [{'name': 'Transfer', 'amount': '1'}]}
NOW = datetime(2026, 1, 2, 3, 0, tzinfo=timezone.utc)
FIELD = {'type': 'string', 'description': 'Your first name'}


def rate(**changes):
    given = {'price': '0.2', 'sell_amount': '101', 'buy_amount': '500', 'fee': FEE, **changes}
    return {'rate': {name: value for name, value in given.items() if value != 'absent'}}


def firm(**changes):
    return rate(**{'id': 'q1', 'expires_at': '2026-01-02T03:05:00Z', **changes})


def fee(**changes):
    return rate(fee={**FEE, **changes})


class Rates(unittest.TestCase):
    def hold(self, good, bodies, asked=ASKED):
        for body in bodies:
            with self.subTest(body=body):
                faults = rules.rate_faults(body, asked, DECIMALS, NOW)
                self.assertEqual(not faults, good, faults)

    def test_good_ones_pass(self):
        self.hold(True, [
            rate(), rate(sell_amount='101.0000000'), rate(buy_amount='500.00'),
            rate(price='0.202', fee='absent'), fee(details=[{'name': 'a', 'amount': '0.25'},
                                                            {'name': 'b', 'amount': '0.75'}]),
            rate(price='0.20159680638722554890219560878243512974',
                 fee={'total': '1.00', 'asset': BRL}),
            rate(price='0.202', fee={'total': '0', 'asset': USDC})])

    def test_the_price_has_to_carry_the_amounts(self):
        self.hold(False, [rate(price='0.2000000002'), rate(price='0.1999999998'),
                          rate(buy_amount='500.01'), rate(fee='absent'), rate(price='-0.2')])

    def test_ten_decimals_are_too_few_for_a_large_amount(self):
        asked = {**ASKED, 'sell_amount': '1000000'}
        amounts = {'sell_amount': '1000000', 'buy_amount': '19518072.26', 'fee': 'absent'}
        self.hold(False, [rate(price='0.0512345680', **amounts)], asked)
        self.hold(True, [rate(price='0.05123456797777015710259493', **amounts)], asked)

    def test_amounts_are_held_to_the_asset_and_to_the_question(self):
        self.hold(False, [rate(sell_amount='101.00000001'), rate(sell_amount='102'),
                          rate(buy_amount='500.001'), rate(buy_amount='0'), rate(buy_amount=500),
                          rate(buy_amount='5e2'), rate(price='absent'), rate(price=None)])

    def test_fees_add_up(self):
        self.hold(False, [
            fee(total='2'), fee(total='-1'), fee(asset='iso4217:JPY'), fee(details=[]),
            fee(details=[{'name': 'a', 'amount': '0.5'}]), fee(details=[{'amount': '1'}]),
            rate(price='0.202', fee={**FEE, 'total': '0'}), fee(total='1.00000001'),
            fee(details=[{'name': 'n' * 1000, 'amount': '1'}])])

    def test_a_firm_rate_has_an_id_and_an_end(self):
        asked = {**ASKED, 'type': 'firm', 'expire_after': '2026-01-02T03:04:00+00:00'}
        self.hold(True, [firm(), rate(id='q1', expires_at='2026-01-02T03:04:00.000001Z')], asked)
        self.hold(False, [rate(), firm(id='absent'), firm(id=''), firm(id='q' * 256),
                          firm(expires_at='absent'), firm(expires_at='2026-01-02'),
                          firm(expires_at='2026-01-02T03:05:00'),
                          firm(expires_at='2026-01-02T02:59:59Z'),
                          firm(expires_at='2026-01-02T03:03:59Z')], asked)


class Customers(unittest.TestCase):
    def hold(self, good, bodies, method='GET', asked=()):
        for body in bodies:
            with self.subTest(body=body):
                faults = rules.customer_faults(body, method, dict(asked))
                self.assertEqual(not faults, good, faults)

    def test_good_ones_pass(self):
        self.hold(True, [
            {'status': 'NEEDS_INFO', 'fields': {'first_name': FIELD}},
            {'id': 'c1', 'status': 'ACCEPTED'},
            {'id': 'c1', 'status': 'REJECTED', 'message': 'Not served here.'},
            {'id': 'c1', 'status': 'ACCEPTED', 'fields': {'city': {**FIELD, 'optional': True}},
             'provided_fields': {'first_name': {**FIELD, 'status': 'ACCEPTED'}}},
            {'id': 'c1', 'status': 'NEEDS_INFO', 'fields': {}, 'provided_fields': {
                'mobile_number': {**FIELD, 'status': 'VERIFICATION_REQUIRED'}}}])

    def test_a_status_says_what_it_means(self):
        self.hold(False, [
            {}, [], {'id': 'c1'}, {'id': 'c1', 'status': 'accepted'}, {'status': 'ACCEPTED'},
            {'id': 'c1', 'status': 'NEEDS_INFO'}, {'id': 'c1', 'status': 'REJECTED'},
            {'status': 'NEEDS_INFO', 'fields': {'city': {**FIELD, 'optional': True}}},
            {'id': 'c1', 'status': 'ACCEPTED', 'fields': {'city': FIELD}},
            {'id': None, 'status': 'ACCEPTED'}, {'id': 'c1', 'status': 'ACCEPTED', 'extra': 1}])

    def test_fields_are_what_a_wallet_can_send(self):
        for name, field in (('family_name', FIELD), ('photo_id_front', FIELD),
                            ('birth_date', FIELD), ('city', {'type': 'string'}),
                            ('city', {**FIELD, 'type': 'text'}),
                            ('city', {**FIELD, 'optional': 'no'}),
                            ('city', {**FIELD, 'choices': 'a,b'}),
                            ('city', {**FIELD, 'status': 'ACCEPTED'})):
            self.hold(False, [{'status': 'NEEDS_INFO', 'fields': {name: field}}])

    def test_the_id_is_the_one_that_was_asked_for(self):
        body = {'id': 'c1', 'status': 'ACCEPTED'}
        self.hold(True, [body], asked={'id': 'c1'})
        self.hold(False, [body], asked={'id': 'c2'})
        self.hold(False, [{'status': 'NEEDS_INFO', 'fields': {'city': FIELD}}], method='PUT')

    def test_an_error_says_why_and_repeats_no_value(self):
        self.assertEqual(rules.error_faults({'error': 'birth_date is no date'}, ['1990-05-17']), [])
        for body in ({}, {'error': ''}, {'error': 5}, None, {'error': 'no: 1990-05-17'}):
            self.assertNotEqual(rules.error_faults(body, ['1990-05-17']), [])


class Requests(unittest.TestCase):
    """What goes out is what was recorded."""

    def test_every_line_has_an_expected_answer(self):
        known = set()
        for platform in ('4.3.0', '3.1.4'):
            for line in recordings.lines(platform, 'callbacks'):
                known.add(expected_callbacks.step(line))
                self.assertIn(expected_callbacks.expected(line)[0], (200, 204, 400, 404))
        self.assertEqual(set(expected_callbacks.REFUSED) - known, set())

    def test_only_what_has_to_is_changed(self):
        server = replay_callbacks.Server('http://127.0.0.1:8081', 'none', 'x' * 32)
        for platform in ('4.3.0', '3.1.4'):
            lines = [line for line in recordings.lines(platform, 'callbacks')
                     if line['auth'] == 'none']
            customers = replay_callbacks.Customers(server, lines)
            for line in lines:
                method, target, headers, body = replay_callbacks.request_of(line, customers, server)
                request = line['request']
                with self.subTest(id=line['id']):
                    self.assertEqual(body, recordings.body_bytes(request))
                    self.assertEqual([name for name, _ in headers],
                                     [name for name, _ in request['headers']])
                    if 'expire_after' not in target:
                        self.assertEqual((method, target), (request['method'], request['target']))

    def test_an_expiry_keeps_its_style(self):
        for before, after in (('2026-11-22T08:28:31Z', '2026-11-22T09:28:31Z'),
                              ('2026-11-22T08:28:31+00:00', '2026-11-22T09:28:31+00:00'),
                              ('2026-11-22T08:28:31.123Z', '2026-11-22T09:28:31.123Z')):
            self.assertEqual(rules.later(before, timedelta(hours=1)), after)

    def test_a_token_is_signed_as_the_platform_signs(self):
        head, claims, mac = replay_callbacks.token('x' * 32).split('.')
        self.assertEqual(head, 'eyJhbGciOiJIUzI1NiJ9')
        self.assertEqual(len(mac), 43)
        self.assertTrue(claims)
