#!/usr/bin/env python3
"""load.py URL PIDS COUNT KILLS - requests of every kind, and workers killed.

PIDS is the folder in which stack.sh keeps its parts' process ids.  COUNT
requests are made by four callers at once; KILLS times, spread over that, one
worker of an endpoint is killed outright.  Fails if a caller gets no answer.
"""

import http.client
import json
import os
import random
import sys
import threading
import time

USDC = "stellar:USDC:GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP"
WALLET = "GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW"
RATE = f"/rate?sell_asset={USDC}&buy_asset=iso4217%3ABRL&sell_amount=100&type="


def customer(n: int, **more: str) -> str:
    return json.dumps({"account": WALLET, "memo": str(n), "memo_type": "id",
                       "type": "sep31-sender", **more})


# Method, target, body; {n} is the number of the request.
KINDS = [
    ("GET", "/customer?account=" + WALLET + "&memo={n}&memo_type=id&type=sep31-sender", None),
    ("GET", "/customer?id=11111111-1111-4111-8111-111111111111", None),
    ("GET", "/customer?account=nobody", None),
    ("PUT", "/customer", lambda n: customer(n, first_name="Ana")),
    ("PUT", "/customer", lambda n: customer(n, birth_date="yesterday")),
    ("PUT", "/customer", lambda n: "{"),
    ("POST", "/customer", lambda n: "{}"),
    ("DELETE", "/customer/11111111-1111-4111-8111-111111111111", None),
    ("GET", "/customer/a/b", None),
    ("GET", RATE + "indicative", None),
    ("GET", RATE + "firm", None),
    ("GET", RATE + "soft", None),
    ("POST", "/event", lambda n: '{"id":"x"}'),
    ("GET", "/event", None),
    ("GET", "/health", None),
]
KILLED = ("customer", "rate", "event", "status")


def children(parent: int) -> list[int]:
    with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


class Load:
    def __init__(self, url: str, pids: str, count: int, kills: int) -> None:
        self.host = url.removeprefix("http://")
        self.pids, self.count, self.kills = pids, count, kills
        self.lock = threading.Lock()
        self.next = 0
        self.failures: list[str] = []

    def call(self) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=20)
        while True:
            with self.lock:
                n, self.next = self.next, self.next + 1
            if n >= self.count:
                return
            method, target, body = KINDS[n % len(KINDS)]
            try:
                connection.request(
                    method, target.format(n=n), body=body(n) if body else None,
                    headers={"Content-Type": "application/json"})
                connection.getresponse().read()
            except OSError as error:
                self.failures.append(f"{method} {target}: {error}")
                connection.close()

    def kill(self) -> int:
        done, turn = 0, random.Random(1)
        while done < self.kills:
            while self.next < self.count * (done + 1) // (self.kills + 2):
                time.sleep(0.001)
            name = KILLED[done % len(KILLED)]
            with open(os.path.join(self.pids, name), encoding="ascii") as file:
                workers = children(int(file.read().split()[0]))
            if not workers:
                time.sleep(0.01)
                continue
            os.kill(turn.choice(workers), 9)
            done += 1
        return done

    def run(self) -> int:
        callers = [threading.Thread(target=self.call) for _ in range(4)]
        for caller in callers:
            caller.start()
        killed = self.kill()
        for caller in callers:
            caller.join()
        print(f"{self.count} requests, {killed} workers killed")
        for failure in self.failures:
            print(failure)
        return 1 if self.failures else 0


if __name__ == "__main__":
    sys.exit(Load(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])).run())
