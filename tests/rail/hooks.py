#!/usr/bin/env python3
"""Simulated hooks behind api/review-hook.openapi.yaml, api/code-hook.openapi.yaml and
api/webhooks.openapi.yaml, with the faults of tests/sim/door.py.

    python3 tests/rail/hooks.py --port 9001 --state DIR --secret whsec_... [--secret whsec_...]
            [--pending-ms 2000] [--seed N]

Family names are magic, see reviews.py.  Besides what every door answers:
    POST /_sim/script      {"customer": ID or "*", "answers": [{"verdict": "pending"}, "<html>"]}
                           what is answered next, one a request; an object gets the review's id
                           unless it has one
    GET  /_sim/codes       every code that was sent, the newest last (?destination=)
    POST /_sim/forget      {"review": ID}: it never came
GET /_sim/books has the reviews, their documents, the codes, and what the back office was told,
which is a part of this (see office.py).
"""
import argparse
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.openapi import Contract  # noqa: E402
from tests.rail.office import Office  # noqa: E402
from tests.rail.reviews import Reviews  # noqa: E402
from tests.rail.signed import is_signed, key_of  # noqa: E402
from tests.sim import door as sim  # noqa: E402

REVIEW = Contract(ROOT / 'api' / 'review-hook.openapi.yaml')
CODE = Contract(ROOT / 'api' / 'code-hook.openapi.yaml')
EVENTS = ROOT / 'api' / 'webhooks.openapi.yaml'
LARGEST = 8 * 1024 * 1024


class Hooks:
    def __init__(self, door, site, reviews, keys):
        self.door = door
        self.reviews = reviews
        self.keys = keys
        site.guard = self.guard
        site.route('POST', '/reviews', self.submit)
        site.route('GET', '/reviews/{id}', self.look)
        site.route('PUT', '/reviews/{id}/documents/{name}', self.put_document)
        site.route('POST', '/codes', self.send_code)
        site.route('POST', '/_sim/script', self.script)
        site.route('POST', '/_sim/forget', self.forget)
        site.route('GET', '/_sim/codes', self.codes)

    def guard(self, request):
        # The back office has secrets of its own.
        if request.path == '/events' or is_signed(self.keys, request.headers, request.body, time.time()):
            return None
        return sim.error(401, 'the signature does not fit')

    def submit(self, request):
        given = json_of(request)
        faults = REVIEW.faults('ReviewRequest', given)
        if faults:
            return sim.error(400, '; '.join(faults))
        if request.headers.get('webhook-id') != given['id']:
            return sim.error(400, 'webhook-id is not the review\'s id')
        refused = self.reviews.submit(given, request.body, self.door.clock.micros())
        if refused:
            return sim.error(400, refused)
        return self.said(given['id'])

    def look(self, request):
        review = request.params['id']
        if request.headers.get('webhook-id') != f'{review}_look':
            return sim.error(400, 'webhook-id is not that of a look')
        if review not in self.reviews.requests:
            return sim.error(404, 'no such review')
        return self.said(review)

    def said(self, review):
        given = self.reviews.answer(review, self.door.clock.micros())
        if isinstance(given, str):
            return sim.Response(200, given.encode(), 'text/html')
        return sim.answer(200, {'id': review, **given})

    def put_document(self, request):
        review, name = request.params['id'], request.params['name']
        if request.headers.get('webhook-id') != f'{review}_{name}':
            return sim.error(400, 'webhook-id is not that of the document')
        if not 1 <= len(request.body) <= LARGEST:
            return sim.error(400, 'no document, or over 8 MiB')
        self.reviews.put_document(review, name, request.body,
                                  request.headers.get('content-type', ''))
        return sim.Response(204)

    def send_code(self, request):
        given = json_of(request)
        faults = CODE.faults('CodeRequest', given)
        if faults:
            return sim.error(400, '; '.join(faults))
        if request.headers.get('webhook-id') != given['id']:
            return sim.error(400, 'webhook-id is not the code\'s id')
        if not self.reviews.take_code(given, request.body):
            return sim.error(422, 'undeliverable')
        return sim.Response(202)

    def script(self, request):
        given = json_of(request)
        if not isinstance(given, dict) or not isinstance(given.get('answers'), list):
            return sim.error(400, 'customer and answers are needed')
        self.reviews.script(given.get('customer', '*'), given['answers'])
        return sim.answer(200, {'waiting': self.reviews.scripts})

    def forget(self, request):
        given = json_of(request) or {}
        self.reviews.forget_review(given.get('review'))
        return sim.answer(200, {})

    def codes(self, request):
        wanted = request.arguments().get('destination')
        return sim.answer(200, {'codes': [one for one in self.reviews.codes
                                          if wanted in (None, one['destination'])]})


def json_of(request):
    try:
        return request.json()
    except ValueError:
        return None


def arguments():
    parser = argparse.ArgumentParser(description='simulated hooks')
    sim.add_arguments(parser)
    parser.add_argument('--secret', action='append', required=True, type=key_of,
                        help='whsec_...; given twice, both are good')
    parser.add_argument('--pending-ms', type=int, default=2000, help='of a family name Slow')
    return parser.parse_args()


async def main(given):
    door = sim.door_of('hooks', given)
    reviews = Reviews(door.record, given.pending_ms * 1000)
    site = sim.Site(door)
    office = Office(site, door.record, EVENTS, given.secret, time.time)
    door.load(lambda line: (office if line['kind'] == 'event' else reviews).apply(line))
    Hooks(door, site, reviews, given.secret)

    def forget():
        reviews.forget()
        office.forget()
    door.books = lambda: {**reviews.books(), **office.books()}
    door.on_reset = forget
    port = await site.listen(given.host, given.port)
    print(f'hooks: listening on {given.host}:{port}', flush=True)
    await sim.forever()


if __name__ == '__main__':
    options = arguments()
    sys.exit(sim.run(main(options)))
