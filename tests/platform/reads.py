"""What the platform shows: GET /transactions, GET /transactions/{id}, GET /health, and the same
by JSON-RPC; and the old PATCH, which goes past every rule."""

import re

from tests.platform.records import COLUMNS, STATUSES, dumps
from tests.platform.rules import INTERNAL, Refused
from tests.sim.wire import Response, error

SEPS = {'6': '6', '24': '24', '31': '31', 'sep_6': '6', 'sep_24': '24', 'sep_31': '31'}
INT_MAX = 2 ** 31 - 1


class BadValue(Exception):
    """A parameter that the platform's converters choke on: HTTP 500."""


def integer(name, value, default):
    if value is None or value == '':
        return default
    if not re.fullmatch(r'[+-]?[0-9]+', value) or abs(int(value)) > INT_MAX:
        raise BadValue(f'{name}: {value} is no number')
    return int(value)


def choice(name, value, allowed, default):
    if value is None or value == '':
        return default
    if value.lower() not in allowed:
        raise BadValue(f'{name}: {value} is none of its values')
    return value.lower()


def status_list(values):
    """None if the parameter is absent; else the set, all of them known."""
    if not values:
        return None
    words = [word.strip().lower() for value in values for word in value.split(',')]
    if words == ['']:
        raise BadValue('statuses: an empty list cannot be asked of the database')
    for word in words:
        if word not in STATUSES:
            raise BadValue(f'statuses: {word} is none')
    return set(words)


class Reads:
    def __init__(self, world):
        self.world = world

    def list(self, request):
        given = {}
        for name, value in request.query:
            given.setdefault(name, []).append(value)
        first = {name: values[0] for name, values in given.items()}
        if not first.get('sep'):
            return error(400, 'the parameter sep is missing')
        try:
            sep = choice('sep', first['sep'], SEPS, None)
            column = choice('order_by', first.get('order_by'), COLUMNS, 'created_at')
            order = choice('order', first.get('order'), ('asc', 'desc'), 'asc')
            size = integer('page_size', first.get('page_size'), 20)
            number = integer('page_number', first.get('page_number'), 0)
            statuses = status_list(given.get('statuses'))
        except BadValue as why:
            return error(500, str(why))
        offset = wrapped(size * number)
        if size < 0 or offset < 0:
            return error(500, f'the database takes no LIMIT {size} OFFSET {offset}')
        return Response(200, self.page(SEPS[sep], column, order == 'desc', statuses, offset,
                                       size))

    def page(self, sep, column, descending, statuses, offset, size):
        entries = [] if sep != '31' else self.world.store.page(column, descending, statuses,
                                                                offset, size)
        return b'{"records":[' + b','.join(entry.text for entry in entries) + b']}'

    def one(self, request):
        entry = self.world.store.get(request.params['id'])
        if entry is None:
            return error(404, f'there is no transaction {request.params["id"]}')
        return Response(200, entry.text)

    def get_transaction(self, params):
        record_id = (params or {}).get('transaction_id')
        entry = self.world.store.get(record_id) if isinstance(record_id, str) else None
        if entry is None:
            raise Refused(INTERNAL, f'there is no transaction {record_id}')
        return entry.text

    def get_transactions(self, params):
        """Every member is needed, and the names of the order are in upper case."""
        params = params or {}
        columns = {column.upper(): column for column in COLUMNS}
        column = columns.get(params.get('order_by'))
        sep = SEPS.get(str(params.get('sep')))
        size, number = params.get('page_size'), params.get('page_number')
        if (column is None or sep is None or params.get('order') not in ('ASC', 'DESC')
                or type(size) is not int or type(number) is not int):
            raise Refused(INTERNAL, 'sep, order_by, order, page_number and page_size are needed')
        statuses = params.get('statuses')
        if statuses is not None:
            statuses = {status for status in statuses if status in STATUSES}
        offset = wrapped(size * number)
        if size < 0 or offset < 0:
            raise Refused(INTERNAL, f'the database takes no LIMIT {size} OFFSET {offset}')
        return self.page(sep, column, params['order'] == 'DESC', statuses, offset, size)

    def get_quote(self, params):
        quote = self.world.quotes.get((params or {}).get('quote_id'))
        if quote is None:
            raise Refused(INTERNAL, 'there is no such quote')
        return dumps(quote)

    def health(self, request):
        return Response(200, dumps({
            'started_at': self.world.now(), 'version': self.world.version, 'elapsed_time_ms': 0,
            'number_of_checks': 1,
            'checks': {'config': {'configured': sorted(self.world.settings)}}}))

    def patch(self, request):
        """{"records": [{"transaction": {...}}]}: the members given replace those stored."""
        try:
            wanted = [one['transaction'] for one in request.json()['records']]
        except (ValueError, KeyError, TypeError):
            return error(400, 'the body is not {"records":[{"transaction":{}}]}')
        for one in wanted:
            if self.world.store.get(one.get('id')) is None:
                return error(400, f'there is no transaction {one.get("id")}')
            if one.get('status') not in STATUSES:
                return error(500, 'a status is needed')
        changed = []
        for one in wanted:
            record = dict(self.world.store.get(one['id']).data)
            record.update(one)
            record['updated_at'] = self.world.now()
            changed.append(self.world.save(record, 'patch', 'transaction_status_changed'))
        return Response(200, dumps({'records': changed}))


def wrapped(number):
    """32-bit arithmetic, as the platform computes its offset."""
    return (number + 2 ** 31) % 2 ** 32 - 2 ** 31
