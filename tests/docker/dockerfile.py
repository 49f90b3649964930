"""Our Dockerfile: its instructions, and what of the source tree the builder is given."""

import json
import os
import shlex
import shutil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATH = os.path.join(ROOT, 'docker', 'Dockerfile')


def instructions(path=PATH):
    """[(stage, instruction, words)], in order."""
    found = []
    stage = ''
    with open(path, encoding='utf-8') as file:
        for line in file:
            line = line.strip()
            if not line or line.startswith('#'):
                continue
            name, _, rest = line.partition(' ')
            words = json.loads(rest) if rest.startswith('[') else shlex.split(rest)
            if name == 'FROM':
                stage = words[words.index('AS') + 1] if 'AS' in words else 'last'
            found.append((stage, name, words))
    return found


def allowed():
    """What of the source tree the builder is given, by the file beside the Dockerfile."""
    with open(PATH + '.dockerignore', encoding='utf-8') as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith('#')]
    if lines[0] != '*' or not all(line.startswith('!') for line in lines[1:]):
        raise ValueError('everything is left out but what is named')
    return [line[1:] for line in lines[1:]]


def context(folder):
    """The same in a folder of its own."""
    for path in allowed():
        source, to = os.path.join(ROOT, path), os.path.join(folder, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        if os.path.isdir(source):
            shutil.copytree(source, to)
        else:
            shutil.copy(source, to)
