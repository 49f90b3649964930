"""What a simulator did, one JSON line each, written to the file before the answer goes out.

A line survives the death of the simulator (the kernel holds it); with sync=True also that of the
machine.  A line cut by a kill in the middle of a write is the last one and is left out when read:
its answer never went out.
"""

import json
import os
from itertools import islice


class Journal:
    def __init__(self, path, sync=False):
        self.path = path
        self.sync = sync
        self.count = 0
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.mend()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def mend(self):
        """Cut a half line at the end off, and count the whole ones."""
        if not os.path.exists(self.path):
            return
        with open(self.path, 'r+b') as file:
            whole = 0
            for line in file:
                if not line.endswith(b'\n'):
                    file.truncate(whole)
                    break
                whole += len(line)
                self.count += 1

    def append(self, entries):
        """All of `entries` in one write: after a kill all of them are there, or a first part of
        them if the disk was full."""
        lines = []
        for entry in entries:
            self.count += 1
            lines.append(json.dumps({'n': self.count, **entry}, ensure_ascii=False,
                                    separators=(',', ':')) + '\n')
        data = memoryview(''.join(lines).encode())
        while data:
            data = data[os.write(self.file, data):]
        if self.sync:
            os.fdatasync(self.file)

    def lines(self):
        """Every line as bytes, in order."""
        with open(self.path, 'rb') as file:
            for line in file:
                if line.endswith(b'\n'):
                    yield line[:-1]

    def entries(self):
        for line in self.lines():
            yield json.loads(line)

    def start_over(self, kept=0):
        """Begin a journal with the first lines of this one, which stays beside it under a
        number."""
        lines = list(islice(self.lines(), kept))
        os.close(self.file)
        number = 1
        while os.path.exists(f'{self.path}.{number}'):
            number += 1
        os.rename(self.path, f'{self.path}.{number}')
        self.count = len(lines)
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(self.file, b''.join(line + b'\n' for line in lines))

    def close(self):
        os.close(self.file)
