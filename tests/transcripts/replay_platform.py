#!/usr/bin/env python3
"""Hold the simulated platform against what real ones answered.

    replay_platform.py [--url http://127.0.0.1:N --callback-port P] [--behave 4.3|3.1]
                       [--auth none|api_key|jwt] [--only ID] [--verbose]

Every recorded call gets the record from just before it, the ledger's transaction and the business's
answer that it met, and has to become the recorded outcome: HTTP status, error code, members and
values, the look-up that the platform made meanwhile, and the record afterwards. Every recorded read
gets the records that it showed. Without --url the simulator is started here, once for each version
and mode of authentication; with it, the lines that fit that one simulator are replayed, and its
callbacks have to go to port P here. One line for each failure, a count at the end, status 1 if
there was any. SKIPPED below lists what cannot be replayed and why.
"""
import argparse
import json
import pathlib
import sys
import time
from datetime import datetime, timezone
from urllib.parse import parse_qsl, urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.transcripts import recordings, rewind  # noqa: E402
from tests.transcripts.simulator import (  # noqa: E402
    WRONG_SECRET, Simulator, credentials, token)
from tests.transcripts.standin import Business  # noqa: E402

RACED = 'one of several calls at the same time; alone it ends otherwise'
OTHER = 'of a platform that is not simulated'
SKIPPED = {
    'race-lost-lock': RACED,
    'race-received-2': RACED,
    'race-received-8': RACED,
    'race-paid-out-5': RACED,
    'custody-fake-server-race-4': RACED,
    'observer-platform-api-answers-502-after-5-s': 'a proxy answered, not the platform',
    'v300.recv-unknown-hash': OTHER,
    'v300.rpc-at-another-path': OTHER,
    'v300.memo-id-no-memo-type': OTHER,
}

# What a line's custody server was, by the beginning of its id; the first that fits.
CUSTODY = [
    ('custody-none', {'mode': 'none'}),
    ('custody-no-server', {'mode': 'down'}),
    ('custody-fake-server', {'mode': 'stand_in'}),
    ('custody-real-failing', {'mode': 'fails', 'delay_ms': 60_000}),
    ('custody-real', {'mode': 'works', 'delay_ms': 60_000}),
]

# An HTTP 500 for a whole array: what reads showed afterwards.
AFTERWARDS = {
    'memo-batch-good-bad-memo-good': ('get-batch-first', 'get-batch-bad', 'get-batch-last'),
    'recv-batch-unknown-hash-good': ('get-batch-received',),
    'recv-unknown-hash': ('get-after-unknown-hash',),
    'memo-id-no-memo-type': ('get-after-http-500',),
}

# The media type of a 3.1.4 line that lost its headers; it is step by step the same as 4.3.0's.
UNTOLD = {'text-plain': 'text/plain'}

# Codes of a refused change that say that the record was there.
FOUND = (-32602, -32603)

VERSIONS = {'4.3': '4.3.0', '3.1': '3.1.4'}
PLATFORMS = {version: behave for behave, version in VERSIONS.items()}


def is_from_ledger(where):
    """Ids of operations are the ledger's own; a deposit memo of the platform's own making too."""
    return '.payments[' in where and where.endswith('.id') and 'stellar_transactions' in where


class Replay:
    """One simulator with the lines that fit it."""

    def __init__(self, simulator, business, platform):
        self.sim, self.business = simulator, business
        self.known = {}
        for record_id, record in rewind.all_records(platform):
            self.known.setdefault(record_id, []).append(record)
        self.reads = {line['id']: line for line in recordings.lines(platform, 'reads')}

    def prepare(self, line):
        self.sim.door('reset')
        self.sim.door('observer', {'on': False})
        self.business.expect(line.get('lookup'))
        for start, setting in CUSTODY:
            if line['id'].startswith(start):
                calls = line.get('custody_calls') or []
                if len(calls) == 1 and setting['mode'] == 'stand_in':
                    setting = {**setting, 'refund_answer': calls[0]['answer']}
                self.sim.door('custody', setting)
                break
        if line['id'].startswith('selfgen'):
            self.sim.door('settings', {'deposit_info': 'self'})

    # Calls

    def call_faults(self, line):
        self.prepare(line)
        before = self.load_before(line)
        if line.get('fireblocks_calls') and before:
            self.introduce(line, before)
        body = (line['request_text'] if line['request'] is None
                else json.dumps(line['request'], ensure_ascii=False)).encode()
        status, kind, answer = self.sim.call('POST', line.get('target', '/'), body,
                                             self.headers(line))
        faults = self.answer_faults(line, status, kind, answer)
        wanted = [line['lookup']['target']] if 'lookup' in line else []
        if self.business.asked != wanted:
            faults.append(f'asked the business {self.business.asked}, not {wanted}')
        faults += self.order_faults(line)
        return faults + self.state_faults(line, before)

    def headers(self, line):
        given = line.get('headers') or [('Content-Type', UNTOLD.get(line['id'],
                                                                    'application/json'))]
        given = [pair for pair in given if pair[0] not in ('Authorization', 'X-Api-Key')]
        return given if line['id'].endswith('-absent') else given + credentials(line['auth'])

    def load_before(self, line):
        """Store the records that the call names as they were; gives them by id."""
        loaded = {}
        for n, call in enumerate(line['request'] or []):
            params = call.get('params') or {}
            record_id = params.get('transaction_id')
            if record_id in loaded:
                continue
            record = self.before(line, n, record_id, call.get('method'))
            if record:
                loaded[record_id] = record
            if call.get('method') == 'get_transactions':
                self.load_list(line['answer'][n].get('result', {}).get('records', []),
                               params.get('order_by', '').lower(), params.get('order', 'ASC'),
                               params.get('statuses'), params.get('page_size', 20))
            if call.get('method') == 'get_quote' and 'result' in line['answer'][n]:
                self.load_quote(line['answer'][n]['result'])
        for record in loaded.values():
            self.load(record)
            self.load_ledger(record)
        self.load_paid(line, loaded)
        return loaded

    def before(self, line, n, record_id, method):
        if line['before'] and line['before']['id'] == record_id:
            return line['before']
        whole = isinstance(line['answer'], list) and len(line['answer']) == len(line['request'])
        answer = line['answer'][n] if whole else {}
        if record_id in self.known:
            return rewind.undo(answer.get('result') or self.known[record_id][0], method)
        code = answer.get('error', {}).get('code')
        if method in rewind.UNDO and record_id and (code in FOUND or line['id'] in AFTERWARDS):
            # no recording shows it, but the platform knew it: any other will do
            sample = next(iter(self.known.values()))[0]
            return rewind.undo({**sample, 'id': record_id}, method)
        return None

    def load(self, record):
        self.sim.door('record', record)

    def load_ledger(self, record):
        for payment in rewind.payments(record):
            self.pay(payment)

    def pay(self, payment):
        if payment['hash'] not in {made['hash'] for made in self.sim.books()['payments']}:
            self.sim.door('payments', payment)

    def load_paid(self, line, loaded):
        """What the ledger has when the call comes: all that the outcome shows."""
        for record in self.outcome(line, loaded):
            self.load_ledger(record)

    def outcome(self, line, loaded):
        if isinstance(line['answer'], list):
            return [element['result'] for element in line['answer']
                    if 'kind' in (element.get('result') or {})]
        return [self.reads[name]['body'] for name in AFTERWARDS.get(line['id'], ())]

    def introduce(self, line, before):
        """A custody server only refunds what it gave the deposit address for."""
        for record in before.values():
            if 'memo' in record:
                self.load(rewind.undo(record, 'request_onchain_funds'))
                call = {'id': '0', 'jsonrpc': '2.0', 'method': 'request_onchain_funds',
                        'params': {'transaction_id': record['id']}}
                self.sim.call('POST', '/', json.dumps([call]).encode(),
                              [('Content-Type', 'application/json')])
                self.load(record)

    def load_quote(self, quote):
        """Quotes have no door: the wallet asks for one, and the business answers the recorded."""
        self.business.expect(rate={name: quote[name] for name in (
            'id', 'price', 'sell_amount', 'buy_amount', 'expires_at', 'fee')})
        asked = {name: quote[name] for name in ('sell_asset', 'sell_amount', 'buy_asset',
                                                'buy_delivery_method') if name in quote}
        self.sim.door('quote', {**asked, 'context': 'sep31', 'creator': quote['creator']})
        self.business.expect()

    def answer_faults(self, line, status, kind, answer):
        faults = []
        if status != line['http_status']:
            return [f'HTTP {status}, not {line["http_status"]}: {str(answer)[:120]}']
        if not kind.startswith('application/json'):
            faults.append(f'Content-Type {kind}')
        if not isinstance(line['answer'], list):
            return faults + rewind.differences(line['answer'], answer, 'answer')
        if not isinstance(answer, list):
            return faults + [f'no array: {str(answer)[:120]}']
        wanted, found = line['answer'], answer
        if 'answers' in line:
            if len(found) != line['answers'] or any(
                    one['id'] != call['id'] for one, call in zip(found, line['request'])):
                return faults + [f'{len(found)} answers or their order']
            found = [found[0], found[-1]]
        return faults + rewind.differences(wanted, found, 'answer', self.foreseen(line))

    @staticmethod
    def foreseen(line):
        """Which values of the answer follow from what the call met."""
        own_memo = line['id'].startswith(('custody-fake-server-request', 'custody-real-request'))

        def told(where):
            name = where.rpartition('.')[2]
            if is_from_ledger(where) or name == 'created_at':
                return False
            return not (own_memo and name in ('memo', 'refund_memo'))
        return told

    def order_faults(self, line):
        """What the custody server was told to pay back."""
        wanted = []
        for call in line.get('custody_calls', ()):
            if call['target'].endswith('/refunds'):
                body = json.loads(call['body'])
                wanted.append((body['amount'], body['amountFee'], body.get('memo'),
                               body.get('memoType')))
        for call in line.get('fireblocks_calls', ()):
            if call['target'] == '/v1/transactions':
                body = json.loads(call['body'])
                wanted.append((body['amount'], '0',
                               body['destination']['oneTimeAddress']['tag'], 'id'))
        if '-race-' in line['id']:
            wanted = wanted[:1]     # the line carries the orders of all calls of the race
            if not wanted:
                return []
        found = [(one['amount'], one['amount_fee'], one['memo'], one['memo_type'])
                 for one in self.sim.books()['custody_orders']]
        return [] if found == wanted else [f'custody was told {found}, not {wanted}']

    def state_faults(self, line, before):
        """A refused call leaves the record as it was; an accepted one as it said."""
        faults = []
        for name in AFTERWARDS.get(line['id'], ()):
            record = self.reads[name]['body']
            faults += rewind.differences(record, self.sim.record(record['id']), name,
                                         self.foreseen(line))
        if line['id'] in AFTERWARDS:
            return faults
        ends = dict(before)
        for element in line['answer'] if isinstance(line['answer'], list) else ():
            result = element.get('result') or {}
            if 'kind' in result:
                ends[result['id']] = result
        for record_id, record in ends.items():
            faults += rewind.differences(record, self.sim.record(record_id), 'afterwards',
                                         self.foreseen(line))
        return faults

    # Reads

    def read_faults(self, line):
        self.prepare(line)
        request = line['request']
        self.load_for_read(line)
        body = request.get('body_text')
        if body is None and 'body' in request:
            body = json.dumps(request['body'])
        headers = self.read_headers(line)
        if body is not None and not any(name == 'Content-Type' for name, _ in headers):
            headers.append(('Content-Type', 'application/json'))
        status, kind, answer = self.sim.call(request['method'], request['target'],
                                             None if body is None else body.encode(), headers)
        if status != line['status']:
            return [f'HTTP {status}, not {line["status"]}: {str(answer)[:120]}']
        faults = [] if kind.startswith('application/json') else [f'Content-Type {kind}']
        if request['target'] == '/health' and status == 200:
            return faults + self.health_faults(line, answer)
        if request['target'].endswith('/payments') and status == 200:
            return faults + ([] if list(answer) == ['id'] else [f'answer {answer}'])
        return faults + rewind.differences(line['body'], answer, 'answer', self.foreseen(line))

    @staticmethod
    def health_faults(line, answer):
        wanted = {**line['body'], 'checks': None, 'started_at': None, 'elapsed_time_ms': None}
        found = {**answer, 'checks': None, 'started_at': None, 'elapsed_time_ms': None}
        return rewind.differences(wanted, found, 'answer')

    def load_for_read(self, line):
        body, target = line['body'], line['request']['target']
        query = parse_qsl(urlsplit(target).query)
        if line['request']['method'] == 'PATCH':
            for record in body.get('records', ()):
                self.load(rewind.undo(record, 'PATCH'))
            return
        if target.startswith('/transactions?'):
            first = dict(query)
            statuses = [one for name, value in query if name == 'statuses'
                        for one in value.split(',')]
            self.load_list(body.get('records', []), first.get('order_by', 'created_at'),
                           first.get('order', 'asc'), statuses or None,
                           int(first.get('page_size', '20')))
        elif isinstance(body, dict) and 'kind' in body:
            self.load(body)
        elif target.startswith('/transactions/'):
            record_id = target.split('/')[2]
            if line['status'] != 404 and record_id in self.known:
                self.load(self.known[record_id][0])

    def load_list(self, records, order_by, order, statuses, size):
        """The records that the list showed, and some that it must not show: one behind the end of a
        full or empty page, one in another status."""
        for record in records:
            self.load(record)
        sample = records[-1] if records else next(iter(self.known.values()))[0]
        column = {'created_at': 'started_at'}.get(order_by, order_by)
        behind = {**sample, 'id': 'ffffffff-0000-4000-8000-000000000001'}
        if column in sample:
            behind[column] = '2001-01-01T00:00:00Z' if order.lower() == 'desc' \
                else '2099-01-01T00:00:00Z'
        if len(records) in (0, size):
            self.load(behind)
        if statuses is not None:
            other = next(status for status in ('refunded', 'completed', 'expired')
                         if status not in statuses)
            self.load({**sample, 'id': 'ffffffff-0000-4000-8000-000000000002', 'status': other})

    def read_headers(self, line):
        """As recorded, tokens signed anew with what was wrong with them still wrong."""
        headers = []
        for name, value in line['request']['headers']:
            if name == 'Authorization':
                scheme = value.split(' ')[0]
                value = f'{scheme} {self.token(line)}'
            headers.append((name, value))
        if not headers and line['auth'] != 'none' and line['status'] == 200 \
                and line['request']['target'] != '/health':
            return credentials(line['auth'])
        return headers

    @staticmethod
    def token(line):
        sent = datetime.fromisoformat(line['at'])
        age = round((datetime.now(timezone.utc) - sent).total_seconds())
        jwt = line.get('jwt') or {'header': {'alg': 'HS256'}, 'claims': {
            'iat': int(sent.timestamp()), 'exp': int(sent.timestamp()) + 30}}
        claims = {name: value + age if name in ('iat', 'exp') else value
                  for name, value in jwt['claims'].items()}
        secret = {'auth-jwt-wrong-secret': WRONG_SECRET,
                  'auth-jwt-callback-secret': recordings.CALLBACK_SECRET}.get(
                      line['id'], recordings.PLATFORM_SECRET)
        return token(claims, jwt['header']['alg'], secret)


def lines_for(behave, auth):
    """(file's platform, kind, line) of all that this simulator has to answer."""
    for platform in ('4.3.0', '3.1.4'):
        for kind in ('rpc', 'reads'):
            for line in recordings.lines(platform, kind):
                of = PLATFORMS.get(line.get('platform', platform), '3.1')
                if of == behave and line['auth'] == auth:
                    yield platform, kind, line


def replay(behave, auth, options, totals):
    business = Business(options.callback_port)
    simulator = Simulator(behave, auth, options.url, business.url)
    try:
        replays = {platform: Replay(simulator, business, platform)
                   for platform in ('4.3.0', '3.1.4')}
        for platform, kind, line in lines_for(behave, auth):
            if options.only not in (None, line['id']):
                continue
            if line['id'] in SKIPPED:
                totals['skipped'] += 1
                print(f'skipped {platform} {kind} {line["id"]}: {SKIPPED[line["id"]]}')
                continue
            one = replays[platform]
            faults = one.call_faults(line) if kind == 'rpc' else one.read_faults(line)
            totals['failed' if faults else 'good'] += 1
            if faults:
                print(f'FAILED {platform} {kind} {line["id"]}: {"; ".join(faults[:4])}')
            elif options.verbose:
                print(f'ok     {platform} {kind} {line["id"]}')
    finally:
        simulator.close()
        business.close()


def main():
    parser = argparse.ArgumentParser(description='replay recorded calls and reads')
    parser.add_argument('--url', help='a running simulator; started here if absent')
    parser.add_argument('--callback-port', type=int, default=0)
    parser.add_argument('--behave', choices=('4.3', '3.1'), action='append')
    parser.add_argument('--auth', choices=('none', 'api_key', 'jwt'), action='append')
    parser.add_argument('--only', metavar='ID')
    parser.add_argument('--verbose', action='store_true', help='a line for each recorded one')
    options = parser.parse_args()
    if options.url and not (options.behave and options.auth and options.callback_port):
        parser.error('--url needs --behave, --auth and --callback-port as that simulator has them')
    totals = {'good': 0, 'failed': 0, 'skipped': 0}
    began = time.monotonic()
    for behave in options.behave or ('4.3', '3.1'):
        for auth in options.auth or ('none', 'api_key', 'jwt'):
            replay(behave, auth, options, totals)
    print(f'replayed in {time.monotonic() - began:.0f} s, {totals["skipped"]} lines skipped')
    print(f'{totals["good"]} passed, {totals["failed"]} failed')
    return 1 if totals['failed'] or not totals['good'] else 0


if __name__ == '__main__':
    sys.exit(main())
