"""fill.py ME [-s NAME=VALUE]... FILE - a template as the array to send, in one line.

A placeholder is ${name} within a text of the template; nothing in that shape is sent as it is.
Values are put in after the template was read as JSON, so that no value can change its shape.
Elements without an id get their number.
Faults: one line, exit status 2.
"""

import json
import re
import sys
import unicodedata

PLACEHOLDER = re.compile(r'\$\{([^{}]*)\}')


class Fault(Exception):
    pass


def arguments(words):
    """The file and the values given."""
    words, files, values = list(words), [], {}
    while words:
        word = words.pop(0)
        if word.startswith('-s'):
            pair = word[2:] or (words.pop(0) if words else '')
            name, equals, value = pair.partition('=')
            if not name or not equals:
                raise Fault('-s needs NAME=VALUE')
            if name in values:
                raise Fault(f'-s {name} is given twice')
            values[name] = value
        elif word.startswith('-') and word != '-':
            raise Fault(f'there is no option {word}; see --help')
        else:
            files.append(word)
    if len(files) != 1:
        raise Fault('one FILE is needed; see --help')
    return files[0], values


def refuse(word):
    raise ValueError(f'{word} is no number')


def template(path):
    """The array in a file; a fraction stays the text that it is written as."""
    try:
        with open(0 if path == '-' else path, encoding='utf-8') as file:
            calls = json.load(file, parse_float=str, parse_constant=refuse)
    except OSError as why:
        raise Fault(f'{path}: {why.strerror}') from None
    except ValueError as why:
        raise Fault(f'{path}: is no JSON ({why})') from None
    if not isinstance(calls, list) or not calls:
        raise Fault(f'{path}: must be an array of at least one call')
    if not all(isinstance(call, dict) and isinstance(call.get('method'), str) for call in calls):
        raise Fault(f'{path}: every element must be an object with a method')
    return calls


def walk(value, text):
    """The same value with every text in it replaced by what text() makes of it."""
    if isinstance(value, dict):
        return {name: walk(inner, text) for name, inner in value.items()}
    if isinstance(value, list):
        return [walk(inner, text) for inner in value]
    return text(value) if isinstance(value, str) else value


def filled(path, values):
    calls, wanted = template(path), []

    def put(text):
        wanted.extend(PLACEHOLDER.findall(text))
        return PLACEHOLDER.sub(lambda found: values.get(found[1], ''), text)

    made = walk(calls, put)
    unknown = sorted(set(values) - set(wanted))
    if unknown:
        raise Fault(f'{path} has no placeholder {", ".join(unknown)}')
    empty = [name for name in dict.fromkeys(wanted) if not values.get(name, '').strip()]
    if empty:
        raise Fault(f'{path}: nothing is given for {", ".join(empty)} (-s NAME=VALUE)')
    for name, value in values.items():
        if any(unicodedata.category(letter) in ('Cc', 'Cs') for letter in value):
            raise Fault(f'-s {name}: the value is no line of UTF-8 text')
    return [{'id': number, **call} for number, call in enumerate(made, 1)]


def main(me, *words):
    try:
        path, values = arguments(words)
        print(json.dumps(filled(path, values), separators=(',', ':')))
    except Fault as why:
        print(f'{me}: {why}', file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
