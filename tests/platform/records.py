"""The SEP-31 records: one dict each, in the platform's own member order, and their indexes.

A record is kept twice: as it is answered right after a change (nine digits of a second in what
the change wrote) and as the database gives it back (six).  Absent members are left out.
"""

import json
from bisect import bisect_left, insort

from tests.platform import times

ORDER = (
    'fundingMethod', 'id', 'sep', 'kind', 'status', 'amount_expected', 'amount_in', 'amount_out',
    'fee_details', 'quote_id', 'started_at', 'updated_at', 'completed_at',
    'user_action_required_by', 'transfer_received_at', 'message', 'refunds',
    'stellar_transactions', 'source_account', 'destination_account', 'external_transaction_id',
    'memo', 'memo_type', 'refund_memo', 'refund_memo_type', 'client_domain', 'client_name',
    'customers', 'creator', 'request_client_ip_address',
)
PLACE = {name: place for place, name in enumerate(ORDER)}
STORED_TIMES = ('started_at', 'updated_at', 'completed_at', 'user_action_required_by',
                'transfer_received_at')
COLUMNS = {'created_at': 'started_at', 'transfer_received_at': 'transfer_received_at',
           'user_action_required_by': 'user_action_required_by'}

STATUSES = frozenset((
    'incomplete', 'completed', 'refunded', 'expired', 'error', 'on_hold', 'pending_anchor',
    'pending_external', 'pending_receiver', 'pending_sender', 'pending_stellar', 'pending_trust',
    'pending_user', 'pending_user_transfer_start', 'pending_user_transfer_complete',
    'pending_customer_info_update', 'pending_transaction_info_update', 'no_market', 'too_small',
    'too_large',
))


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()


def ordered(record):
    """The record in member order, without members that are None."""
    names = sorted((name for name in record if record[name] is not None),
                   key=lambda name: PLACE.get(name, len(ORDER)))
    return {name: record[name] for name in names}


class Entry:
    """One stored record.  `version` counts its changes (the platform's optimistic lock)."""

    __slots__ = ('data', 'version', 'keys', '_text')

    def __init__(self, data, version):
        self.data = {name: times.stored(value) if name in STORED_TIMES else value
                     for name, value in data.items()}
        self.version = version
        self.keys = {column: times.nanos_of(self.data[member]) if member in self.data else None
                     for column, member in COLUMNS.items()}
        self._text = None

    @property
    def text(self):
        if self._text is None:
            self._text = dumps(self.data)
        return self._text


class Index:
    """The ids in the order of one column, ascending and descending: records without the value
    come last either way, and equal ones are in the order of their ids either way."""

    def __init__(self):
        self.up = []
        self.down = []
        self.without = []

    def add(self, key, record_id):
        if key is None:
            insort(self.without, record_id)
        else:
            insort(self.up, (key, record_id))
            insort(self.down, (-key, record_id))

    def remove(self, key, record_id):
        if key is None:
            del self.without[bisect_left(self.without, record_id)]
        else:
            del self.up[bisect_left(self.up, (key, record_id))]
            del self.down[bisect_left(self.down, (-key, record_id))]

    def page(self, descending, offset, count):
        dated = self.down if descending else self.up
        ids = [record_id for _, record_id in dated[offset:offset + count]]
        missing = count - len(ids)
        if missing > 0:
            start = max(0, offset - len(dated))
            ids += self.without[start:start + missing]
        return ids


class Shelf:
    """The indexes of all records, or of those in one status."""

    def __init__(self):
        self.columns = {column: Index() for column in COLUMNS}

    def __len__(self):
        index = self.columns['created_at']
        return len(index.up) + len(index.without)

    def add(self, entry):
        for column, index in self.columns.items():
            index.add(entry.keys[column], entry.data['id'])

    def remove(self, entry):
        for column, index in self.columns.items():
            index.remove(entry.keys[column], entry.data['id'])


class Store:
    def __init__(self):
        self.entries = {}
        self.clear()

    def clear(self):
        self.entries = {}
        self.all = Shelf()
        self.by_status = {}
        self.waiting = {}       # (destination_account, memo) -> ids in pending_sender

    def get(self, record_id):
        return self.entries.get(record_id)

    def put(self, record):
        """Store a record (in member order) and give its Entry."""
        old = self.entries.get(record['id'])
        entry = Entry(record, old.version + 1 if old else 1)
        if old is not None:
            self.forget(old)
        self.entries[record['id']] = entry
        self.all.add(entry)
        status = record.get('status')
        self.by_status.setdefault(status, Shelf()).add(entry)
        if status == 'pending_sender' and 'memo' in record:
            self.waiting.setdefault(self.address(record), set()).add(record['id'])
        return entry

    def forget(self, entry):
        self.all.remove(entry)
        self.by_status[entry.data.get('status')].remove(entry)
        key = self.address(entry.data)
        ids = self.waiting.get(key)
        if ids is not None:
            ids.discard(entry.data['id'])
            if not ids:
                del self.waiting[key]

    @staticmethod
    def address(record):
        return record.get('destination_account'), record.get('memo')

    def page(self, column, descending, statuses, offset, count):
        """The entries of one page, as the database would sort them."""
        if count <= 0:
            return []
        if statuses is None:
            ids = self.all.columns[column].page(descending, offset, count)
        elif len(statuses) == 1:
            shelf = self.by_status.get(next(iter(statuses)))
            ids = shelf.columns[column].page(descending, offset, count) if shelf else []
        else:
            ids = self.merged(column, descending, statuses)[offset:offset + count]
        return [self.entries[record_id] for record_id in ids]

    def merged(self, column, descending, statuses):
        dated, without = [], []
        for status in statuses:
            shelf = self.by_status.get(status)
            if shelf is not None:
                index = shelf.columns[column]
                dated += index.down if descending else index.up
                without += index.without
        return [record_id for _, record_id in sorted(dated)] + sorted(without)
