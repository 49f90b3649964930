#!/usr/bin/env python3
"""Cut the recordings down to what the tests need.

    trim.py SOURCE [TARGET]

SOURCE is the folder of the full recordings (callbacks.jsonl, platform-reads.jsonl, rpc.jsonl and
the same of platform 3.1.4 in platform-3.1/); TARGET defaults to the folder of this script.
README.md says what the result looks like. The same source gives the same bytes.
"""
import json
import pathlib
import re
import sys

# A sentence of the platform, or bytes nobody can foresee: it was there, its text is not kept.
CUT = '…'

# What the demonstration server said of its fee. A call of ours that describes a fee has it kept.
FEE_DESCRIPTION = 'Fee related to selling the asset.'

# Messages that the platform itself puts into a record (all others came with a call of ours).
OWN_MESSAGES = {'Received an incoming payment', 'The custody transaction has failed'}

FILES = [  # (recorded file, our file, kind)
    ('callbacks.jsonl', '4.3.0/callbacks.jsonl', 'callback'),
    ('platform-reads.jsonl', '4.3.0/reads.jsonl', 'read'),
    ('rpc.jsonl', '4.3.0/rpc.jsonl', 'rpc'),
    ('platform-3.1/callbacks.jsonl', '3.1.4/callbacks.jsonl', 'callback'),
    ('platform-3.1/reads.jsonl', '3.1.4/reads.jsonl', 'read'),
    ('platform-3.1/rpc.jsonl', '3.1.4/rpc.jsonl', 'rpc'),
]

KEPT = {
    'callback': ('id', 'auth', 'at', 'what', 'request', 'refers_to'),
    'read': ('id', 'auth', 'at', 'platform', 'what', 'request', 'status', 'content_type',
             'records_in_answer', 'records_kept'),
    'rpc': ('id', 'auth', 'at', 'platform', 'from', 'what', 'headers', 'target', 'request',
            'request_text', 'http_status', 'answers', 'content_type'),
}


def without_sentences(value, name=''):
    """A copy of an answer or record: no descriptions, no sentences, no ledger envelopes."""
    if isinstance(value, dict):
        return {k: without_sentences(v, k) for k, v in value.items()
                if (k, v) != ('description', FEE_DESCRIPTION)}
    if isinstance(value, list):
        return [without_sentences(v, name) for v in value]
    if isinstance(value, str):
        if name in ('envelope', 'error', 'rawErrorMessage'):
            return CUT
        if name == 'message' and value in OWN_MESSAGES:
            return CUT
    return value


def rpc_answer(element):
    """One element of an RPC answer; of an error the code and the transaction remain."""
    kept = without_sentences(element)
    if isinstance(element, dict) and isinstance(element.get('error'), dict):
        kept['error']['message'] = CUT
    return kept


def trim_callback(line, kept):
    answer = line['answer_accepted'] or {}
    kept['answered'] = answer.get('status')
    if '/customer' in line['request']['target'] and 'id' in (answer.get('body') or {}):
        kept['answered_id'] = answer['body']['id']
    if 'refers_to' in kept:
        refers = dict(kept['refers_to'])
        if 'customer_exists' in refers:  # 4.3.0 and 3.1.4 spell it differently
            refers['customer_existed'] = refers.pop('customer_exists')
        kept['refers_to'] = refers
    return kept


def trim_read(line, kept):
    request = dict(kept['request'])
    jwt = request.pop('jwt', line.get('jwt'))
    if jwt:
        kept['jwt'] = jwt
    kept['request'] = request
    body = without_sentences(line['body'])
    if isinstance(body, dict) and 'checks' in body:
        body['checks'] = {'config': {}}
    kept['body'] = body
    return kept


def trim_rpc(line, kept):
    if 'jwt' in line:
        kept['jwt'] = line['jwt']
    kept['before'] = without_sentences(line['before'])
    answer = line['answer']
    kept['answer'] = ([rpc_answer(a) for a in answer] if isinstance(answer, list)
                      else without_sentences(answer))
    if 'request_count' in line:
        kept['request'] = whole_array(line['request'], line['request_count'])
    call = (line['request'] or [{}])[0].get('params') or {}
    # One 3.1.4 line without customer_id carries the look-up of the line after it.
    if 'lookup' in line and 'customer_id' in call:
        kept['lookup'] = trim_lookup(line['lookup'])
    for name in ('custody_calls', 'fireblocks_calls'):
        if name in line:
            kept[name] = line[name]
    return kept


def whole_array(shown, count):
    """The array of which only the first and the last element were kept: they differ in the id."""
    return [{**shown[0], 'id': str(n)} for n in range(count)]


def trim_lookup(lookup):
    answer = lookup.get('answer') or {'status': lookup['status'], 'body': lookup['customer']}
    body = {k: answer['body'][k] for k in ('id', 'status') if k in answer['body']}
    return {'target': lookup['target'], 'status': answer['status'], 'customer': body}


TRIM = {'callback': trim_callback, 'read': trim_read, 'rpc': trim_rpc}


def trim(line, kind):
    kept = {k: line[k] for k in KEPT[kind] if k in line}
    kept['what'] = re.split(r' -> |: -32\d\d\d ', kept['what'])[0]
    return TRIM[kind](line, kept)


def main():
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent
    for recorded, ours, kind in FILES:
        lines = [json.loads(text) for text in (source / recorded).open(encoding='utf-8')]
        wanted = [line for line in lines if line.get('from') != 'wallet']
        (target / ours).parent.mkdir(parents=True, exist_ok=True)
        with (target / ours).open('w', encoding='utf-8') as out:
            for line in wanted:
                out.write(json.dumps(trim(line, kind), ensure_ascii=False) + '\n')
        print(f'{ours}: {len(wanted)} of {len(lines)} lines')


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main()
