"""POST /event: every change is told to the business, one after the other, until it is taken.

An event that is refused is sent again after 1, 2, 4 ... 300 seconds and all later ones wait.
What was not taken when the simulator died is sent after its restart.
"""

import asyncio

from tests.platform import times
from tests.platform.records import dumps
from tests.platform.world import new_id

LONGEST = 300


class Events:
    def __init__(self, door):
        self.door = door
        self.business = None
        self.queue = {}             # id -> (type, payload), in order
        self.arrived = asyncio.Event()
        self.taken = 0
        self.task = None

    def line(self, kind, payload):
        """The journal line of an event."""
        return {'kind': 'event', 'id': new_id(), 'type': kind, 'payload': payload}

    def add(self, line):
        self.queue[line['id']] = (line['type'], line['payload'])
        self.arrived.set()

    def start(self, business, nanos):
        self.business = business
        self.nanos = nanos
        self.task = asyncio.ensure_future(self.deliver())

    async def deliver(self):
        while True:
            self.arrived.clear()
            for event_id in list(self.queue):
                await self.send(event_id)
            if not self.queue:
                await self.arrived.wait()

    async def send(self, event_id):
        pause = 1
        while event_id in self.queue:
            kind, payload = self.queue[event_id]
            body = dumps({'id': event_id, 'timestamp': times.text_of(self.nanos()),
                          'type': kind, 'payload': payload})
            if await self.business.post_event(body):
                self.queue.pop(event_id, None)
                self.taken += 1
                self.door.record('event_taken', id=event_id)
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)

    def apply(self, entry):
        if entry['kind'] == 'event':
            self.add(entry)
        elif entry['kind'] == 'event_taken':
            self.queue.pop(entry['id'], None)
            self.taken += 1

    def forget(self):
        self.queue.clear()
        self.taken = 0
