"""What docker compose makes of our files, as far as they use it: several files merged, env_file
and environment resolved, ${NAME:-default} put in.  For the checks, and for root.py, which runs the
services without docker."""

import os
import re

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, 'docker')
MAIN = 'docker-compose.yml'
SIMULATED = 'docker-compose.simulated.yml'

VARIABLE = re.compile(r'\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})')


def put_in(text, environment):
    """$$ is a dollar; a variable without a default must be set."""
    def value(match):
        name, default = match.groups()
        if name is None:
            return '$'
        return environment.get(name) or (environment[name] if default is None else default)
    return VARIABLE.sub(value, text)


def interpolated(value, environment):
    if isinstance(value, str):
        return put_in(value, environment)
    if isinstance(value, list):
        return [interpolated(each, environment) for each in value]
    if isinstance(value, dict):
        return {name: interpolated(each, environment) for name, each in value.items()}
    return value


def raw(name):
    with open(os.path.join(FOLDER, name), encoding='utf-8') as file:
        return yaml.safe_load(file)


def merged(one, other):
    """Maps are merged, lists appended, commands and single values replaced."""
    result = dict(one)
    for name, value in other.items():
        before = result.get(name)
        if name in ('command', 'test') or type(before) is not type(value):
            result[name] = value
        elif isinstance(value, dict):
            result[name] = merged(before, value)
        elif isinstance(value, list):
            result[name] = before + [each for each in value if each not in before]
        else:
            result[name] = value
    return result


def project(*names, environment=None):
    """The services and volumes of these files together."""
    whole = {}
    for name in names:
        whole = merged(whole, raw(name))
    whole = {name: value for name, value in whole.items() if not name.startswith('x-')}
    return interpolated(whole, os.environ if environment is None else environment)


def env_file(path):
    """[(name, value)], in order.  Only the plain form that every reader of such files
    understands alike: no quotes, no blanks at the ends, nothing to be put in."""
    settings = []
    with open(os.path.join(FOLDER, path), encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            name, equals, value = line.partition('=')
            if not equals or not re.fullmatch('[A-Z][A-Z0-9_]*', name):
                raise ValueError(f'{path}:{number}: no NAME=VALUE')
            if value != value.strip() or re.search('["\'$`\\\\]| #', value):
                raise ValueError(f'{path}:{number}: {name}: readers of such files would differ')
            settings.append((name, value))
    return settings


def environment_of(service):
    """What a container of it starts with, besides its image's own."""
    settings = {}
    for path in service.get('env_file', ()):
        settings.update(env_file(path))
    settings.update(service.get('environment', {}))
    return settings
