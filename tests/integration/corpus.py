"""Asks a server what a file of cases says, and looks at every answer.

usage: corpus.py URL PATH CASES [--headers FILE] [--names FILE]

CASES has lines of STATUS, words, query, with tabs between; # begins a comment.  {name} in a query
is a name of FILE (NAME=VALUE lines), {+N} the time in N seconds.  An answer has the status and is
JSON; an error is {"error": text} alone, has the words (unless they are -), and nothing that makes
a client ask again.  A rate must be one that the platform takes.  Exit 1 and a line for each fault.
"""

import argparse
import http.client
import json
import re
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.rate.oracle import platform_takes  # noqa: E402

AGAIN = {'retry-after', 'location'}


def cases(path):
    for number, line in enumerate(Path(path).read_text(encoding='utf-8').splitlines(), 1):
        if line and not line.startswith('#'):
            status, words, query = line.split('\t')
            yield number, int(status), words, query


def names(path):
    lines = Path(path).read_text(encoding='utf-8').split() if path else []
    return dict(line.split('=', 1) for line in lines)


def filled(query, known):
    def value(match):
        name = match[1]
        if name.startswith('+'):
            return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + int(name)))
        return known[name]
    return re.sub(r'\{([a-z+0-9]+)\}', value, query)


def only_once(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError('a member is there twice')
    return members


def rate_fault(query, rate, decimals):
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    fee = rate['fee']
    lines = [(line['name'], line['amount']) for line in fee.get('details', [])]
    ask = (asked['sell_asset'], asked['buy_asset'], asked.get('sell_amount'),
           asked.get('buy_amount'))
    if len(json.dumps(fee)) >= 1000:
        return 'the fee is too long for the platform'
    if not platform_takes(decimals, ask, rate['sell_amount'], rate['buy_amount'], fee['total'],
                          fee['asset'], rate['price'], lines):
        return 'the platform would refuse it'
    return ''


def fault(answer, body, status, words, query, decimals):
    """What is wrong with an answer; empty if nothing is."""
    if answer.status != status:
        return f'status {answer.status}'
    if not answer.getheader('Content-Type', '').startswith('application/json'):
        return f'Content-Type {answer.getheader("Content-Type")}'
    if AGAIN & {name.lower() for name, _ in answer.getheaders()}:
        return 'a header that makes the client ask again'
    try:
        said = json.loads(body, object_pairs_hook=only_once)
    except ValueError as why:
        return f'no JSON: {why}'
    if status == 200:
        return rate_fault(query, said['rate'], decimals)
    if list(said) != ['error'] or not isinstance(said['error'], str) or not said['error']:
        return 'no error as ours are'
    if words != '-' and words not in said['error']:
        return f'does not say "{words}"'
    return ''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('url')
    parser.add_argument('path')
    parser.add_argument('cases')
    parser.add_argument('--headers')
    parser.add_argument('--names')
    parser.add_argument('--assets', help='a JSON document of assets')
    options = parser.parse_args()
    url = urlsplit(options.url)
    known = names(options.names)
    headers = dict(line.split(': ', 1) for line in
                   (Path(options.headers).read_text(encoding='utf-8').splitlines()
                    if options.headers else []))
    decimals = {}
    if options.assets:
        assets = json.loads(Path(options.assets).read_text(encoding='utf-8'))['assets']
        decimals = {asset['id']: asset['decimals'] for asset in assets}
    link = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    count = {}
    failed = 0
    for number, status, words, query in cases(options.cases):
        query = filled(query, known)
        link.request('GET', f'{url.path}{options.path}?{query}', headers=headers)
        answer = link.getresponse()
        body = answer.read()
        count[status] = count.get(status, 0) + 1
        why = fault(answer, body, status, words, query, decimals)
        if why:
            failed += 1
            print(f'line {number}: {query[:200]}: {why}: {body[:200]!r}')
    print(' '.join(f'{status}:{n}' for status, n in sorted(count.items())))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
