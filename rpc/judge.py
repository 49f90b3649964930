"""judge.py ME STATUS - did every call succeed?

Standard input: the array as it was sent, in one line, and then the answer.  HTTP 200 says nothing
yet: each element has a result, or an error.  Exit status 0 or 1, with one line for each that failed.
"""

import json
import sys

# A platform 3.x answers 500 for the whole array and carries out the other calls of it.
DOUBT = ': some of it may have been done; read the transactions first'


def printable(text):
    return ''.join(c if c.isprintable() else ' ' for c in str(text))


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def refusal(answer):
    """What an element of the answer says against its call, or None."""
    error = answer.get('error')
    if isinstance(error, dict):
        return f'{error.get("message")} ({error.get("code")})'
    return None if isinstance(answer.get('result'), dict) else 'neither a result nor an error'


def faults(calls, status, answer):
    if status != 200:
        said = answer.get('error') if isinstance(answer, dict) else None
        yield (f'the platform answered HTTP {status}' + (f', {said}' if said else '')
               + (DOUBT if status >= 500 else ''))
        return
    answers = answer if isinstance(answer, list) else []
    if len(answers) != len(calls):
        # An array that is too long is refused as a whole, in one element.
        said = [refusal(one) for one in answers if isinstance(one, dict)]
        yield f'{len(calls)} calls and {len(answers)} answers: {"; ".join(filter(None, said))}'
        return
    for call, one in zip(calls, answers):
        named = f'{call["method"]} (id {json.dumps(call["id"])})'
        if not isinstance(one, dict) or one.get('id') != call['id']:
            yield f'{named}: the answer in its place is not its own'
        elif refusal(one) is not None:
            yield f'{named}: {refusal(one)}'


def main(me, status):
    sys.stdin.reconfigure(encoding='utf-8', errors='replace')
    calls = json.loads(sys.stdin.readline())
    found = list(faults(calls, int(status), parsed(sys.stdin.read())))
    for fault in found:
        print(f'{me}: {printable(fault)}', file=sys.stderr)
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
