"""What the simulated hooks know and decide: reviews, their documents, codes. No clock, no network.

Times are microseconds since 1970, given by the caller. Every request that counts is a journal line
first (`record`), then memory: apply() makes the memory from the lines.

An answer is taken from a script first (see script()). Without one, for people, family names are
magic:
    Held       pending, as often as it is asked
    Slow       pending for `pending_us`, then accepted
    Blurred    one field has to be given again: a document if one was shown, else the last value
    Refused    rejected for good
and everybody else is accepted.  A destination that ends with 0404, or is of nobody.example, can
not be reached.
"""
import hashlib

MAGIC = {'Held', 'Slow', 'Blurred', 'Refused'}


def verdict(word, **more):
    return {'verdict': word, **more}


class Reviews:
    def __init__(self, record, pending_us=2_000_000):
        self.record = record
        self.pending_us = pending_us
        self.forget()

    def forget(self):
        self.requests = {}      # review -> its request
        self.first = {}         # review -> when it first came
        self.bodies = {}        # webhook-id -> SHA-256 of the body
        self.documents = {}     # review -> {name: {"sha256", "bytes"}}
        self.scripts = {}       # customer, or * -> answers that are still to be given
        self.said = {}          # review -> the verdict that was given
        self.codes = []         # code requests, one a webhook-id
        self.differing = 0      # the same webhook-id with another body

    def apply(self, line):
        getattr(self, f'apply_{line["kind"]}')(line)

    def note(self, kind, **members):
        self.record(kind, **members)
        self.apply({'kind': kind, **members})

    def apply_review(self, line):
        request = line['request']
        self.requests[request['id']] = request
        self.first[request['id']] = line['us']
        self.bodies[request['id']] = line['sha256']

    def apply_document(self, line):
        kept = self.documents.setdefault(line['review'], {})
        kept[line['name']] = {'sha256': line['sha256'], 'bytes': line['bytes'],
                              'content_type': line['content_type']}

    def apply_code(self, line):
        self.codes.append(line['request'])
        self.bodies[line['request']['id']] = line['sha256']

    def apply_said(self, line):
        self.said[line['review']] = line['answer']

    def apply_differs(self, line):
        self.differing += 1

    def is_new(self, webhook_id, body):
        """Whether it never came; a second time with other bytes is the judge's matter."""
        sha256 = hashlib.sha256(body).hexdigest()
        known = self.bodies.get(webhook_id)
        if known is not None and known != sha256:
            self.note('differs', webhook_id=webhook_id)
        return known is None, sha256

    def script(self, customer, answers):
        """What is said about that customer (* is everybody) next, one answer a request."""
        self.scripts.setdefault(customer, []).extend(answers)

    def put_document(self, review, name, body, content_type):
        self.note('document', review=review, name=name, bytes=len(body),
                  content_type=content_type, sha256=hashlib.sha256(body).hexdigest())

    def submit(self, request, body, now):
        """Why it is refused, or None."""
        is_new, sha256 = self.is_new(request['id'], body)
        kept = self.documents.get(request['id'], {})
        for one in request['documents']:
            shown = {name: one[name] for name in ('sha256', 'bytes', 'content_type')}
            if kept.get(one['name']) != shown:
                return f'{one["name"]}: not the document that was put'
        if is_new:
            self.note('review', request=request, sha256=sha256, us=now)
        return None

    def forget_review(self, review):
        self.requests.pop(review, None)
        self.bodies.pop(review, None)

    def answer(self, review, now):
        """The answer, without the id; a text is sent as it is."""
        request = self.requests[review]
        for whose in (request['customer'], '*'):
            if self.scripts.get(whose):
                return self.scripts[whose].pop(0)
        if review not in self.said:
            given = self.magic(request, now - self.first[review])
            if given['verdict'] == 'pending':
                return given
            self.note('said', review=review, answer=given)
        return self.said[review]

    def magic(self, request, age):
        name = request['fields'].get('last_name')
        if name == 'Held' or (name == 'Slow' and age < self.pending_us):
            return verdict('pending')
        if name == 'Refused':
            return verdict('rejected', reason='on_a_list')
        if name == 'Blurred':
            names = [one['name'] for one in request['documents']] or list(request['fields'])
            return verdict('resubmit', reason='unreadable', fields={names[-1]: 'blurred'})
        return verdict('accepted')

    def take_code(self, request, body):
        """Whether it can be sent there."""
        is_new, sha256 = self.is_new(request['id'], body)
        destination = request['destination']
        if destination.endswith('0404') or destination.endswith('@nobody.example'):
            return False
        if is_new:
            self.note('code', request=request, sha256=sha256)
        return True

    def books(self):
        return {'reviews': self.requests, 'documents': self.documents, 'said': self.said,
                'codes': self.codes, 'differing': self.differing}
