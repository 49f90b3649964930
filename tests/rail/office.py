"""The company's simulated back office behind api/webhooks.openapi.yaml: what it was told.

It is a part of the simulated hooks (hooks.py), at /events, with its own secrets:
    POST /_sim/office      {"secrets": ["whsec_..."], "answers": [503, 410], "retry_after": 2,
                            "refuse": "ID"}: which signatures are good; what is answered next,
                           one a request, with that Retry-After; whose events are not taken
GET /_sim/books has `events`: every one that was taken, in the order in which they came, with how
often; `forged`: requests whose signature did not fit; `odd`: what is wrong with one that did.
"""
import hashlib

from tests.openapi import Contract
from tests.rail.signed import is_signed, key_of
from tests.sim import door as sim

SUBJECTS = {'payment.changed': ('PaymentChanged', 'transaction_id'),
            'customer.changed': ('CustomerChanged', 'customer_id'),
            'customer.erased': ('CustomerErased', 'customer_id')}


class Office:
    def __init__(self, site, record, contract_path, keys, clock):
        self.record = record
        self.contract = Contract(contract_path)
        self.keys = keys
        self.clock = clock
        self.answers = []
        self.retry_after = 0
        self.refused = ''
        self.forget()
        site.route('POST', '/events', self.take)
        site.route('POST', '/_sim/office', self.set)

    def forget(self):
        self.events = {}        # webhook-id -> the event, its digest and how often it came
        self.forged = 0
        self.odd = []

    def apply(self, line):
        event = line['event']
        self.events[line['id']] = {'id': line['id'], 'sha256': line['sha256'], 'times': 1,
                                   'subject': event['data'][SUBJECTS[event['type']][1]], **event}

    def books(self):
        return {'events': list(self.events.values()), 'forged': self.forged, 'odd': self.odd}

    def set(self, request):
        given = request.json()
        if 'secrets' in given:
            self.keys = [key_of(one) for one in given['secrets']]
        self.answers = list(given.get('answers', []))
        self.retry_after = given.get('retry_after', 0)
        self.refused = given.get('refuse', '')
        return sim.answer(200, {})

    def take(self, request):
        if not is_signed(self.keys, request.headers, request.body, self.clock()):
            self.forged += 1
            return sim.error(401, 'the signature does not fit')
        if self.answers:
            wait = (('Retry-After', str(self.retry_after)),) if self.retry_after else ()
            return sim.answer(self.answers.pop(0), {'error': 'on purpose'}, headers=wait)
        event = request.json()
        schema, member = SUBJECTS.get(event.get('type'), (None, None))
        faults = self.contract.faults('Event', event)
        if schema:
            faults += self.contract.faults(schema, event['data'])
        webhook_id = request.headers.get('webhook-id')
        sha256 = hashlib.sha256(request.body).hexdigest()
        known = self.events.get(webhook_id)
        if known and known['sha256'] != sha256:
            faults.append('the same id with another body')
        if faults:
            self.odd.append('; '.join(faults))
            return sim.error(400, 'odd')
        if self.refused and event['data'][member] == self.refused:
            return sim.error(500, 'on purpose')
        if known:
            known['times'] += 1
            return sim.Response(204)
        line = {'id': webhook_id, 'sha256': sha256, 'event': event}
        self.record('event', **line)
        self.apply(line)
        return sim.Response(204)
