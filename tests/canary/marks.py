"""Values that are told from everything else, and the search for them.

All values of a run begin with the same letters or the same digits, drawn anew for each run, so that
one search finds them all; what follows tells whose value it was and of which member.
"""

import base64
import os
import pathlib
import random
import struct
import zlib

LETTERS = 'bcdfghjklmnpqrstvwxz'
PART = 1 << 20


class Marks:
    def __init__(self, seed=None):
        self.dice = random.Random(seed)
        self.letters = ''.join(self.dice.choice(LETTERS) for _ in range(9))
        self.digits = '9' + ''.join(self.dice.choice('0123456789') for _ in range(8))
        self.count = 0
        self.wholes = set()

    def word(self, most=20):
        """Letters that no dictionary has."""
        self.count += 1
        return f'{self.letters}x{self.count:04d}'.translate(WORD)[:most]

    def number(self, length=13):
        self.count += 1
        return (self.digits + f'{self.count:04d}').ljust(length, '7')[:length]

    def whole(self, value):
        """What cannot begin like the others is searched for as a whole."""
        self.count += 1
        self.wholes.add(value)
        return value

    def day(self, first, last):
        return self.whole(f'{self.dice.randint(first, last)}-{self.dice.randint(1, 12):02d}'
                          f'-{self.dice.randint(10, 28)}')

    def address(self):
        groups = [f'{self.dice.randint(4096, 65535):x}' for _ in range(6)]
        return self.whole('2001:db8:' + ':'.join(groups))

    def forms(self):
        """What a mark looks like in the ways that bytes are written down: name -> bytes."""
        found = {}
        for text in (self.letters, self.digits):
            # The first letter may be a capital, which shows in these.
            raw = text.encode()[1:]
            found.update({f'{text}, as it is': text.encode(),
                          f'{text}, UTF-16 LE': text.encode('utf-16-le'),
                          f'{text}, UTF-16 BE': text.encode('utf-16-be'),
                          f'{text}, hex': raw.hex().encode(),
                          f'{text}, capitals, hex': raw.upper().hex().encode()})
            for shift in range(3):
                # The characters that hold nothing but bits of the mark.
                whole = base64.b64encode(b'\0' * shift + raw)
                inner = whole[-(-shift * 8 // 6):(shift + len(raw)) * 8 // 6]
                found[f'{text}, base64 {shift}'] = inner
        for value in self.wholes:
            found[value] = value.encode()
        return found


# Digits of a count as letters, so that a word is one of letters only.
WORD = str.maketrans('0123456789', 'bcdfghjkmn')


def png(word):
    """A picture whose grey dots are the word, not compressed, and which says it in a text, too."""
    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data
                + struct.pack('>I', zlib.crc32(kind + data)))
    line = word.encode().ljust(64, b'\0')
    dots = zlib.compress(b''.join(b'\0' + line for _ in range(64)), 0)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 64, 64, 8, 0, 0, 0, 0))
            + chunk(b'tEXt', b'Comment\0' + word.encode()) + chunk(b'IDAT', dots)
            + chunk(b'IEND', b''))


def pdf(word):
    """A page that shows the word."""
    text = f'BT /F1 24 Tf 72 720 Td ({word}) Tj ET'.encode()
    parts = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
             b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources '
             b'<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>',
             b'<< /Length %d >>\nstream\n%s\nendstream' % (len(text), text)]
    out, places = b'%PDF-1.4\n', []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (n, part)
    begin = len(out)
    out += b'xref\n0 5\n0000000000 65535 f \n' + b''.join(b'%010d 00000 n \n' % p for p in places)
    return out + b'trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % begin


class Search:
    """Looks for forms in bytes and files; what it has looked at is counted."""

    def __init__(self, forms):
        # In all spellings, but for base64, where they tell characters apart.
        self.any_case = {name: form.lower() for name, form in forms.items()
                         if 'base64' not in name}
        self.as_is = {name: form for name, form in forms.items() if 'base64' in name}
        self.longest = max(len(form) for form in forms.values())
        self.bytes = self.files = 0

    def of(self, data):
        """The names of the forms that are in it."""
        self.bytes += len(data)
        low = data.lower()
        return ([name for name, form in self.any_case.items() if form in low]
                + [name for name, form in self.as_is.items() if form in data])

    def file(self, path):
        self.files += 1
        found, kept = set(), b''
        try:
            with open(path, 'rb') as file:
                while part := file.read(PART):
                    found.update(self.of(kept + part))
                    kept = part[-self.longest:]
        except FileNotFoundError:
            # A server's file that was there a moment ago.
            pass
        return sorted(found)

    def folder(self, root, but=()):
        """{path: names of forms} of all files below root."""
        found = {}
        for folder, folders, files in os.walk(root):
            here = pathlib.Path(folder)
            folders[:] = [f for f in folders if str((here / f).relative_to(root)) not in but]
            for name in files:
                path = here / name
                where = str(path.relative_to(root))
                if where not in but and path.is_file() and (names := self.file(path)):
                    found[where] = names
        return found
