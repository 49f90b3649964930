"""The simulated platform's memory: records, quotes and settings, and the journal behind them."""

import time
import uuid

from tests.platform import times
from tests.platform.records import Store, ordered

VERSIONS = {'3.1': '3.1.4', '4.3': '4.3.0'}

# What a person or a test may change at run time (POST /_sim/settings).
SETTINGS = {
    'think_ms': (int, 'how long a call lasts between reading the record and writing it'),
    'deposit_info': (('none', 'self'), 'who makes destination and memo of a deposit'),
    'payment_type': (('STRICT_SEND', 'STRICT_RECEIVE'), 'what the wallet\'s amount means'),
    'batch_size_limit': (int, 'calls in one array'),
    'observe_ms': (int, 'how long a payment waits before it is reported'),
}


class World:
    def __init__(self, door, behave, assets, events=None):
        self.door = door
        self.clock = door.clock
        self.behave = behave
        self.version = VERSIONS[behave]
        self.old = behave == '3.1'
        self.assets = assets
        self.events = events
        self.store = Store()
        self.quotes = {}
        self.defaults = {'think_ms': 0, 'deposit_info': 'none', 'payment_type': 'STRICT_SEND',
                         'batch_size_limit': 40, 'observe_ms': 0}
        self.settings = dict(self.defaults)
        self.started_at = self.now()

    def nanos(self):
        return time.time_ns() + self.clock.offset_ms * 1_000_000

    def now(self):
        return times.text_of(self.nanos())

    def set(self, given):
        """Change settings; a sentence says what is wrong, None if nothing is."""
        for name, value in given.items():
            if name not in SETTINGS:
                return f'{name}: no such setting'
            allowed, _ = SETTINGS[name]
            if allowed is int and (type(value) is not int or value < 0):
                return f'{name}: a whole number'
            if allowed is not int and value not in allowed:
                return f'{name}: one of {", ".join(allowed)}'
        self.settings.update(given)
        self.door.record('settings', given=given)
        return None

    def save(self, record, entry_kind, event_type=None, **members):
        """Store the record, journal the change in the same write, publish the event.

        Gives the record in member order, as it is answered now."""
        record = ordered(record)
        lines = [{'kind': entry_kind, **members, 'record': record}]
        if event_type is not None and self.events is not None:
            lines.append(self.events.line(event_type, {'transaction': record}))
        self.door.record_all(lines)
        self.store.put(record)
        if len(lines) > 1:
            self.events.add(lines[1])
        return record

    def save_quote(self, quote):
        lines = [{'kind': 'quote', 'quote': quote}]
        if self.events is not None:
            lines.append(self.events.line('quote_created', {'quote': quote}))
        self.door.record_all(lines)
        self.quotes[quote['id']] = quote
        if len(lines) > 1:
            self.events.add(lines[1])

    def publish(self, event_type, payload):
        if self.events is not None:
            line = self.events.line(event_type, payload)
            self.door.record_all([line])
            self.events.add(line)

    def apply(self, entry):
        """One journal line of an earlier run."""
        if 'record' in entry:
            self.store.put(entry['record'])
        elif entry['kind'] == 'quote':
            self.quotes[entry['quote']['id']] = entry['quote']
        elif entry['kind'] == 'settings':
            self.settings.update(entry['given'])

    def forget(self):
        self.store.clear()
        self.quotes.clear()
        self.settings = dict(self.defaults)


def new_id():
    return str(uuid.uuid4())
