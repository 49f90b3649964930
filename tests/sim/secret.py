"""Secrets as our programs take them: NAME in the environment, or NAME_FILE names a file."""

import os


def secret(name):
    """The first line: the secret that is in use; None if there is none."""
    text = os.environ.get(name)
    path = os.environ.get(f'{name}_FILE')
    if not text and path:
        with open(path, encoding='utf-8') as file:
            text = file.read()
    return text.split('\n')[0] if text else None
