"""Connections of the tests that need more than one: each a psql of its own."""

import subprocess


def psql(url):
    return subprocess.Popen(['psql', '-X', '-q', '-A', '-t', '-v', 'VERBOSITY=sqlstate', '-d', url],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def sql(url, text):
    return psql(url).communicate(text + ';')[0].strip()


def expect(what, got, want):
    if got != want:
        raise SystemExit(f'{what}: {got}, not {want}')
