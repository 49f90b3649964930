#!/usr/bin/env python3
"""A simulated treasury behind api/treasury-rail.openapi.yaml: the bank of bank.py, but for what it
is asked and what it answers.

    python3 tests/rail/treasury.py --port 9001 --state DIR [--api-key KEY] [--settle-ms 1000] ...

Amounts are magic by their cents, as the bank's: .02 refused for good, .03 answered late, .05 the
first answer is lost.  Each refund that settles has a transaction of its own, which is told by the
books too.
"""
import hashlib
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.rail import bank  # noqa: E402
from tests.rail.payouts import Payouts, cents  # noqa: E402
from tests.sim import door as sim  # noqa: E402

CONTRACT = ROOT / 'api' / 'treasury-rail.openapi.yaml'


class Refunds(Payouts):
    ORDER, LIST = 'RefundOrder', 'refunds'

    @staticmethod
    def magic(order):
        return cents(order['amount'])

    def becomes(self, order):
        return ('settled',)

    @staticmethod
    def refusal(kind, order):
        return {'code': 'no_trustline', 'message': 'The account does not take this asset.'}

    def bank_id(self, reference):
        return 'T' + super().bank_id(reference)[1:]

    def hash_of(self, reference):
        return hashlib.sha256(f'{self.seed}:{reference}'.encode()).hexdigest()

    def shown(self, payout):
        body = {'treasury_id': payout.bank_id, **payout.order, 'status': payout.status}
        if payout.status == 'settled':
            body['stellar_transaction_id'] = self.hash_of(payout.reference)
        if payout.refusal:
            body['refusal'] = payout.refusal
        body['created_at'] = self.moment(payout.created)
        body['updated_at'] = self.moment(payout.updated)
        return body

    def booked(self, payout):
        return {'treasury_id': payout.bank_id, **payout.order, 'status': payout.status,
                'hash': self.hash_of(payout.reference)}


if __name__ == '__main__':
    options = bank.arguments('a simulated treasury')
    sys.exit(sim.run(bank.main(options, 'treasury', Refunds, CONTRACT)))
