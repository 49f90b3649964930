"""Many clients who ask at once, over real HTTP, and what each was answered."""

import json
import socket
import threading
import time
from dataclasses import dataclass

PAUSE_SECONDS = 0.05    # after an answer that was lost, or is no fault of the asker's


@dataclass
class Answer:
    target: str
    began: float        # monotonic
    ended: float
    status: int         # 0: none came
    body: dict | None = None

    @property
    def is_fault(self):
        return self.status == 0 or self.status >= 500

    @property
    def rate(self):
        return self.body['rate']


class Line:
    """One connection, kept while the other side keeps it."""

    def __init__(self, port):
        self.port, self.wire = port, None

    def ask(self, target):
        began = time.monotonic()
        try:
            if self.wire is None:
                self.wire = socket.create_connection(('127.0.0.1', self.port), timeout=30)
            self.wire.sendall(f'GET {target} HTTP/1.1\r\nHost: windlass\r\n'
                              'Content-Type: application/json\r\n\r\n'.encode())
            status, body = self.read()
        except OSError:
            self.close()
            status, body = 0, None
        answer = Answer(target, began, time.monotonic(), status, body)
        if answer.is_fault:
            time.sleep(PAUSE_SECONDS)
        return answer

    def read(self):
        data = b''
        while b'\r\n\r\n' not in data:
            data += self.more()
        head, _, body = data.partition(b'\r\n\r\n')
        lines = head.decode('latin-1').lower().split('\r\n')
        fields = dict(line.split(': ', 1) for line in lines[1:])
        while len(body) < int(fields['content-length']):
            body += self.more()
        if fields.get('connection') == 'close':
            self.close()
        return int(lines[0].split()[1]), json.loads(body)

    def more(self):
        part = self.wire.recv(65536)
        if not part:
            raise ConnectionResetError
        return part

    def close(self):
        if self.wire is not None:
            self.wire.close()
            self.wire = None


class Crowd:
    """So many threads take target after target, until all are taken, or stop().  Who insists asks
    again until there is an answer that is not the fault of the other side.  pace() may hold up
    whoever is about to ask."""

    def __init__(self, port, targets, threads, insists=False, pace=lambda: None):
        self.insists, self.pace = insists, pace
        self.targets = iter(targets)
        self.lock = threading.Lock()
        self.answers = []
        self.threads = [threading.Thread(target=self.work, args=(Line(port),))
                        for _ in range(threads)]

    def take(self):
        with self.lock:
            return next(self.targets, None)

    def work(self, line):
        mine = []
        while (target := self.take()) is not None:
            self.pace()
            mine.append(line.ask(target))
            while self.insists and mine[-1].is_fault:
                mine.append(line.ask(target))
        line.close()
        self.answers += mine

    def stop(self):
        with self.lock:
            self.targets = iter(())

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join()
