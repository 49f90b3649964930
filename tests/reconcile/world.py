"""Many payments that agree everywhere: our books as SQL, the others' as three small servers.

Payment i is done, but for every tenth of four kinds: money awaited, an order on its way, an order
that was refused. What the servers show are plain lists, for a test to spoil.
"""

import hashlib
import http.server
import json
import threading
import urllib.parse
from datetime import datetime, timedelta, timezone

ACCOUNT = 'GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF'
ISSUER = 'GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
WALLET = 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW'
BEGAN = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=5)

AWAITED, UNDER_WAY, REFUSED, DONE = range(4)
STATUSES = ('pending_sender', 'pending_external', 'pending_receiver', 'completed')


def kind(number):
    return min(number % 10, DONE)


def tx_id(number):
    return f'tx-{number:06d}'


def digest(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


def moment(number):
    return (BEGAN + timedelta(seconds=number)).strftime('%Y-%m-%dT%H:%M:%SZ')


def record(number):
    paid = kind(number) != AWAITED
    made = {'id': tx_id(number), 'sep': '31', 'kind': 'receive', 'status': STATUSES[kind(number)],
            'amount_expected': {'amount': '2', 'asset': f'stellar:USDC:{ISSUER}'},
            'amount_in': {'amount': '2', 'asset': f'stellar:USDC:{ISSUER}'},
            'amount_out': {'amount': '10.00', 'asset': 'iso4217:BRL'},
            'started_at': moment(number), 'updated_at': moment(number)}
    if paid:
        made['transfer_received_at'] = moment(number)
        made['stellar_transactions'] = [{'id': digest(number), 'payments': []}]
    return made


def payout(number):
    status = {UNDER_WAY: 'accepted', REFUSED: 'refused', DONE: 'settled'}[kind(number)]
    return {'reference': f'{tx_id(number)}:1', 'bank_id': f'B{number}', 'amount': '10.0',
            'currency': 'BRL', 'method': 'PIX', 'beneficiary': {}, 'status': status}


def operation(token, digest_of, amount='2.0000000', memo='77', at=None):
    return {'id': str(token), 'paging_token': str(token), 'transaction_successful': True,
            'type': 'payment', 'created_at': at or moment(0), 'transaction_hash': digest_of,
            'asset_type': 'credit_alphanum4', 'asset_code': 'USDC', 'asset_issuer': ISSUER,
            'from': WALLET, 'to': ACCOUNT, 'amount': amount,
            'transaction': {'hash': digest_of, 'memo': memo, 'memo_type': 'id'}}


SEED = """
create temp table n as select i, least(i % 10, {done}) as kind,
        'tx-' || lpad(i::text, 6, '0') as tx,
        md5('quote ' || i)::uuid as quote, '{began}'::timestamptz + i * interval '1 second' as at
    from generate_series(1, {count}) i;
insert into windlass.quote (id, client, holder, shared, pool, sell_asset, buy_asset, side,
        sell_amount, buy_amount, fee, fee_asset, fee_name, price, method, country, lifetime,
        book_version, made_at, expires_at)
    select quote, 'c', 'c', false, 'brl', 'stellar:USDC:{issuer}', 'iso4217:BRL', 'sell', 2, 10, 0,
        'iso4217:BRL', '', '0.2', 'PIX', 'BR', 60, 1, at, at + interval '1 minute'
    from n where kind = {done};
insert into windlass.quote_use (quote_id, tx_id, ended) select quote, tx, 'settled'
    from n where kind = {done};
insert into windlass.pool_entry (quote_id, turn, kind, pool, amount)
    select quote, 1, 'settled', 'brl', 10 from n where kind = {done};
update windlass.pool_row set total = total - (select 10 * count(*) from n where kind = {done})
    where pool = 'brl' and n = 0;
insert into windlass.payment (tx_id, status, updated_at, is_paid, snapshot, sender, receiver,
        method, currency, memo, quote_id, client, destination, asset, expected, payout, beneficiary,
        gated_at, pay_by, state, next_at, made_at)
    select tx, (array['pending_sender', 'pending_external', 'pending_receiver', 'completed'])[kind + 1],
        at, kind > 0, jsonb_build_object('started_at', at), 's', 'r', 'PIX', 'BRL', i, quote, 'c',
        '{account}', 'stellar:USDC:{issuer}', 2, 10, '\\xab', at, at + interval '1 minute',
        (array['asked', 'out', 'held', 'done'])[kind + 1], 'infinity', at from n;
insert into windlass.outflow (tx_id, way, state, sealed_key)
    select tx, 'payout', (array['accepted', 'failed', 'done'])[kind], decode(repeat('ab', 60), 'hex')
    from n where kind > 0;
insert into windlass.attempt (tx_id, n, rail, idem_key, reference, amount, currency, body, epoch,
        stored_by, sends, first_sent, last_sent, deadline, bank_id, outcome, empties)
    select tx, 1, 'payout', tx || ':1', tx || ':1', 10, 'BRL', decode(repeat('cd', 60), 'hex'), 1,
        'w', 1, at, at, at, case kind when 2 then '' else 'B' || i end,
        (array['accepted', 'refused', 'settled'])[kind], 2 from n where kind > 0;
insert into windlass.funding (stellar_tx_hash, operation_id, tx_id, amount, asset, source_account,
        ledger_at)
    select encode(sha256(i::text::bytea), 'hex'), (1000000 + i)::text, tx, 2,
        'stellar:USDC:{issuer}', '{wallet}', at from n where kind > 0;
analyze;
"""


def seed(count):
    return SEED.format(count=count, done=DONE, began=BEGAN.isoformat(), issuer=ISSUER,
                       account=ACCOUNT, wallet=WALLET)


class World:
    """The others' books, and what they were asked."""

    def __init__(self, count):
        numbers = range(1, count + 1)
        self.records = {tx_id(n): record(n) for n in numbers}
        self.payouts = {f'{tx_id(n)}:1': payout(n) for n in numbers if kind(n) != AWAITED}
        self.operations = {1000000 + n: operation(1000000 + n, digest(n), at=moment(n))
                           for n in numbers if kind(n) != AWAITED}
        self.asked = []         # methods and paths
        self.answer = None      # (path, status, body): something else than the books
        self.meanwhile = None   # called before each answer
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def page(self, path, given):
        """What one GET shows."""
        if path == '/transactions':
            size, number = int(given['page_size']), int(given['page_number'])
            rows = sorted(self.records.values(), key=lambda r: r['started_at'], reverse=True)
            return {'records': rows[number * size:(number + 1) * size]}
        if path == '/payouts':
            rows, start = list(self.payouts.values()), int(given.get('after', 0))
            page = {'payouts': rows[start:start + int(given['limit'])]}
            if start + int(given['limit']) < len(rows):
                page['next'] = str(start + int(given['limit']))
            return page
        if path == f'/accounts/{ACCOUNT}/payments':
            below = int(given.get('cursor', 10 ** 18))
            tokens = sorted((t for t in self.operations if t < below), reverse=True)
            return {'_embedded': {'records': [
                self.operations[t] for t in tokens[:int(given['limit'])]]}}
        return None

    def handler(self):
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):   # pylint: disable=invalid-name
                path, _, query = self.path.partition('?')
                world.asked.append(('GET', path))
                if world.meanwhile:
                    world.meanwhile(path)
                if world.answer and world.answer[0] == path:
                    _, status, body = world.answer
                else:
                    made = world.page(path, dict(urllib.parse.parse_qsl(query)))
                    status, body = (404 if made is None else 200), json.dumps(made).encode()
                self.send_response(status)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):  # pylint: disable=invalid-name
                world.asked.append(('POST', self.path))
                self.send_error(500)

            do_PUT = do_DELETE = do_POST

            def log_message(self, *_):
                pass

        return Handler
