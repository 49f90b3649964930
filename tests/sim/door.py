"""The door that every simulator has: its server, its journal, its clock and its faults.

    door = Door('bank', state='/some/folder', seed=1, clock_command=None)
    site = Site(door)                       one route table; a simulator may listen with several
    site.route('POST', '/payouts', handler) handler(request) -> Response, or a coroutine of one
    door.books = lambda: {...}              members put before `entries` in GET /_sim/books
    door.on_reset = lambda: ...             forget everything
    door.waiting = lambda: 0                how much is still to be done without being asked
    door.load(apply)                        at start: apply(entry) for every journal line of yours
    door.record('payout', reference=...)    a journal line; on the disk when this returns
    await site.listen(host, port)           answers requests; await forever() then

Every site of a door also answers, without faults:
    POST   /_sim/faults   one rule or an array of rules, added to those in force; [] clears
    DELETE /_sim/faults   clears;  GET lists the rules with how often they were met and struck
    POST   /_sim/clock    {"offset_ms": n} or {"at": "2026-01-02T03:04:05Z"};  GET tells
    GET    /_sim/books    everything, from the first line (?kind=K only those, ?since=N after N)
    GET    /_sim/calls    how often each route was called since the start, the door's own left out;
                          and how much it has still to do by itself (door.waiting)
    POST   /_sim/reset    an empty journal, no faults, the machine's clock (clock command told);
                          {"to": n}: as it was after line n of the journal
                          {"offset_ms": n}: that clock instead
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections import Counter

from tests.sim.clock import Clock, ClockCommandFailed, iso
from tests.sim.faults import BadFault, Faults, settle, suffer
from tests.sim.journal import Journal
from tests.sim.wire import Connection, Response, Routes, answer, error

OWN_KINDS = {'clock', 'faults'}


class Door:
    def __init__(self, name, state, seed=0, clock_command=None, sync=False,
                 names=lambda request: ()):
        self.name = name
        self.clock = Clock(clock_command)
        self.faults = Faults(seed, names)
        self.journal = Journal(os.path.join(state, f'{name}.journal'), sync)
        self.books = dict
        self.on_reset = lambda: None
        self.apply = lambda entry: None
        self.calls = Counter()
        self.waiting = lambda: 0
        self.routes = Routes()
        self.routes.add('POST', '/_sim/faults', self.post_faults)
        self.routes.add('DELETE', '/_sim/faults', self.delete_faults)
        self.routes.add('GET', '/_sim/faults', self.get_faults)
        self.routes.add('POST', '/_sim/clock', self.post_clock)
        self.routes.add('GET', '/_sim/clock', self.get_clock)
        self.routes.add('GET', '/_sim/books', self.get_books)
        self.routes.add('GET', '/_sim/calls', self.get_calls)
        self.routes.add('POST', '/_sim/reset', self.post_reset)

    def load(self, apply):
        """Go on where the last run of this simulator ended.  Its faults are not taken over."""
        self.apply = apply
        for entry in self.journal.entries():
            if entry['kind'] == 'clock':
                self.clock.offset_ms = entry['offset_ms']
            elif entry['kind'] not in OWN_KINDS:
                apply(entry)

    def record(self, kind, **members):
        self.record_all([{'kind': kind, **members}])

    def record_all(self, entries):
        """Several lines in one write.  Each has a `kind`."""
        at = iso(self.clock.micros())
        self.journal.append([{'at': at, **entry} for entry in entries])

    def post_faults(self, request):
        given = json_of(request)
        if given is None or not isinstance(given, (dict, list)):
            return error(400, 'a rule or an array of rules is needed')
        rules = given if isinstance(given, list) else [given]
        if not all(isinstance(rule, dict) for rule in rules):
            return error(400, 'a rule is an object')
        try:
            if rules:
                self.faults.add(rules)
            else:
                self.faults.set([])
        except BadFault as why:
            return error(400, str(why))
        self.record('faults', given=rules)
        return answer(200, {'faults': self.faults.listing()})

    def delete_faults(self, request):
        self.faults.set([])
        self.record('faults', given=[])
        return answer(200, {'faults': []})

    def get_faults(self, request):
        return answer(200, {'faults': self.faults.listing()})

    async def post_clock(self, request):
        given = json_of(request)
        if not isinstance(given, dict) or len(given) != 1:
            return error(400, 'offset_ms or at is needed')
        try:
            if 'at' in given:
                offset = self.clock.offset_for(given['at'])
            else:
                offset = given['offset_ms']
        except (KeyError, TypeError, ValueError) as why:
            return error(400, f'offset_ms or at is needed: {why}')
        if type(offset) is not int:
            return error(400, 'offset_ms: a whole number')
        return await self.set_clock(offset)

    async def set_clock(self, offset):
        try:
            await self.clock.tell(offset)
        except (ClockCommandFailed, OSError) as why:
            return error(500, f'clock command: {why}')
        self.clock.offset_ms = offset
        self.record('clock', offset_ms=offset)
        return self.get_clock(None)

    def get_clock(self, request):
        return answer(200, {'offset_ms': self.clock.offset_ms, 'now': iso(self.clock.micros())})

    def get_books(self, request):
        wanted = request.arguments()
        since = wanted.get('since', '0')
        if not since.isdigit():
            return error(400, 'since: a line number')
        kind = wanted.get('kind')
        lines = [line for line in self.journal.lines()
                 if (since == '0' and kind is None) or chosen(line, kind, int(since))]
        head = json.dumps({'name': self.name, **self.books()}, ensure_ascii=False,
                          separators=(',', ':')).encode()
        return Response(200, head[:-1] + b',"entries":[' + b',\n'.join(lines) + b']}')

    def get_calls(self, request):
        return answer(200, {'calls': self.calls, 'waiting': self.waiting()})

    async def post_reset(self, request):
        given = json_of(request) if request.body else {}
        if not isinstance(given, dict):
            return error(400, 'an object is needed')
        kept, offset = given.get('to', 0), given.get('offset_ms', 0)
        if type(kept) is not int or kept < 0:
            return error(400, 'to: a line number')
        if type(offset) is not int:
            return error(400, 'offset_ms: a whole number')
        self.journal.start_over(kept)
        self.faults.set([])
        self.on_reset()
        self.load(self.apply)
        if offset != 0 or self.clock.offset_ms != 0:
            return await self.set_clock(offset)
        return answer(200, {'reset': self.name})


def chosen(line, kind, since):
    entry = json.loads(line)
    return entry['n'] > since and (kind is None or entry['kind'] == kind)


def json_of(request):
    try:
        return request.json()
    except ValueError:
        return None


class Site:
    """One listening port with its routes.  `missing` and `wrong_method` answer what no route
    takes; `guard(request)` may answer before the handler (credentials), and gives None if not."""

    def __init__(self, door):
        self.door = door
        self.routes = Routes()
        self.missing = lambda request: error(404, 'not found')
        self.wrong_method = lambda request: error(405, 'method not allowed')
        self.guard = None
        self.server = None
        self.address = None
        self.absences = 0

    def route(self, method, pattern, handler):
        self.routes.add(method, pattern, handler)

    async def listen(self, host, port):
        self.address = (host, port)
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: Connection(self.serve), host, port, backlog=4096, reuse_address=True)
        self.address = self.server.sockets[0].getsockname()[:2]
        return self.address[1]

    async def away(self, seconds):
        """Do not listen for so long; overlapping absences end with the last of them."""
        self.absences += 1
        if self.server is not None:
            self.server.close()
            self.server = None
        await asyncio.sleep(seconds)
        self.absences -= 1
        if self.absences == 0:
            await self.listen(*self.address)

    def serve(self, request, connection):
        if request.path.startswith('/_sim/'):
            handler = self.door.routes.find(request) or self.routes.find(request)
            return handler(request) if handler else error(404, 'the door has no such path')
        handler = self.routes.find(request)
        self.door.calls[f'{request.method} {request.route}'] += 1
        if self.door.faults.rules:
            rule = self.door.faults.pick(request)
            if rule is not None:
                return suffer(rule, request, lambda: self.carry_out(handler, request), connection,
                              self)
        return self.carry_out(handler, request)

    def carry_out(self, handler, request):
        if self.guard is not None:
            refused = self.guard(request)
            if refused is not None:
                return refused
        if handler is None:
            return self.missing(request)
        if handler is False:
            return self.wrong_method(request)
        return handler(request)


def add_arguments(parser: argparse.ArgumentParser):
    """The options that all simulators have."""
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--state', required=True, help='folder of the journal; made if missing')
    parser.add_argument('--seed', type=int, default=0, help='of the faults that have a rate')
    parser.add_argument('--clock-command', metavar='CMD',
                        help='run with the offset in ms whenever the simulated clock is set')
    parser.add_argument('--sync', action='store_true',
                        help='journal lines survive the machine too, not only the simulator')


def door_of(name, arguments, names=lambda request: ()):
    return Door(name, arguments.state, arguments.seed, arguments.clock_command, arguments.sync,
                names)


async def forever():
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def run(main):
    """Run `main()`; a port in use or a bad folder is one line and exit status 1."""
    try:
        asyncio.run(main)
    except OSError as why:
        print(f'simulator: {why}', file=sys.stderr)
        return 1
    return 0


__all__ = ['Door', 'Site', 'add_arguments', 'door_of', 'forever', 'run', 'settle',
           'Response', 'answer', 'error', 'iso']
