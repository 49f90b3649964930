"""What becomes of files that customers send: taken, cleaned, refused; by the endpoint's own code.

Needs BUILD/tests/program/document (make trials) and BUILD/tests/fuzz (make fuzzers).
"""
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest
import zlib

from tests.documents import samples as s
from tests.documents.samples import (chunk, extended, frame, header, jpeg, pdf, png, riff, segment,
                                     webp)

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('BUILD', ROOT / 'build/asan'))

ZIP = (b'PK\3\4' + b'\0' * 26 + b'x' + b'PK\1\2' + b'\0' * 42 + b'x'
       + b'PK\5\6\0\0\0\0\1\0\1\0' + struct.pack('<IIH', 47, 31, 0))
UNKNOWN = 'is no JPEG, PNG, WebP or PDF'
CUT = 'is cut short'
PIXELS = 'has more than 16384 pixels on a side or 64 million in all'
BEHIND = 'has another file behind its end'
TWO = 'is two files in one'
MOVES = 'moves, which no document does'


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def clean(self, content: bytes) -> 'tuple[str, bytes]':
        """(kind or reason, the file that is kept, or nothing)."""
        (self.folder / 'in').write_bytes(content)
        out = self.folder / 'out'
        out.unlink(missing_ok=True)
        done = subprocess.run([BUILD / 'tests/program/document', 'clean', self.folder / 'in', out],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, '')
        self.assertEqual(done.returncode, 0 if out.exists() else 1)
        return done.stdout.strip(), out.read_bytes() if out.exists() else b''


class Taken(Folder):
    def test_files_without_metadata_stay_as_they_are(self) -> None:
        kinds = {'jpeg': 'image/jpeg', 'png': 'image/png', 'webp': 'image/webp',
            'pdf': 'application/pdf'}
        for name, content in s.SEEDS.items():
            if 'metadata' in name:
                continue
            with self.subTest(name):
                kind, kept = self.clean(content)
                self.assertEqual(kind, kinds[name.split('-')[0]])
                self.assertEqual(kept, content)

    def test_metadata_goes_and_the_picture_stays(self) -> None:
        cases = {
            'jpeg': (jpeg(s.JPEG_METADATA, behind=b'\0' * 9), jpeg(s.JPEG_LEFT)),
            'png': (png(middle=s.PNG_METADATA, behind=b'\0' * 9), png(middle=s.PNG_LEFT)),
            'webp': (webp(s.WEBP_METADATA, behind=b'\0' * 9), webp(s.WEBP_LEFT)),
        }
        for name, (content, left) in cases.items():
            with self.subTest(name):
                self.assertIn(s.SECRET, content)
                self.assertEqual(self.clean(content)[1], left)
                self.assertEqual(self.clean(left)[1], left)

    def test_each_orientation_is_kept_in_either_byte_order(self) -> None:
        for orientation in range(10):
            for order in '<>':
                with self.subTest(orientation=orientation, order=order):
                    is_turned = 2 <= orientation <= 8
                    block = segment(0xe1, b'Exif\0\0' + s.turned(orientation)) if is_turned else b''
                    self.assertEqual(self.clean(jpeg(s.JFIF + s.jpeg_exif(orientation, order)))[1],
                                     jpeg(s.JFIF + block))

    def test_an_orientation_that_cannot_be_read_is_none(self) -> None:
        good = s.exif(6)
        for name, block in {
                'no block': b'', 'cut': good[:25], 'odd order': b'XX' + good[2:],
                'directory outside': good[:4] + b'\xff\xff\xff\xff' + good[8:],
                'directory in the header': good[:4] + b'\0\0\0\0' + good[8:],
                'more entries than bytes': good[:8] + b'\xff\xff' + good[10:],
                'a long': good.replace(b'\x12\x01\x03\0', b'\x12\x01\x04\0')}.items():
            with self.subTest(name):
                self.assertEqual(self.clean(jpeg(s.JFIF + segment(0xe1, b'Exif\0\0'
                    + block)))[1], jpeg())

    def test_webp_says_what_is_left_in_it(self) -> None:
        # All flags but that of a picture that moves, and none of what they promise.
        self.assertEqual(self.clean(webp(extended(0xfd) + riff(b'VP8 ', s.LOSSY) + riff(b'EXIF',
            s.exif(1))))[1],
                         webp(extended(0) + riff(b'VP8 ', s.LOSSY)))

    def test_what_cameras_put_behind_a_picture_goes(self) -> None:
        for name, tail in {'a second picture': jpeg(), 'a film': b'\0\0\0\x18ftypmp42' + b'\0' * 99,
                           'a trailer': b'\0\0\1\x0a\x0e\0\0\0Image_UTC_DataSEFT',
                               'line break': b'\r\n',
                           'rest of a longer picture': s.PIXEL + s.PNG_END}.items():
            with self.subTest(name):
                self.assertEqual(self.clean(jpeg(behind=tail))[1], jpeg())
                self.assertEqual(self.clean(png(behind=tail))[1], png())

    def test_what_a_pdf_says_of_its_author_is_blank(self) -> None:
        kind, kept = self.clean(pdf(s.INFO, s.PACKET))
        self.assertEqual(kind, 'application/pdf')
        self.assertNotIn(s.SECRET, kept)
        self.assertNotIn(s.SECRET.hex().encode(), kept)
        # Nothing but bytes of strings has changed, and all to blanks.
        for was, now in zip(pdf(s.INFO, s.PACKET), kept):
            self.assertIn(now, (was, 0x20))
        for part in (b'/Author (', b'/Trapped /False', b"<?xpacket begin='' id='x'?>",
            b'/MediaBox [0 0 9 9]'):
            self.assertIn(part, kept)
        self.assertEqual(len(kept), len(pdf(s.INFO, s.PACKET)))

    def test_what_a_camera_says_in_a_picture_of_a_pdf_is_blank(self) -> None:
        content = pdf(more=s.PICTURE)
        kept = self.clean(content)[1]
        self.assertIn(s.SECRET, content)
        self.assertNotIn(s.SECRET, kept)
        self.assertNotIn(b'Exif', kept)
        self.assertEqual(len(kept), len(content))
        # The picture itself, its colours, and all behind it are there.
        for part in (s.JFIF[4:9], s.QUANTIZATION + frame() + s.HUFFMAN + s.SCAN, b'ICC_PROFILE\0\1\1profile',
                     b'Adobe\0', b'\nendstream\nendobj\nxref'):
            self.assertIn(part, kept)
        self.assertEqual(self.clean(kept)[1], kept)

    def test_a_broken_picture_in_a_pdf_takes_nothing_else_along(self) -> None:
        for body in (b'\xff\xd8\xff', b'\xff\xd8\xff\xe1\xff\xff', b'\xff\xd8\xff\xe1\0\1x',
                     b'\xff\xd8' + b'\xff' * 99, jpeg()[:-9]):
            with self.subTest(body):
                content = pdf(more=s.stream(b'/Filter /DCTDecode', body))
                self.assertEqual(self.clean(content)[1], content)

    def test_xmp_is_emptied_packed_or_not(self) -> None:
        for words, content, left in (
                (b'/Type /Metadata /Subtype /XML', b'<x:xmpmeta>' + s.SECRET, b''),
                (b'/Type/Metadata/Subtype/XML/Filter/FlateDecode', zlib.compress(s.SECRET * 9), b''),
                (b'/Filter/FlateDecode', zlib.compress(s.SECRET * 9), s.SECRET * 9),
                (b'/Type/Metadata/Filter/ASCIIHexDecode', b'41>', None)):
            with self.subTest(words):
                kept = self.clean(pdf(more=s.stream(words, content)))[1]
                body = re.search(rb'stream\n(.*?)\nendstream', kept, re.DOTALL).group(1)
                self.assertEqual(len(body), len(content))
                if left is None:
                    self.assertEqual(body, content)
                elif b'Flate' in words:
                    self.assertEqual(zlib.decompressobj().decompress(body), left)
                else:
                    self.assertEqual(body.strip(), left)

    def test_information_that_is_packed_is_pointed_at_no_more(self) -> None:
        content = pdf(trailer=b' /Info 14 0 R').replace(b'/Info 4 0 R', b'/Info 14 0 R')
        kept = self.clean(content)[1]
        self.assertNotIn(b'/Info', kept)
        self.assertEqual(len(kept), len(content))
        self.assertEqual(kept.replace(b' ', b''), content.replace(b'/Info 14 0 R', b'').replace(b' ', b''))

    def test_many_words_on_information_cost_no_time(self) -> None:
        content = pdf(more=b'%' + b'/Info 14 0 R' * 300000 + b'\n' + b'stream\nendstream' * 100000)
        self.assertNotIn(b'/Info 14 0 R', self.clean(content)[1])

    def test_a_signed_pdf_stays_as_it_is(self) -> None:
        content = pdf(s.INFO, s.PACKET
            + b'6 0 obj\n<< /Type /Sig /ByteRange [0 1 2 3] >>\nendobj\n')
        self.assertEqual(self.clean(content)[1], content)

    def test_of_an_encrypted_pdf_only_packets_are_blanked(self) -> None:
        kept = self.clean(pdf(s.INFO, s.PACKET, b' /Encrypt 6 0 R'))[1]
        self.assertEqual(kept.count(s.SECRET), pdf(s.INFO).count(s.SECRET))

    def test_broken_information_of_a_pdf_takes_nothing_else_along(self) -> None:
        for info in (b' /Author (never closed', b' /Author <41', b' /A << /B (x) ',
            b' >> (outside) <<'):
            with self.subTest(info):
                self.assertEqual(len(self.clean(pdf(info))[1]), len(pdf(info)))
                self.assertIn(b'startxref', self.clean(pdf(info))[1])


REFUSED = {
    'nothing of ours': (b'GIF89a' + b'\0' * 50, UNKNOWN), 'one byte': (b'\xff', UNKNOWN),
    'text': (b'<html>hello</html>', UNKNOWN), 'a zip': (ZIP, UNKNOWN),
    'a GIFAR': (b'GIF89a' + b'\0' * 50 + ZIP, UNKNOWN), 'a TIFF': (b'II*\0' + b'\0' * 50, UNKNOWN),
    'blanks before': (b' ' + jpeg(), UNKNOWN),
    'HEIC': (b'\0\0\0\x18ftypheic' + b'\0' * 50, UNKNOWN),
    'SVG': (b'<svg xmlns="http://www.w3.org/2000/svg"/>', UNKNOWN),

    'JPEG and ZIP': (jpeg(behind=ZIP), TWO), 'PNG and ZIP': (png(behind=ZIP), TWO),
    'WebP and ZIP': (webp(behind=ZIP), TWO), 'PDF and ZIP': (pdf(behind=ZIP), TWO),
    'a ZIP with a comment': (jpeg(behind=ZIP[:-2] + b'\4\0' + b'JPEG'), TWO),
    'a ZIP in a comment': (jpeg(s.JFIF + segment(0xfe, ZIP)) + ZIP[-22:], TWO),
    'a PDF in a comment': (jpeg(s.JFIF + segment(0xfe, b'%PDF-1.4\n')), TWO),
    'JPEG and PDF': (jpeg(body=b'\x3f' * 2000, behind=pdf()), BEHIND),
    'PNG and PDF': (png(middle=chunk(b'IDAT', b'\0' * 2000), behind=pdf()), BEHIND),
    'JPEG and HTML': (jpeg(behind=b'\n<HTML><body onload=x>'), BEHIND),
    'PNG and a script': (png(behind=b'    <ScRiPt>x</script>'), BEHIND),
    'JPEG and PHP': (jpeg(behind=b'<?php system(1);'), BEHIND),
    'WebP and RAR': (webp(behind=b'Rar!\x1a\x07\0' + b'\0' * 20), BEHIND),
    'JPEG and a program': (jpeg(behind=b'\x7fELF' + b'\0' * 50), BEHIND),
    'JPEG and a class': (jpeg(behind=b'\xca\xfe\xba\xbe' + b'\0' * 50), BEHIND),
    'a picture, then a document': (jpeg(behind=jpeg() + b'<!DOCTYPE html>'), BEHIND),

    'JPEG: begin only': (b'\xff\xd8\xff', CUT), 'JPEG: no end': (jpeg()[:-2], CUT),
    'JPEG: half an end': (jpeg()[:-1], CUT), 'JPEG: cut in a segment': (jpeg()[:30], CUT),
    'JPEG: no picture': (b'\xff\xd8' + s.JFIF + s.END, 'is a damaged JPEG'),
    'JPEG: no frame': (jpeg(size=b''), 'is a damaged JPEG'),
    'JPEG: two frames': (jpeg(size=frame() + frame()), 'is a damaged JPEG'),
    'JPEG: length 1': (jpeg(b'\xff\xe0\0\1'), 'is a damaged JPEG'),
    'JPEG: length beyond the end': (jpeg(b'\xff\xe0\xff\xff'), CUT),
    'JPEG: bytes between segments': (jpeg(s.JFIF + b'x'), 'is a damaged JPEG'),
    'JPEG: two components': (jpeg(size=frame(components=2)), 'is a damaged JPEG'),
    'JPEG: 12 bits': (
        jpeg(size=frame().replace(b'\0\x0b\x08', b'\0\x0b\x0c')), 'is a damaged JPEG'),
    'JPEG: lossless': (jpeg(size=frame(marker=0xc3)), 'is a damaged JPEG'),
    'JPEG: no width': (jpeg(size=frame(0, 8)), 'is a damaged JPEG'),
    'JPEG: no height': (jpeg(size=frame(8, 0)), 'is a damaged JPEG'),
    'JPEG: too wide': (jpeg(size=frame(16385, 1)), PIXELS),
    'JPEG: too high': (jpeg(size=frame(1, 16385)), PIXELS),
    'JPEG: too many': (jpeg(size=frame(16384, 4097)), PIXELS),
    'JPEG: too many scans': (
        jpeg(size=frame(marker=0xc2), body=(b'\x3f' + s.SCAN) * 100 + b'\x3f'),
            'is a damaged JPEG'),
    # As a real platform forwarded it, recorded.
    'JPEG: recorded': (b'\xff\xd8\xff\xe0JFIF' * 20, CUT),

    'PNG: signature only': (b'\x89PNG\r\n\x1a\n', CUT), 'PNG: no end': (png(last=b''), CUT),
    'PNG: cut': (png()[:-1], CUT), 'PNG: cut in a chunk': (png()[:50], CUT),
    'PNG: no header': (png(first=b''), 'is a damaged PNG'),
    'PNG: two headers': (png(header() * 2), 'is a damaged PNG'),
    'PNG: header too long': (
        png(chunk(b'IHDR', struct.pack('>IIBB', 1, 1, 8, 0) + b'\0' * 4)), 'is a damaged PNG'),
    'PNG: no picture': (png(middle=b''), 'is a damaged PNG'),
    'PNG: two pictures': (
        png(middle=s.PIXEL + chunk(b'tEXt', b'a\0b') + s.PIXEL), 'is a damaged PNG'),
    'PNG: wrong sum': (png(middle=s.PIXEL[:-1] + bytes([s.PIXEL[-1] ^ 1])), 'is a damaged PNG'),
    'PNG: wrong sum of what goes': (
        png(middle=chunk(b'tEXt', b'a\0b')[:-1] + b'?' + s.PIXEL), 'is a damaged PNG'),
    'PNG: needs what we do not know': (
        png(middle=chunk(b'NEED', b'x') + s.PIXEL), 'is a damaged PNG'),
    'PNG: no name': (png(middle=chunk(b'1234', b'x') + s.PIXEL), 'is a damaged PNG'),
    'PNG: odd colour': (png(header(colour=5)), 'is a damaged PNG'),
    'PNG: odd depth': (png(header(depth=3)), 'is a damaged PNG'),
    'PNG: 1 bit of red': (png(header(depth=1, colour=2)), 'is a damaged PNG'),
    'PNG: colour beyond': (png(header(colour=200)), 'is a damaged PNG'),
    'PNG: no palette': (png(header(colour=3)), 'is a damaged PNG'),
    'PNG: odd palette': (
        png(middle=chunk(b'PLTE', b'1234') + s.PIXEL, first=header(colour=3)), 'is a damaged PNG'),
    'PNG: other packing': (png(header(more=b'\1\0\0')), 'is a damaged PNG'),
    'PNG: other weave': (png(header(more=b'\0\0\2')), 'is a damaged PNG'),
    'PNG: no width': (png(header(0, 1)), 'is a damaged PNG'),
    'PNG: end with content': (png(last=chunk(b'IEND', b'x')), 'is a damaged PNG'),
    'PNG: a bomb': (png(header(65535, 65535)), PIXELS),
    'PNG: the greatest': (png(header(2 ** 31 - 1, 1)), PIXELS),
    'PNG: beyond the greatest': (png(header(2 ** 32 - 1, 2 ** 32 - 1)), PIXELS),

    'WebP: no chunk': (webp(b''), 'is a damaged WebP'),
    'WebP: cut': (webp()[:-1], CUT),
    'WebP: head only': (webp()[:12], CUT),
    'WebP: says less than its chunks': (
        b'RIFF' + struct.pack('<I', 20) + webp()[8:], 'is a damaged WebP'),
    'WebP: odd length': (
        b'RIFF' + struct.pack('<I', len(webp()) - 9) + webp()[8:], 'is a damaged WebP'),
    'WebP: no length': (b'RIFF\0\0\0\0' + webp()[8:], 'is a damaged WebP'),
    'WebP: no key frame': (webp(riff(b'VP8 ', b'\1' + s.LOSSY[1:])), 'is a damaged WebP'),
    'WebP: no start': (
        webp(riff(b'VP8 ', s.LOSSY[:3] + b'xyz' + s.LOSSY[6:])), 'is a damaged WebP'),
    'WebP: short picture': (webp(riff(b'VP8 ', s.LOSSY[:9])), 'is a damaged WebP'),
    'WebP: short lossless': (webp(riff(b'VP8L', s.LOSSLESS[:4])), 'is a damaged WebP'),
    'WebP: lossless, no mark': (webp(riff(b'VP8L', b'\x30' + s.LOSSLESS[1:])), 'is a damaged WebP'),
    'WebP: no width': (
        webp(riff(b'VP8 ', s.LOSSY[:6] + b'\0\0' + s.LOSSY[8:])), 'is a damaged WebP'),
    'WebP: two pictures': (webp(riff(b'VP8 ', s.LOSSY) * 2), 'is a damaged WebP'),
    'WebP: not the size it says': (
        webp(extended(0, 2, 2) + riff(b'VP8 ', s.LOSSY)), 'is a damaged WebP'),
    'WebP: header not first': (webp(riff(b'VP8 ', s.LOSSY) + extended(0)), 'is a damaged WebP'),
    'WebP: no picture': (webp(extended(0)), 'is a damaged WebP'),
    'WebP: transparency of a plain one': (
        webp(riff(b'ALPH', b'\0') + riff(b'VP8 ', s.LOSSY)), 'is a damaged WebP'),
    'WebP: moves': (webp(extended(2) + riff(b'ANIM', b'\0' * 6)), MOVES),
    'WebP: moves, unsaid': (webp(extended(0) + riff(b'ANMF', b'\0' * 16)), MOVES),
    'WebP: a bomb': (webp(extended(0, 2 ** 24, 2 ** 24) + riff(b'VP8 ', s.LOSSY)), PIXELS),
    'WebP: lossless bomb': (webp(riff(b'VP8L', b'\x2f\xff\xff\xff\x0f' + b'\0' * 9)), PIXELS),

    'PDF: begin only': (b'%PDF-1.7\n', CUT),
    'PDF: no version': (b'%PDF-x.y' + pdf()[8:], 'is a damaged PDF'),
    'PDF: cut': (pdf()[:-7], CUT), 'PDF: cut early': (pdf()[:200], CUT),
    'PDF: no place': (pdf().replace(b'startxref', b'startyref'), 'is a damaged PDF'),
    'PDF: place outside': (
        re.sub(rb'startxref\n\d+', b'startxref\n99999', pdf()), 'is a damaged PDF'),
    'PDF: place of something else': (
        re.sub(rb'startxref\n\d+', b'startxref\n0', pdf()), 'is a damaged PDF'),
    'PDF: a place of 30 digits': (
        re.sub(rb'startxref\n\d+', b'startxref\n' + b'1' * 30, pdf()), 'is a damaged PDF'),
    'PDF and HTML': (pdf(behind=b'<html>'), 'has bytes behind its end'),
    'PDF and a program': (pdf(behind=b'\n\x7fELF'), 'has bytes behind its end'),
}


class Refused(Folder):
    def test_what_is_no_whole_file_of_one_kind(self) -> None:
        for name, (content, why) in REFUSED.items():
            with self.subTest(name):
                self.assertEqual(self.clean(content), (why, b''))

    def test_a_zip_whose_comment_is_the_end_of_a_pdf(self) -> None:
        content = pdf(more=b'%' + ZIP[:-2] + b'\0\0\n')
        at = content.index(b'PK\5\6')
        content = content[:at + 20] + struct.pack('<H', len(content) - at - 22) + content[at + 22:]
        self.assertEqual(self.clean(content), (TWO, b''))

    def test_every_beginning_of_a_file_is_refused(self) -> None:
        for name in ('jpeg-metadata', 'png-metadata', 'webp-metadata', 'pdf-metadata'):
            content = s.SEEDS[name]
            # A PDF may end without its last line break.
            whole = len(content.rstrip()) if 'pdf' in name else len(content)
            for length in list(range(1, whole, max(1, whole // 40))) + [whole - 1]:
                with self.subTest(name, length=length):
                    self.assertEqual(self.clean(content[:length])[1], b'')

    def test_the_greatest_pictures_are_taken(self) -> None:
        for content in (jpeg(size=frame(16384, 4096)), jpeg(size=frame(8192, 8192)),
            png(header(16384, 4096)),
                        jpeg(size=frame(marker=0xc2), body=(b'\x3f' + s.SCAN) * 99 + b'\x3f')):
            self.assertEqual(self.clean(content)[1], content)


class Mutations(Folder):
    def test_mutations_are_cleaned_or_refused_and_no_byte_is_read_outside(self) -> None:
        seeds = self.folder / 'seeds'
        seeds.mkdir()
        for name, content in s.SEEDS.items():
            (seeds / name).write_bytes(content)
        done = subprocess.run([BUILD / 'tests/fuzz/fuzz_document_kind', '200000',
            *sorted(seeds.iterdir())],
                              capture_output=True, text=True, check=False, env={**os.environ,
                                  'FUZZ_FAULTS': str(self.folder)})
        self.assertEqual((done.returncode, done.stderr), (0, ''), done.stderr)
        self.assertIn(f'200000 rounds, {len(s.SEEDS)} seeds', done.stdout)


class Samples(unittest.TestCase):
    def test_the_sums_of_the_samples_are_those_of_zlib(self) -> None:
        self.assertEqual(s.PNG_END[-4:], struct.pack('>I', zlib.crc32(b'IEND')))

    def test_they_have_the_length_asked_for(self) -> None:
        for kind in ('jpeg', 'pdf'):
            self.assertEqual(len(s.of_length(kind, 100000)), 100000)


if __name__ == '__main__':
    unittest.main()
