#!/usr/bin/env python3
"""One payment, from the first KYC request to completed, through the simulated platform.

    walk.py [--story FILE] [--amount 101] [--timeout 120]

Plays the wallet and prints, for each step, what happened and the curl line that does the same by
hand.  Exit 0 only if the payment completed.  Addresses come from the environment that
tests/stack.sh sets: WINDLASS, WINDLASS_SIM_PLATFORM and WINDLASS_SIM_BANK, each with _PORT or _URL.
"""

import argparse
import base64
import hmac
import json
import os
import secrets
import shlex
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from sim.secret import secret

USDC_ISSUER = 'GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP'
USDC = f'stellar:USDC:{USDC_ISSUER}'
BRL = 'iso4217:BRL'
WALLET = 'GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW'

SENDER = {
    'first_name': 'Ana', 'last_name': 'Souza', 'email_address': 'ana@example.org',
    'address_country_code': 'USA', 'birth_date': '1990-04-12',
}
RECEIVER = {
    'first_name': 'João', 'last_name': 'Almeida', 'email_address': 'joao@example.org',
    'address_country_code': 'BRA', 'bank_account_number': '000123456', 'bank_number': '341',
    'bank_branch_number': '0001', 'tax_id': '12345678909',
}


class Refused(Exception):
    pass


class Story:
    """Prints steps and keeps them as Markdown."""

    def __init__(self, path):
        self.file = open(path, 'w', encoding='utf-8') if path else None
        self.number = 0
        self.write('# One payment, from the first KYC request to completed\n')

    def write(self, text):
        if self.file:
            self.file.write(text + '\n')
            self.file.flush()

    def step(self, title, command=None, answer=None):
        self.number += 1
        print(f'\n[{self.number}] {title}', flush=True)
        self.write(f'## {self.number}. {title}\n')
        if command:
            print(f'    {command}', flush=True)
            self.write(f'```sh\n{command}\n```\n')
        if answer is not None:
            shown = json.dumps(answer, indent=2, ensure_ascii=False)
            self.write(f'```json\n{shown}\n```\n')


def token(secret):
    """A token as the platform takes it: HS256, iat and exp."""
    def part(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b'=')
    now = int(time.time())
    signed = part(b'{"alg":"HS256"}') + b'.' + part(b'{"iat":%d,"exp":%d}' % (now, now + 30))
    return (signed + b'.' + part(hmac.digest(secret.encode(), signed, 'sha256'))).decode()


def credentials(kind, secret):
    if kind == 'api_key':
        return {'X-Api-Key': secret}
    if kind == 'jwt':
        return {'Authorization': f'Bearer {token(secret)}'}
    return {}


def curl_line(method, url, body=None, headers=()):
    words = ['curl', '-s']
    for name in headers:
        words += ['-H', f'{name}: {headers[name]}']
    if method != 'GET':
        words += ['-X', method]
    if body is not None:
        words += ['-H', 'Content-Type: application/json', '-d',
                  json.dumps(body, ensure_ascii=False)]
    return shlex.join(words + [url])


def http(method, url, body=None, headers=()):
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {'Content-Type': 'application/json', **dict(headers)},
                                  method=method)
    try:
        with urllib.request.urlopen(call, timeout=30) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as fault:
        status, text = fault.code, fault.read()
    value = json.loads(text) if text else None
    if status >= 400:
        raise Refused(f'{method} {url}: {status} {value}')
    return value


def address(name):
    """NAME_URL, or this machine's NAME_PORT."""
    return os.environ.get(f'{name}_URL') or f'http://127.0.0.1:{os.environ[f"{name}_PORT"]}'


class Walk:
    def __init__(self, story, amount, timeout):
        self.story = story
        self.amount = amount
        self.timeout = timeout
        self.ours = address('WINDLASS') + os.environ.get('WINDLASS_PATH_PREFIX', '')
        self.platform = address('WINDLASS_SIM_PLATFORM')
        self.bank = address('WINDLASS_SIM_BANK')
        self.creator = {'account': WALLET}

    def wallet(self, title, method, path, body=None, query=None):
        url = self.platform + path
        if query:
            url += '?' + urllib.parse.urlencode(query)
        answer = http(method, url, body)
        self.story.step(title, curl_line(method, url, body), answer)
        return answer

    def customer(self, who, kind, values):
        """GET what is needed, PUT it, GET again: the loop every wallet makes."""
        memo = str(secrets.randbelow(2 ** 53))
        key = {'account': WALLET, 'memo': memo, 'memo_type': 'id', 'type': kind}
        query = dict(key, creator=WALLET)
        asked = self.wallet(f'GET /customer: what do we need of the {who}?', 'GET',
                            '/_sim/customer', query=query)
        needed = [n for n, f in asked.get('fields', {}).items() if not f.get('optional')]
        print(f'    {asked["status"]}; needed: {", ".join(needed)}')
        missing = [n for n in needed if n not in values]
        if missing:
            raise Refused(f'the walk does not know values for {missing}')
        put = self.wallet(f'PUT /customer: the {who} gives it', 'PUT', '/_sim/customer',
                          body=dict(key, **values, creator=self.creator))
        got = self.wallet(f'GET /customer: how does the {who} stand?', 'GET', '/_sim/customer',
                          query=dict(id=put['id'], account=WALLET, type=kind, creator=WALLET))
        print(f'    {got["status"]}, id {put["id"]}')
        return put['id']

    def credentials(self):
        return credentials(os.environ.get('PLATFORM_API_AUTH_TYPE'),
                           secret('SECRET_PLATFORM_API_AUTH_SECRET'))

    def wait(self, tx, what, done):
        """Until the record fits; the watcher and the simulators do the work."""
        end = time.monotonic() + self.timeout
        url = f'{self.platform}/transactions/{tx}'
        while time.monotonic() < end:
            proof = self.credentials()
            record = http('GET', url, headers=proof)
            if done(record):
                self.story.step(what, curl_line('GET', url, headers=proof), record)
                print(f'    status {record["status"]}')
                return record
            if record['status'] in ('error', 'expired', 'refunded'):
                break
            time.sleep(0.1)
        raise Refused(f'waited for: {what}; the record is {record["status"]}'
                      f' {record.get("message", "")}')

    def go(self):
        sender = self.customer('sender', 'sep31-sender', SENDER)
        receiver = self.customer('receiver', 'sep31-receiver', RECEIVER)

        rate = {'sell_asset': USDC, 'buy_asset': BRL, 'sell_amount': self.amount,
                'buy_delivery_method': 'PIX', 'country_code': 'BR'}
        price = self.wallet('GET /rate, indicative: what would it cost?', 'GET', '/_sim/price',
                            query=dict(rate, context='sep31', creator=WALLET))
        print(f'    {price["sell_amount"]} USDC buy {price["buy_amount"]} BRL')
        quote = self.wallet('GET /rate, firm: the price is promised, the liquidity held', 'POST',
                            '/_sim/quote', body=dict(rate, context='sep31', creator=self.creator))
        print(f'    quote {quote["id"]}, good until {quote["expires_at"]}')

        created = self.wallet('POST /transactions: the wallet asks for the payment', 'POST',
                              '/_sim/transactions', body={
                                  'amount': self.amount, 'asset_code': 'USDC',
                                  'asset_issuer': USDC_ISSUER, 'destination_asset': BRL,
                                  'quote_id': quote['id'], 'sender_id': sender,
                                  'receiver_id': receiver, 'funding_method': 'PIX',
                                  'fields': {'transaction': {}}, 'creator': self.creator})
        tx = created['id']
        print(f'    transaction {tx}: {created.get("status", "created")}')

        asked = self.wait(tx, 'the watcher passed the gate and asked for the money',
                          lambda r: r['status'] == 'pending_sender')
        print(f'    to {asked["destination_account"]} with memo {asked["memo"]}')
        self.wallet('the wallet pays on the ledger', 'POST', '/_sim/payments', body={
            'to': asked['destination_account'], 'memo': asked['memo'], 'memo_type': 'id',
            'asset': f'USDC:{USDC_ISSUER}', 'amount': self.amount, 'from': WALLET})
        self.wait(tx, 'the platform saw the payment', lambda r: 'transfer_received_at' in r)
        paid = self.wait(tx, 'the watcher verified it, the bank paid the recipient: completed',
                         lambda r: r['status'] == 'completed')
        reference = paid['external_transaction_id']
        print(f'    the bank calls it {reference}')

        books = http('GET', f'{self.bank}/_sim/books')
        paid_here = [e for e in books['entries'] if tx in json.dumps(e)]
        self.story.step('the bank\'s own books', curl_line('GET', f'{self.bank}/_sim/books'),
                        paid_here)
        health = http('GET', f'{self.ours}/health')
        self.story.step('GET /health', curl_line('GET', f'{self.ours}/health'), health)
        print(f'\nThe payment of {self.amount} USDC is completed: transaction {tx}')


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--story')
    options.add_argument('--amount', default='101')
    options.add_argument('--timeout', type=float, default=120)
    given = options.parse_args()
    try:
        Walk(Story(given.story), given.amount, given.timeout).go()
    except (Refused, OSError) as fault:
        print(f'\nThe payment did not complete: {fault}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
