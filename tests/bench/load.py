"""One run of wrk, and what came of it."""

import os
import pathlib
import subprocess
from dataclasses import dataclass

SCRIPT = pathlib.Path(__file__).with_name('load.lua')
THREADS = 2


class Failed(Exception):
    """No figure: an answer was wrong, or none came."""


@dataclass
class Run:
    answers: int
    rate: float     # answers per second
    p99: float | None = None    # milliseconds


@dataclass
class Load:
    """What is asked, the same of ours and of its floor."""
    mode: str           # targets or bodies, see load.lua
    file: pathlib.Path
    connections: int
    wanted: str = ''    # text that every answer holds; looked for while warming up
    checked: bool = False   # and in every run, which costs wrk time
    refused: bool = False   # every answer is an error, and that is right


class Wrk:
    """Each run has a number of its own, so that no key is used twice."""

    def __init__(self, key):
        self.env = dict(os.environ, SECRET_CALLBACK_API_AUTH_SECRET=key)
        self.serial = 10000

    def run(self, port, load, seconds, warms_up=False):
        self.serial += 1
        command = ['wrk', f'-t{THREADS}', f'-c{load.connections}', f'-d{seconds}s', '--timeout',
                   '10s', '-s', SCRIPT, f'http://127.0.0.1:{port}', '--', load.mode, load.file,
                   str(self.serial), str(THREADS)]
        if load.wanted and (load.checked or warms_up):
            command.append(load.wanted)
        done = subprocess.run(command, env=self.env, capture_output=True, text=True,
                              timeout=seconds + 60)
        told = [line.split() for line in done.stdout.splitlines() if line.startswith('RESULT ')]
        if done.returncode != 0 or len(told) != 1:
            raise Failed(f'wrk: {done.stdout.strip()} {done.stderr.strip()}')
        requests, micros, faults, _, p99 = (int(word) for word in told[0][1:])
        if requests == 0 or (faults > 0 and not load.refused):
            raise Failed(f'{faults} of {requests} answers were wrong')
        return Run(requests, requests * 1e6 / micros, p99 / 1000)
