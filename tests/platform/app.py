"""The parts of the simulated platform put together, and the routes to them."""

import sys

from tests.platform.assets import Assets
from tests.platform.auth import Guard, Proof
from tests.platform.business import Business
from tests.platform.custody import Custody
from tests.platform.customers import Customers
from tests.platform.events import Events
from tests.platform.horizon import Horizon
from tests.platform.ledger import BadPayment, Ledger, checked
from tests.platform.observer import Observer
from tests.platform.payments import Payments
from tests.platform.quotes import Quotes
from tests.platform.reads import Reads
from tests.platform.records import STATUSES, dumps
from tests.platform.rpc import Rpc, method_names
from tests.platform.rules import Refused
from tests.platform.world import World
from tests.sim.client import Client
from tests.sim.door import Site, answer, door_of, error, forever, json_of
from tests.sim.wire import Response

FORBIDDEN = b'{\n  "error": "forbidden"\n}'


class Tools:
    """What the methods reach beyond the record."""

    def __init__(self, business, custody, ledger):
        self.business = business
        self.custody = custody
        self.ledger = ledger


class App:
    def __init__(self, given):
        self.door = door_of('platform', given, names=method_names)
        self.events = Events(self.door) if given.events else None
        self.world = World(self.door, given.behave, Assets.read(given.assets), self.events)
        self.ledger = Ledger()
        self.client = Client()
        self.business = Business(self.client, given.callback_url,
                                 Proof(given.callback_auth, given.callback_secret),
                                 self.door)
        self.custody = Custody(self.world, self.ledger, 'works' if given.custody else 'none')
        self.reads = Reads(self.world)
        self.rpc = Rpc(self.world, Tools(self.business, self.custody, self.ledger), self.reads)
        self.custody.rpc = self.rpc
        self.observer = Observer(self.world, self.ledger, self.rpc)
        self.guard = Guard(given.auth, given.platform_secret, self.door.clock)
        self.customers = Customers(self.world, self.business)
        self.quotes = Quotes(self.world, self.business)
        self.payments = Payments(self.world, self.business)
        self.door.books = self.books
        self.door.on_reset = self.forget
        self.door.waiting = lambda: len(self.events.queue) if self.events else 0
        self.door.load(self.apply)
        self.observer.seen = len(self.ledger.transactions)
        self.observer.start()

    def apply(self, entry):
        self.world.apply(entry)
        self.rpc.apply(entry)
        self.custody.apply(entry)
        if entry['kind'] == 'payment':
            self.ledger.add({**entry['payment'], 'hash': entry['hash']})
        if self.events is not None:
            self.events.apply(entry)

    def forget(self):
        self.world.forget()
        self.rpc.forget()
        self.ledger.clear()
        self.custody.forget()
        self.observer.on = True
        self.observer.seen = 0
        if self.events is not None:
            self.events.forget()

    def books(self):
        """The state at a glance; the journal follows it."""
        statuses = {status: len(shelf) for status, shelf in
                    self.world.store.by_status.items()}
        return {'version': self.world.version, 'statuses': statuses,
                'transactions': [entry.data for entry in self.world.store.entries.values()],
                'calls': self.rpc.counts, 'refused': self.rpc.refusals,
                'forbidden': self.rpc.forbidden,
                'payments': [{'hash': made.hash, 'created_at': made.created_at,
                              'memo': made.memo, 'operations': [
                                  {'from': one.source, 'to': one.to, 'asset': one.asset,
                                   'amount': one.amount} for one in made.operations]}
                             for made in self.ledger.transactions],
                'custody_orders': self.custody.orders,
                'events': {'waiting': len(self.events.queue), 'taken': self.events.taken}
                if self.events else None}

    def platform_site(self):
        site = Site(self.door)
        site.guard = self.admit
        site.wrong_method = lambda request: error(500, f'{request.method} is not supported here')
        site.missing = lambda request: error(404, f'there is nothing at {request.path}')
        for path in ('/', ''):
            site.route('POST', path, self.rpc.post)
        site.route('GET', '/transactions', self.reads.list)
        site.route('PATCH', '/transactions', self.reads.patch)
        site.route('GET', '/transactions/{id}', self.reads.one)
        site.route('GET', '/health', self.reads.health)
        if self.world.old:
            site.route('POST', '/transactions/{id}/payments', self.post_custody_payment)
        self.add_door_routes(self.door.routes)
        return site

    def add_door_routes(self, routes):
        for method, path, handler in (
                ('POST', '/_sim/transactions', self.post_transactions),
                ('POST', '/_sim/record', self.post_record),
                ('POST', '/_sim/payments', self.post_payments),
                ('GET', '/_sim/customer', self.customers.get),
                ('PUT', '/_sim/customer', self.customers.put),
                ('DELETE', '/_sim/customer', self.customers.delete),
                ('GET', '/_sim/prices', self.quotes.prices),
                ('GET', '/_sim/price', self.quotes.price),
                ('POST', '/_sim/quote', self.post_quote),
                ('POST', '/_sim/observer', self.post_observer),
                ('POST', '/_sim/custody', self.post_custody),
                ('POST', '/_sim/settings', self.post_settings)):
            routes.add(method, path, handler)

    def horizon_site(self):
        site = Site(self.door)
        Horizon(self.ledger).add_routes(site)
        return site

    def admit(self, request):
        """4.x lets everybody read /health."""
        if request.path == '/health' and not self.world.old:
            return None
        if self.guard.admits(request):
            return None
        return Response(403, FORBIDDEN, 'application/json;charset=ISO-8859-1')

    async def each(self, request, act):
        """One object is answered with its status, an array of them with 200 and one
        {status, body} each, in order."""
        given = json_of(request)
        if isinstance(given, dict):
            status, body = await act(given)
            return answer(status, body)
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            return error(400, 'door: an object or an array of objects')
        made = []
        for one in given:
            status, body = await act(one)
            made.append({'status': status, 'body': body})
        return answer(200, made)

    async def post_transactions(self, request):
        return await self.each(request, self.payments.create)

    async def post_quote(self, request):
        return await self.each(request, self.quotes.quote)

    async def post_record(self, request):
        async def put(given):
            odd = given.pop('odd', False)
            if not isinstance(given.get('id'), str) or not odd and given.get(
                    'status') not in STATUSES:
                return 400, {'error': 'door: id and a known status are needed'}
            try:
                return 200, self.world.save(given, 'record')
            except ValueError as why:
                return 400, {'error': f'door: {why}'}
        return await self.each(request, put)

    async def post_payments(self, request):
        return await self.each(request, self.pay)

    async def pay(self, given):
        try:
            made = checked(given, self.world.nanos())
        except (BadPayment, ValueError, TypeError, AttributeError) as why:
            return 400, {'error': f'door: {why}'}
        if made.get('hash') in self.ledger.by_hash:
            return 400, {'error': 'door: this hash is on the ledger already'}
        closed = self.ledger.add(made)
        self.door.record('payment', payment=made, hash=closed.hash)
        outcomes = await self.observer.catch_up()
        return 200, {'hash': closed.hash, 'created_at': closed.created_at,
                     'operations': [one.id for one in closed.operations],
                     'observed': outcomes.get(closed.hash, 'the observer is off')}

    async def post_observer(self, request):
        given = json_of(request)
        if not isinstance(given, dict) or not isinstance(given.get('on'), bool):
            return error(400, 'door: {"on": true or false}')
        await self.observer.switch(given['on'])
        return answer(200, {'on': self.observer.on})

    def post_custody(self, request):
        given = json_of(request)
        wrong = self.custody.set(given) if isinstance(given, dict) else 'an object is needed'
        if wrong:
            return error(400, f'door: {wrong}')
        return answer(200, {'mode': self.custody.mode, 'delay_ms': self.custody.delay_ms})

    def post_settings(self, request):
        given = json_of(request)
        wrong = self.world.set(given) if isinstance(given, dict) else 'an object is needed'
        return error(400, f'door: {wrong}') if wrong else answer(200, self.world.settings)

    def post_custody_payment(self, request):
        """The old way to have the custody server pay: it is only passed on."""
        if not self.custody.enabled:
            return error(500, 'custody is not enabled')
        try:
            self.custody.reach()
        except Refused as why:
            return Response(503, dumps({'rawErrorMessage': str(why)}))
        return answer(200, {'id': f'custody-{request.params["id"]}'})


async def serve(given):
    try:
        app = App(given)
    except (KeyError, ValueError) as why:
        print(f'platform: {given.assets}: {why}', file=sys.stderr)
        sys.exit(1)
    await app.platform_site().listen(given.host, given.port)
    await app.horizon_site().listen(given.host, given.horizon_port)
    if app.events is not None:
        app.events.start(app.business, app.world.nanos)
    print(f'platform {app.world.version} on http://{given.host}:{given.port}, '
          f'Horizon on http://{given.host}:{given.horizon_port}', flush=True)
    await forever()
