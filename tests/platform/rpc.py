"""POST /: the JSON-RPC array, each call on its own and in order."""

import asyncio

from tests.platform.methods import Call, forbidden, table
from tests.platform.records import dumps
from tests.platform.rules import (INTERNAL, INVALID_REQUEST, NO_METHOD, Broken, Refused)
from tests.sim.wire import Response, error

CONFLICT = 'the record was changed meanwhile: read it again'


def method_names(request):
    """The names in the array, for the fault rules; nothing if the body is no array of calls."""
    if request.method != 'POST' or request.path not in ('', '/'):
        return ()
    try:
        calls = request.json()
    except ValueError:
        return ()
    if not isinstance(calls, list):
        return ()
    return {call.get('method') for call in calls if isinstance(call, dict)}


class Rpc:
    def __init__(self, world, tools, reads):
        self.world = world
        self.tools = tools
        self.methods = table(world.old)
        self.reads = {'get_transaction': reads.get_transaction,
                      'get_transactions': reads.get_transactions, 'get_quote': reads.get_quote}
        self.counts = {}
        self.refusals = {}
        self.forbidden = {}

    async def post(self, request):
        media = request.headers.get('content-type', '').split(';')[0].strip().lower()
        if media != 'application/json':
            return error(500, 'the content type is not application/json')
        try:
            calls = request.json()
        except ValueError:
            calls = None
        if not isinstance(calls, list) or not all(
                call is None or isinstance(call, dict) for call in calls):
            return error(400, 'the body is not an array of calls')
        limit = self.world.settings['batch_size_limit']
        if len(calls) > limit:
            return Response(200, dumps([failure(None, None, INVALID_REQUEST,
                                                f'more than {limit} calls in one array')]))
        answers, broken = [], None
        for call in calls:
            if call is None:
                return error(500, 'a call is null')
            try:
                answers.append(await self.call(call, 'business'))
            except Broken as why:
                broken = why
        if broken is not None:
            return error(500, f'the answer cannot be written ({broken})')
        return Response(200, b'[' + b','.join(answers) + b']')

    async def call(self, given, source):
        """The answer to one call, as bytes.  Broken goes up; its journal line is written."""
        params = given.get('params')
        name = given.get('method')
        record_id = params.get('transaction_id') if isinstance(params, dict) else None
        self.counts[name] = self.counts.get(name, 0) + 1
        try:
            check_envelope(given)
            if name in self.reads:
                return success(given['id'], self.reads[name](params))
            if name not in self.methods:
                raise Refused(NO_METHOD, f'no method {name}')
            record = await self.change(name, params, source)
            return success(given['id'], dumps(record))
        except Refused as why:
            self.note_refusal(name, params, source, why.code, str(why))
            return dumps(failure(given.get('id'), record_id, why.code, str(why)))
        except Broken:
            self.note_refusal(name, params, source, 500, 'broken array')
            raise

    def note_refusal(self, name, params, source, code, message):
        key = f'{name} {code}'
        self.refusals[key] = self.refusals.get(key, 0) + 1
        self.world.door.record('rpc', method=name, params=params, source=source, code=code,
                               message=message)

    async def change(self, name, params, source):
        if not isinstance(params, dict) or params.get('transaction_id') is None:
            raise Refused(INTERNAL, 'a transaction_id is needed')
        entry = self.world.store.get(str(params['transaction_id']))
        if entry is None:
            raise Refused(INVALID_REQUEST, f'no transaction {params["transaction_id"]}')
        method = self.methods[name]
        call = Call(self.world, entry, params, source, self.tools)
        if (call.before, call.paid) not in method.starts:
            raise Refused(INVALID_REQUEST, f'{name} does not start from {call.before}, kind '
                          f'receive, protocol 31, {"paid" if call.paid else "unpaid"}')
        # The window in which equal calls meet: all of them have read, none has written.
        await asyncio.sleep(self.world.settings['think_ms'] / 1000)
        pending = method.act(call)
        if pending is not None:
            await pending
        if not self.world.old and self.world.store.get(entry.data['id']).version != call.version:
            raise Refused(INTERNAL, CONFLICT)
        return self.finish(name, call)

    def finish(self, name, call):
        record = call.record
        if call.message is not None:
            record['message'] = call.message
        record['user_action_required_by'] = call.deadline
        record['updated_at'] = self.world.now()
        wrong = forbidden(name, call.paid, record, call.before)
        if wrong is not None:
            self.forbidden[wrong] = self.forbidden.get(wrong, 0) + 1
        return self.world.save(
            record, 'rpc', 'transaction_status_changed', method=name, params=call.params,
            source=call.source, before=call.before, status=record['status'],
            **({'forbidden': wrong} if wrong else {}))

    def apply(self, entry):
        """Count a journal line of an earlier run."""
        if entry['kind'] != 'rpc':
            return
        name = entry['method']
        self.counts[name] = self.counts.get(name, 0) + 1
        if 'code' in entry:
            key = f'{name} {entry["code"]}'
            self.refusals[key] = self.refusals.get(key, 0) + 1
        elif 'forbidden' in entry:
            wrong = entry['forbidden']
            self.forbidden[wrong] = self.forbidden.get(wrong, 0) + 1

    def forget(self):
        self.counts.clear()
        self.refusals.clear()
        self.forbidden.clear()


def check_envelope(given):
    faults = []
    if given.get('jsonrpc') != '2.0':
        faults.append('jsonrpc is not 2.0')
    if isinstance(given.get('id'), bool) or not isinstance(given.get('id'), (str, int, float)):
        faults.append('id is no text and no number')
    if not isinstance(given.get('method'), str) or not given['method']:
        faults.append('method is missing')
    if faults:
        raise Refused(INVALID_REQUEST, ';'.join(faults))


def success(call_id, result):
    return b'{"jsonrpc":"2.0","result":' + result + b',"id":' + dumps(call_id) + b'}'


def failure(call_id, record_id, code, message):
    """Absent members are left out: an error without a transaction has no id inside."""
    inner = {'id': record_id, 'code': code, 'message': message}
    made = {'jsonrpc': '2.0',
            'error': {name: value for name, value in inner.items() if value is not None}}
    if call_id is not None:
        made['id'] = call_id
    return made
