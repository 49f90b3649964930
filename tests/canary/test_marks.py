"""The search for marked values finds them however they are written."""

import base64
import pathlib
import tempfile
import unittest
import zlib

from tests.canary.marks import PART, Marks, Search, pdf, png


class MarksTest(unittest.TestCase):
    def setUp(self):
        self.marks = Marks(7)
        self.search = Search(self.marks.forms())

    def found(self, data):
        return bool(self.search.of(data))

    def test_every_value_in_every_form(self):
        day = self.marks.day(1920, 1949)
        self.search = Search(self.marks.forms())
        self.assertTrue(self.found(f'born {day}T00:00'.encode()))
        for value in (self.marks.word(), self.marks.number(), self.marks.number(22)):
            for lead in ('', 'a', 'ab', 'Rua ', '{"first_name":"'):
                text = f'{lead}{value} and more'
                for spelt in (text, text.upper(), text.capitalize()):
                    raw = spelt.encode()
                    for data in (raw, spelt.encode('utf-16-le'), spelt.encode('utf-16-be'),
                                 raw.hex().encode(), raw.hex().upper().encode()):
                        self.assertTrue(self.found(b'x' + data + b'y'), (spelt, data))
                raw = text.encode()
                for data in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
                    self.assertTrue(self.found(data), (text, data))

    def test_nothing_else(self):
        other = Marks(8)
        self.assertFalse(self.found(' '.join(other.word() for _ in range(1000)).encode()))
        self.assertFalse(self.found(zlib.compress(self.marks.word().encode())))

    def test_values_are_many_and_no_two_alike(self):
        words = {self.marks.word() for _ in range(500)}
        self.assertEqual(len(words), 500)
        self.assertTrue(all(word.isalpha() for word in words))
        self.assertEqual(len({self.marks.number() for _ in range(500)}), 500)

    def test_documents_show_it_to_whoever_reads_them(self):
        word = self.marks.word()
        self.assertTrue(self.found(pdf(word)))
        self.assertTrue(self.found(png(word)))

    def test_files_also_where_one_part_ends_and_the_next_begins(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / 'in').mkdir()
            (root / 'in' / 'data').write_bytes(b'-' * (PART - 4) + self.marks.word().encode())
            (root / 'out').write_bytes(self.marks.word().encode())
            self.assertEqual(set(self.search.folder(root)), {'in/data', 'out'})
            self.assertEqual(set(self.search.folder(root, ('out',))), {'in/data'})
            self.assertEqual(set(self.search.folder(root, ('in',))), {'out'})


if __name__ == '__main__':
    unittest.main()
