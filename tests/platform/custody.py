"""The custody server of platform 3.x: it makes deposit addresses and sends refunds itself.

Modes (POST /_sim/custody): `none` no custody; `works` as the platform's own one; `fails` takes
refunds and reports them failed; `down` cannot be reached; `stand_in` says yes to everything and
does nothing, or gives `refund_answer` {status, body} to refunds.
"""

import asyncio
import json
import uuid

from tests.platform.ledger import checked
from tests.platform.rules import Broken, internal

MODES = ('none', 'works', 'fails', 'down', 'stand_in')
FAILED = 'custody: the transfer failed'


class Custody:
    def __init__(self, world, ledger, mode):
        self.world = world
        self.ledger = ledger
        self.initial = mode
        self.mode = mode
        self.delay_ms = 200
        self.refund_answer = None
        self.rpc = None
        self.orders = []            # every refund that it was asked for
        self.tasks = set()
        self.last_memo = 0

    @property
    def enabled(self):
        return self.mode != 'none'

    def set(self, given):
        """What is wrong with the settings given, or None."""
        if given.get('mode', self.mode) not in MODES:
            return f'mode: one of {", ".join(MODES)}'
        if given.get('mode', 'none') != 'none' and not self.world.old:
            return 'this platform has no custody'
        unknown = set(given) - {'mode', 'delay_ms', 'refund_answer'}
        if unknown:
            return f'{sorted(unknown)[0]}: no such setting'
        self.mode = given.get('mode', self.mode)
        self.delay_ms = given.get('delay_ms', self.delay_ms)
        self.refund_answer = given.get('refund_answer')
        return None

    def reach(self):
        if self.mode == 'down':
            raise internal('the custody server cannot be reached')

    async def deposit(self, record):
        """(destination, memo, memo type) for a payment of the record's asset."""
        self.reach()
        asset = self.world.assets.get(record['amount_in']['asset'])
        if asset is None or not asset.account:
            raise internal('the custody server has no account for this asset')
        self.last_memo = max(self.last_memo + 1, self.world.nanos() // 1_000_000)
        memo = str(self.last_memo)
        self.world.door.record('custody', deposit=record['id'], memo=memo)
        return asset.account, memo, 'id'

    async def refund(self, record, amount, fee):
        """Order the transfer back.  The answer is awaited: equal calls may meet here."""
        self.reach()
        await asyncio.sleep(0)
        if self.mode == 'stand_in':
            return self.stand_in_answer(record, amount, fee)
        if record.get('memo') is None:      # it knows what it made a deposit address for
            raise internal(f'the custody server knows no transaction {record["id"]}')
        self.order(record, amount, fee)
        task = asyncio.ensure_future(self.carry_out(record, amount, fee))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return None

    def order(self, record, amount, fee):
        order = {'transaction_id': record['id'], 'amount': amount, 'amount_fee': fee,
                 'memo': record.get('memo'), 'memo_type': record.get('memo_type'),
                 'to': record.get('source_account')}
        self.orders.append(order)
        self.world.door.record('custody', order=order)

    def stand_in_answer(self, record, amount, fee):
        self.order(record, amount, fee)
        answer = self.refund_answer or {'status': 200, 'body': {}}
        if answer.get('status', 200) == 200:
            return
        body = answer.get('body')
        if isinstance(body, str):
            try:
                body = json.loads(body)
            except ValueError:
                body = None
        said = body.get('rawErrorMessage') if isinstance(body, dict) else None
        raise internal(f'the custody server refused: {said or "no reason"}')

    async def carry_out(self, record, amount, fee):
        await asyncio.sleep(self.delay_ms / 1000)
        params = {'transaction_id': record['id']}
        if self.mode == 'fails' or not record.get('source_account'):
            await self.tell('notify_transaction_error', {**params, 'message': FAILED})
            return
        made = self.transfer(record, amount)
        await self.tell('notify_refund_sent', {**params, 'refund': {
            'id': made.hash,
            'amount': {'asset': record['amount_in']['asset'],
                       'amount': made.operations[0].amount},
            'amount_fee': {'asset': record['fee_details']['asset'], 'amount': fee}}})

    def transfer(self, record, amount):
        """The refund on the ledger: from the deposit account, with the deposit memo."""
        given = checked({'from': record['destination_account'], 'to': record['source_account'],
                         'asset': record['amount_in']['asset'], 'amount': amount,
                         'memo': record.get('memo'), 'memo_type': record.get('memo_type')},
                        self.world.nanos())
        made = self.ledger.add(given)
        self.world.door.record('payment', payment=given, hash=made.hash, by='custody')
        return made

    async def tell(self, method, params):
        try:
            await self.rpc.call({'id': str(uuid.uuid4()), 'jsonrpc': '2.0', 'method': method,
                                 'params': params}, 'custody')
        except Broken:
            return

    def apply(self, entry):
        if entry['kind'] == 'custody':
            if 'deposit' in entry:
                self.last_memo = max(self.last_memo, int(entry['memo']))
            if 'order' in entry:
                self.orders.append(entry['order'])

    def forget(self):
        self.mode = self.initial
        self.refund_answer = None
        self.orders.clear()
        for task in self.tasks:
            task.cancel()
