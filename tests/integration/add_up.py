#!/usr/bin/env python3
"""add_up.py ACCESS_LOG METRICS KILLS - nginx's log against our counters.

For each endpoint and code nginx has logged at least what is counted; what it
has logged more is, summed up for the endpoint, at most what the endpoint says
that killed workers took with them; and that is at most one for each of KILLS.
Requests for /metrics are left out: the last one counts itself too late.
"""

import collections
import re
import sys

LINE = re.compile(r'event=access .*path="(/[a-z]+)[^"]*" status=(\d+) .* upstream=(\S+)')
COUNT = re.compile(r'windlass_http_requests_total\{endpoint="(\w+)",route="([^"]*)",'
                   r'method="\w+",code="(\w+)"\} (\d+)')
LOST = re.compile(r'windlass_http_requests_lost_total\{endpoint="(\w+)"\} (\d+)')
ENDPOINTS = {"/customer": "customer", "/rate": "rate", "/event": "event", "/health": "status"}


def logged(path: str) -> collections.Counter:
    found: collections.Counter = collections.Counter()
    with open(path, encoding="ascii") as file:
        for line in file:
            match = LINE.search(line)
            # Without an upstream nginx has answered by itself.
            if match and match[1] in ENDPOINTS and match[3] != "-":
                found[ENDPOINTS[match[1]], match[2]] += 1
    return found


def main(log: str, metrics: str, kills: int) -> int:
    with open(metrics, encoding="ascii") as file:
        text = file.read()
    counted: collections.Counter = collections.Counter()
    for endpoint, route, code, number in COUNT.findall(text):
        if route != "/metrics":
            counted[endpoint, code] += int(number)
    lost = {endpoint: int(number) for endpoint, number in LOST.findall(text)}
    log_counts = logged(log)
    faults = []
    more: collections.Counter = collections.Counter()
    for key in sorted(set(counted) | set(log_counts)):
        if counted[key] or log_counts[key]:
            print(f"{key[0]:9} {key[1]:>5}: logged {log_counts[key]:4}, counted {counted[key]:4}")
        if log_counts[key] < counted[key]:
            faults.append(f"{key}: more counted than logged")
        more[key[0]] += log_counts[key] - counted[key]
    for endpoint, number in lost.items():
        print(f"{endpoint:9}  lost: {number}, logged and not counted: {more[endpoint]}")
        if more[endpoint] > number:
            faults.append(f"{endpoint}: {more[endpoint]} logged and neither counted nor lost")
    if sum(lost.values()) > kills:
        faults.append(f"{sum(lost.values())} lost by {kills} kills")
    # customer 200 400 404 405, rate 200 400, event 200 405, status: whatever dies.
    if len(log_counts) < 9:
        faults.append("the load was of too few kinds to tell")
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
