"""The platform's observer: it sees a payment on the ledger and reports it, once.

It matches destination and memo text among records in pending_sender, and nothing else: neither
asset nor amount nor the kind of memo.  A refused report is lost.  Accounts that are not those of
the asset file are known to it only from its own start on.
"""

import asyncio
import uuid

from tests.platform import strkey
from tests.platform.rules import Broken

MESSAGE = 'a payment arrived'


class Observer:
    def __init__(self, world, ledger, rpc):
        self.world = world
        self.ledger = ledger
        self.rpc = rpc
        self.on = True
        self.source = 'observer'
        self.seen = 0
        self.accounts = set()
        self.start()

    def start(self):
        self.accounts = self.world.assets.accounts() | {
            entry.data['destination_account'] for entry in self.world.store.entries.values()
            if 'destination_account' in entry.data}

    async def switch(self, on):
        """Off: the ledger goes on.  On again: begins where it left off."""
        if on and not self.on:
            self.on = True
            self.start()
            await self.catch_up()
        self.on = on

    async def catch_up(self):
        """Report what closed since the last look, in order; what became of each."""
        outcomes = {}
        while self.on and self.seen < len(self.ledger.transactions):
            made = self.ledger.transactions[self.seen]
            self.seen += 1
            outcomes[made.hash] = await self.look_at(made)
        return outcomes

    async def look_at(self, made):
        if not made.successful:
            return 'the transaction failed'
        why = 'no payment of it goes to an account that is watched'
        for one in made.operations:
            if strkey.unmux(one.to)[0] not in self.accounts and one.to not in self.accounts:
                continue
            ids = self.match(one.to, made.memo)
            if len(ids) == 1:
                return await self.report(ids.pop(), made, one)
            why = 'several open payments have this memo' if ids else 'no open payment has this memo'
        return why

    def match(self, to, memo):
        """The waiting records for this address and memo; an M-address is tried as G and id too."""
        waiting = self.world.store.waiting
        base, number = strkey.unmux(to)
        keys = [(to, memo)] if number is None else [(to, memo), (base, number)]
        return set().union(*(waiting.get(key, ()) for key in keys))

    async def report(self, record_id, made, one):
        wait = self.world.settings['observe_ms']
        if wait:
            await asyncio.sleep(wait / 1000)
        call = {'id': str(uuid.uuid4()), 'jsonrpc': '2.0',
                'method': 'notify_onchain_funds_received',
                'params': {'transaction_id': record_id, 'stellar_transaction_id': made.hash,
                           'amount_in': {'amount': one.amount}, 'message': MESSAGE}}
        try:
            answer = await self.rpc.call(call, self.source)
        except Broken:
            return f'{record_id}: the report broke'
        return f'{record_id}: {"reported" if b"result" in answer[:30] else "refused"}'
