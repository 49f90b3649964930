"""The recordings are whole, and nothing is in them that should have been cut."""
import json
import unittest

from tests.transcripts import recordings

COUNTS = {('4.3.0', 'callbacks'): 127, ('4.3.0', 'reads'): 52, ('4.3.0', 'rpc'): 127,
          ('3.1.4', 'callbacks'): 140, ('3.1.4', 'reads'): 81, ('3.1.4', 'rpc'): 231}

OURS = {'x'}    # of a fee that a recorded call describes itself


def texts_named(value, wanted):
    """Every text in a JSON value that stands under the member name `wanted`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == wanted and isinstance(inner, str):
                yield inner
            yield from texts_named(inner, wanted)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_named(inner, wanted)


class Recordings(unittest.TestCase):
    def test_every_line_is_there_once(self):
        for (platform, kind), count in COUNTS.items():
            with self.subTest(platform=platform, kind=kind):
                ids = [line['id'] for line in recordings.lines(platform, kind)]
                self.assertEqual(len(ids), count)
                self.assertEqual(len(set(ids)), count)

    def test_callback_bodies_are_as_long_as_they_say(self):
        for platform in ('4.3.0', '3.1.4'):
            for line in recordings.lines(platform, 'callbacks'):
                with self.subTest(platform=platform, id=line['id']):
                    headers = dict(line['request']['headers'])
                    said = int(headers.get('Content-Length', '0'))
                    self.assertEqual(len(recordings.body_bytes(line['request'])), said)

    def test_answers_hold_no_sentence_of_the_platform(self):
        for platform, kind in COUNTS:
            if kind == 'callbacks':
                continue
            for line in recordings.lines(platform, kind):
                answer = line.get('answer', line.get('body'))
                with self.subTest(platform=platform, kind=kind, id=line['id']):
                    self.assertEqual(set(texts_named(answer, 'error')) - {recordings.CUT}, set())
                    self.assertEqual(set(texts_named(answer, 'description')) - OURS, set())
                    for element in answer if isinstance(answer, list) else []:
                        error = element.get('error', {})
                        self.assertEqual(error.get('message', recordings.CUT), recordings.CUT)
                    self.assertNotIn('org.stellar', json.dumps(answer))
