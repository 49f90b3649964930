"""The contracts in api/*.openapi.yaml, read and held against without any library.

They are written in a small part of YAML: block mappings and sequences, double-quoted texts, plain
words and numbers, `>-` blocks, and flow values that are JSON. Anything else is refused, so a file
that load() takes means the same to every YAML reader.

    contract = Contract('api/payout-rail.openapi.yaml')
    contract.faults('PayoutOrder', value)   what of the value does not fit the named schema
"""
import json
import pathlib
import re
from datetime import datetime

KEY = re.compile(r'^("(?:[^"\\]|\\.)*"|[A-Za-z_$/][A-Za-z0-9_./{}$-]*):(?: +(.*))?$')
PLAIN = re.compile(r'^[A-Za-z_][A-Za-z0-9_./-]*$')
WORDS = {'true': True, 'false': False, 'null': None}
METHODS = {'get', 'put', 'post', 'delete', 'patch'}


class Unreadable(ValueError):
    pass


class Reader:
    """Block structure by indentation; `at` is the next line that was not taken."""

    def __init__(self, text):
        rows = [(n, row.rstrip()) for n, row in enumerate(text.split('\n'), 1)]
        self.rows = [(n, len(row) - len(row.lstrip()), row.lstrip()) for n, row in rows
                     if row.strip() and not row.lstrip().startswith('#')]
        self.at = 0

    def stop(self, why):
        number = self.rows[min(self.at, len(self.rows) - 1)][0]
        raise Unreadable(f'line {number}: {why}')

    def indent(self):
        return self.rows[self.at][1] if self.at < len(self.rows) else -1

    def block(self, indent):
        if self.rows[self.at][2].startswith('- '):
            return self.sequence(indent)
        return self.mapping(indent)

    def sequence(self, indent):
        items = []
        while self.indent() == indent and self.rows[self.at][2].startswith('- '):
            number, _, text = self.rows[self.at]
            inner = text[2:].lstrip()
            if KEY.match(inner):
                # the rest of the line is the first member of a mapping that stands further in
                column = indent + len(text) - len(inner)
                self.rows[self.at] = (number, column, inner)
                items.append(self.mapping(column))
            else:
                self.at += 1
                items.append(self.scalar(inner))
        return items

    def mapping(self, indent):
        members = {}
        while self.indent() == indent:
            found = KEY.match(self.rows[self.at][2])
            if not found:
                self.stop('a member was expected')
            name = json.loads(found[1]) if found[1].startswith('"') else found[1]
            if name in members:
                self.stop(f'{name} comes twice')
            self.at += 1
            members[name] = self.value(found[2], indent)
        if self.indent() > indent:
            self.stop('stands too far in')
        return members

    def value(self, text, indent):
        if text is None:
            if self.indent() <= indent:
                self.stop('a value was expected')
            return self.block(self.indent())
        if text == '>-':
            words = []
            while self.indent() > indent:
                words.append(self.rows[self.at][2])
                self.at += 1
            return ' '.join(words)
        return self.scalar(text)

    def scalar(self, text):
        if text[0] in '"{[-0123456789':
            try:
                return json.loads(text)
            except ValueError as why:
                self.stop(f'{text}: {why}')
        if text in WORDS:
            return WORDS[text]
        if text.lower() in ('yes', 'no', 'on', 'off', 'y', 'n', 'true', 'false', 'null'):
            self.stop(f'{text}: means different things to different readers')
        if not PLAIN.match(text):
            self.stop(f'{text}: to be quoted')
        return text


def load(path):
    """The document; Unreadable with the line if it is not written as described above."""
    text = pathlib.Path(path).read_text(encoding='utf-8')
    if '\t' in text:
        raise Unreadable(f'{path}: a tab')
    reader = Reader(text)
    try:
        document = reader.block(0)
        if reader.at != len(reader.rows):
            reader.stop('not understood')
    except Unreadable as why:
        raise Unreadable(f'{path}: {why}') from None
    return document


class Contract:
    def __init__(self, path):
        self.document = load(path)
        self.schemas = self.document['components']['schemas']

    def resolve(self, node):
        """What a reference names; ValueError for one that names nothing."""
        while isinstance(node, dict) and '$ref' in node:
            target = self.document
            for part in node['$ref'].removeprefix('#/').split('/'):
                if not isinstance(target, dict) or part not in target:
                    raise ValueError(f'{node["$ref"]} names nothing')
                target = target[part]
            node = target
        return node

    def operations(self):
        """(path, method, operation) of every one."""
        for path, item in self.document['paths'].items():
            for method, operation in item.items():
                if method in METHODS:
                    yield path, method, operation

    def mistakes(self):
        """What is wrong with the document itself."""
        found = []
        self.find_dangling(self.document, found)
        names = set()
        for path, method, operation in self.operations():
            here = f'{method} {path}'
            name = operation.get('operationId')
            if not name or name in names:
                found.append(f'{here}: operationId {name}')
            names.add(name)
            if not operation.get('responses'):
                found.append(f'{here}: no responses')
            given = {(one['in'], one['name']) for one in
                     map(self.resolve, operation.get('parameters', []))}
            for wanted in re.findall(r'\{(\w+)\}', path):
                if ('path', wanted) not in given:
                    found.append(f'{here}: {wanted} is not described')
        return found

    def find_dangling(self, node, found):
        if isinstance(node, dict):
            if isinstance(node.get('$ref'), str):
                try:
                    self.resolve(node)
                except ValueError as why:
                    found.append(str(why))
            for inner in node.values():
                self.find_dangling(inner, found)
        elif isinstance(node, list):
            for inner in node:
                self.find_dangling(inner, found)

    def answer_faults(self, path, method, status, value):
        """How an answer differs from what the contract promises."""
        operation = self.document['paths'][path][method]
        promised = operation['responses'].get(str(status))
        if promised is None:
            return [f'{method} {path}: status {status} is not in the contract']
        content = self.resolve(promised).get('content')
        if content is None:
            return []
        faults = []
        self.check(content['application/json']['schema'], value, 'answer', faults)
        return faults

    def faults(self, name, value):
        found = []
        self.check(self.schemas[name], value, name, found)
        return found

    def check(self, schema, value, where, found):
        schema = self.resolve(schema)
        kind = schema.get('type')
        if kind is not None and not TYPES[kind](value):
            found.append(f'{where}: not of type {kind}')
            return
        if 'enum' in schema and value not in schema['enum']:
            found.append(f'{where}: not one of {schema["enum"]}')
        forms = schema.get('oneOf')
        if forms and sum(not self.trial(form, value) for form in forms) != 1:
            found.append(f'{where}: fits none or several of its forms')
        if isinstance(value, str):
            self.check_text(schema, value, where, found)
        elif isinstance(value, dict):
            self.check_object(schema, value, where, found)
        elif isinstance(value, list):
            for n, inner in enumerate(value):
                self.check(schema.get('items', {}), inner, f'{where}[{n}]', found)
        elif isinstance(value, int) and not isinstance(value, bool):
            if value < schema.get('minimum', value) or value > schema.get('maximum', value):
                found.append(f'{where}: out of range')

    def trial(self, schema, value):
        found = []
        self.check(schema, value, '', found)
        return found

    def check_text(self, schema, value, where, found):
        if len(value) < schema.get('minLength', 0):
            found.append(f'{where}: too short')
        if len(value) > schema.get('maxLength', len(value)):
            found.append(f'{where}: too long')
        if 'pattern' in schema and not re.search(schema['pattern'].replace('$', r'\Z'), value):
            found.append(f'{where}: not as {schema["pattern"]}')
        if schema.get('format') == 'date-time' and not is_moment(value):
            found.append(f'{where}: not a moment')

    def check_object(self, schema, value, where, found):
        if len(value) < schema.get('minProperties', 0):
            found.append(f'{where}: too few members')
        for name in schema.get('required', []):
            if name not in value:
                found.append(f'{where}: {name} is missing')
        known = schema.get('properties', {})
        others = schema.get('additionalProperties', {})
        for name, inner in value.items():
            if name in known:
                self.check(known[name], inner, f'{where}.{name}', found)
            elif others is False:
                found.append(f'{where}: {name} is not known')
            elif others is not True:
                self.check(others, inner, f'{where}.{name}', found)


TYPES = {
    'object': lambda value: isinstance(value, dict),
    'array': lambda value: isinstance(value, list),
    'string': lambda value: isinstance(value, str),
    'boolean': lambda value: isinstance(value, bool),
    'integer': lambda value: isinstance(value, int) and not isinstance(value, bool),
    'number': lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}


def is_moment(text):
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
