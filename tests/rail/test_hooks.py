#!/usr/bin/env python3
"""The simulated hooks: who is let in, what is said about whom, and their memory on disk.

Every answer is held against api/review-hook.openapi.yaml and api/code-hook.openapi.yaml.
"""
import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.openapi import Contract  # noqa: E402

REVIEW = Contract(ROOT / 'api' / 'review-hook.openapi.yaml')
CODE = Contract(ROOT / 'api' / 'code-hook.openapi.yaml')
SECRET, NEXT = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
ID = '6f0f1a52-3f0e-4a3c-9d5c-0123456789ab'
PERSON = 'd7bff53c-2bb7-42e4-9f1d-ea8f7f86fbfe'
PHOTO = b'\xff\xd8 a picture'


def review(last_name='Souza', documents=(), **changes):
    return {'id': ID, 'customer': PERSON, 'version': 1, 'type': 'sep31-sender',
            'fields': {'first_name': 'Ana', 'last_name': last_name},
            'documents': list(documents), **changes}


def code(destination='+5511999990000', **changes):
    return {'id': ID, 'customer': PERSON, 'channel': 'mobile_number', 'destination': destination,
            'code': '012345', 'valid_minutes': 10, **changes}


class Case(unittest.TestCase):
    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.addCleanup(self.state.cleanup)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / 'tests' / 'rail' / 'hooks.py'), '--port', '0', '--state',
             self.state.name, '--secret', f'whsec_{SECRET}', '--secret', f'whsec_{NEXT}',
             '--pending-ms', '200'], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(':', 1)[1])
        self.addCleanup(self.stop)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def raw(self, method, path, body=b'', headers=()):
        line = http.client.HTTPConnection('127.0.0.1', self.port, timeout=5)
        try:
            line.request(method, path, body, dict(headers))
            got = line.getresponse()
            return got.status, got.read()
        finally:
            line.close()

    def sim(self, method, path, body=None):
        status, text = self.raw(method, path, json.dumps(body).encode() if body else b'')
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def call(self, method, path, body=b'', webhook_id=ID, secrets=(SECRET,), late=0, **headers):
        """(status, answer) of a signed request."""
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        second = int(time.time()) + late
        signed = f'{webhook_id}.{second}.'.encode() + body
        signatures = ' '.join('v1,' + base64.b64encode(
            hmac.digest(base64.b64decode(one), signed, 'sha256')).decode() for one in secrets)
        status, text = self.raw(method, path, body, {
            'webhook-id': webhook_id, 'webhook-timestamp': str(second),
            'webhook-signature': signatures, 'Content-Type': 'application/json', **headers})
        return status, json.loads(text) if text.startswith(b'{') else text

    def held(self, contract, path, method, got):
        self.assertEqual(contract.answer_faults(path, method, *got), [], got)
        return got

    def submit(self, request, **more):
        return self.held(REVIEW, '/reviews', 'post', self.call('POST', '/reviews', request, **more))

    def look(self, **more):
        return self.held(REVIEW, '/reviews/{id}', 'get', self.call(
            'GET', f'/reviews/{ID}', webhook_id=f'{ID}_look', **more))

    def send(self, request, **more):
        status, said = self.call('POST', '/codes', request, **more)
        if status != 202:
            self.held(CODE, '/codes', 'post', (status, said))
        return status


class Signatures(Case):
    def test_who_is_let_in(self):
        other = base64.b64encode(bytes(32)).decode()
        for name, status, how in (
                ('the secret', 200, {}), ('the next', 200, {'secrets': (NEXT,)}),
                ('both', 200, {'secrets': (other, NEXT)}), ('neither', 401, {'secrets': (other,)}),
                ('none', 401, {'secrets': ()}), ('late', 401, {'late': -301}),
                ('early', 401, {'late': 301}), ('in time', 200, {'late': -299})):
            with self.subTest(name):
                self.assertEqual(self.submit(review(), **how)[0], status)
        self.assertEqual(self.raw('POST', '/reviews', b'{}')[0], 401)

    def test_a_signature_is_good_for_its_body_and_id_only(self):
        second = str(int(time.time()))
        body = json.dumps(review()).encode()
        mac = hmac.digest(base64.b64decode(SECRET), f'{ID}.{second}.'.encode() + body, 'sha256')
        headers = {'webhook-id': ID, 'webhook-timestamp': second,
                   'webhook-signature': 'v1,' + base64.b64encode(mac).decode()}
        self.assertEqual(self.raw('POST', '/reviews', body, headers)[0], 200)
        self.assertEqual(self.raw('POST', '/reviews', body + b' ', headers)[0], 401)
        headers['webhook-id'] = PERSON
        self.assertEqual(self.raw('POST', '/reviews', body, headers)[0], 401)


class Verdicts(Case):
    def test_names_are_magic(self):
        for name, said in (('Souza', 'accepted'), ('Refused', 'rejected'), ('Held', 'pending'),
                           ('Blurred', 'resubmit')):
            with self.subTest(name):
                self.sim('POST', '/_sim/reset')
                self.assertEqual(self.submit(review(name))[1]['verdict'], said)
                self.assertEqual(self.look()[1]['verdict'], said)

    def test_slow_is_pending_first(self):
        self.assertEqual(self.submit(review('Slow'))[1]['verdict'], 'pending')
        time.sleep(0.25)
        self.assertEqual(self.look()[1]['verdict'], 'accepted')

    def test_a_script_comes_first_and_is_said_as_it_is(self):
        self.sim('POST', '/_sim/script', {'customer': PERSON, 'answers': [
            {'verdict': 'pending'}, '<html>', {'verdict': 'maybe', 'id': PERSON}]})
        self.assertEqual(self.submit(review())[1], {'id': ID, 'verdict': 'pending'})
        path = f'/reviews/{ID}', f'{ID}_look'
        self.assertEqual(self.call('GET', path[0], webhook_id=path[1])[1], b'<html>')
        self.assertEqual(self.call('GET', path[0], webhook_id=path[1])[1],
                         {'id': PERSON, 'verdict': 'maybe'})
        self.assertEqual(self.look()[1]['verdict'], 'accepted')

    def test_documents_come_first_and_are_those(self):
        shown = {'name': 'photo_id_front', 'content_type': 'image/jpeg', 'bytes': len(PHOTO),
                 'sha256': hashlib.sha256(PHOTO).hexdigest()}
        self.assertEqual(self.submit(review(documents=[shown]))[0], 400)
        status, _ = self.call('PUT', f'/reviews/{ID}/documents/photo_id_front', PHOTO,
                              webhook_id=f'{ID}_photo_id_front', **{'Content-Type': 'image/jpeg'})
        self.assertEqual(status, 204)
        other = {**shown, 'sha256': '0' * 64}
        self.assertEqual(self.submit(review(documents=[other]))[0], 400)
        self.assertEqual(self.submit(review('Blurred', documents=[shown]))[1]['fields'],
                         {'photo_id_front': 'blurred'})

    def test_what_is_no_review_is_refused(self):
        for name, wrong in (('no type', {'type': ''}), ('version', {'version': 0}),
                            ('more', {'more': 1}), ('no value', {'fields': {'first_name': ''}}),
                            ('another id', {'id': PERSON})):
            with self.subTest(name):
                self.assertEqual(self.submit(review(**wrong))[0], 400)
        self.assertEqual(self.look()[0], 404)

    def test_other_bytes_under_an_id_are_seen(self):
        self.submit(review())
        self.submit(review())
        self.assertEqual(self.sim('GET', '/_sim/books')['differing'], 0)
        self.submit(review('Refused'))
        self.assertEqual(self.sim('GET', '/_sim/books')['differing'], 1)

    def test_memory_is_on_disk(self):
        self.submit(review('Refused'))
        self.process.kill()
        self.stop()
        self.start()
        self.assertEqual(self.look()[1]['verdict'], 'rejected')
        self.sim('POST', '/_sim/forget', {'review': ID})
        self.assertEqual(self.look()[0], 404)


class Codes(Case):
    def test_a_code_is_sent_once(self):
        self.assertEqual([self.send(code()) for _ in range(2)], [202, 202])
        self.assertEqual(self.sim('GET', '/_sim/codes?destination=%2B5511999990000')['codes'],
                         [code()])
        self.assertEqual(self.sim('GET', '/_sim/codes?destination=x')['codes'], [])

    def test_some_places_cannot_be_reached(self):
        self.assertEqual(self.send(code('+5511999990404')), 422)
        self.assertEqual(self.send(code('ana@nobody.example')), 422)
        self.assertEqual(self.sim('GET', '/_sim/codes')['codes'], [])

    def test_what_is_no_code_is_refused(self):
        for wrong in ({'code': '12345'}, {'channel': 'pigeon'}, {'more': 1}):
            with self.subTest(wrong):
                self.assertEqual(self.send(code(**wrong)), 400)


if __name__ == '__main__':
    unittest.main()
