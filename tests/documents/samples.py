"""Small files of every kind that a customer may send, made by hand, with and without metadata.

    samples.py KIND [BYTES] >FILE        of exactly so many bytes, where the kind can grow
    samples.py --seeds FOLDER            one file a name, for tests/fuzz
"""
import pathlib
import struct
import sys
import zlib

SECRET = b'Secret5Xq'  # in every piece of metadata
UPRIGHT, TURNED = 1, 6


def exif(orientation: int, order: str = '<') -> bytes:
    """An Exif block: orientation, a maker's name and a place (a GPS directory)."""
    entries = [(0x010f, 2, len(SECRET) + 1, 200), (0x0112, 3, 1, None), (0x8825, 4, 1, 240)]
    block = b'II*\0' if order == '<' else b'MM\0*'
    block += struct.pack(order + 'IH', 8, len(entries))
    for tag, kind, count, value in entries:
        block += struct.pack(order + 'HHI', tag, kind, count)
        block += (struct.pack(order + 'HH', orientation, 0) if value is None
                  else struct.pack(order + 'I', value))
    block += struct.pack(order + 'I', 0)
    return block.ljust(200, b'\0') + SECRET + b'\0' * 40 + SECRET


def turned(orientation: int) -> bytes:
    """The block that is left of it."""
    return (b'MM\0*' + struct.pack('>IH', 8, 1) + struct.pack('>HHIHH', 0x0112, 3, 1,
        orientation, 0)
            + b'\0' * 4)


# JPEG: a grey square of 8 pixels, baseline.

def segment(marker: int, content: bytes) -> bytes:
    return struct.pack('>BBH', 0xff, marker, 2 + len(content)) + content


JFIF = segment(0xe0, b'JFIF\0\1\1\1\0\x48\0\x48\0\0')
QUANTIZATION = segment(0xdb, b'\0' + b'\1' * 64)
HUFFMAN = (segment(0xc4, b'\x00\1' + b'\0' * 15 + b'\0') + segment(0xc4, b'\x10\1' + b'\0' * 15
    + b'\0'))
SCAN = segment(0xda, b'\1\1\0\0\x3f\0')
END = b'\xff\xd9'


def frame(width: int = 8, height: int = 8, marker: int = 0xc0, components: int = 1) -> bytes:
    parts = b''.join(bytes([n + 1, 0x11, 0]) for n in range(components))
    return segment(marker, struct.pack('>BHHB', 8, height, width, components) + parts)


def jpeg(before: bytes = JFIF, body: bytes = b'\x3f', behind: bytes = b'',
    size: bytes = frame()) -> bytes:
    return b'\xff\xd8' + before + QUANTIZATION + size + HUFFMAN + SCAN + body + END + behind


def jpeg_of(length: int) -> bytes:
    """What fills it cannot be packed smaller."""
    room = length - len(jpeg(body=b''))
    noise = b''.join((n * 2654435761 % 2 ** 32).to_bytes(4, 'little') for n in range(room // 4 + 1))
    return jpeg(body=noise[:room].replace(b'\xff', b'\xfe'))


def jpeg_exif(orientation: int, order: str = '<') -> bytes:
    return segment(0xe1, b'Exif\0\0' + exif(orientation, order))


THUMBNAIL = segment(0xe0, b'JFIF\0\1\1\1\0\x48\0\x48\3\1' + SECRET)
JPEG_METADATA = (THUMBNAIL + segment(0xe0, b'JFXX\0\x13' + SECRET) + jpeg_exif(TURNED)
                 + segment(0xe1, b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>' + SECRET)
                 + segment(0xe2, b'ICC_PROFILE\0\1\1profile') + segment(0xe2, b'MPF\0' + SECRET)
                 + segment(0xed, b'Photoshop 3.0\0' + SECRET) + segment(0xee,
                     b'Adobe\0\x64\0\0\0\0\1')
                 + segment(0xee, b'Other' + SECRET) + segment(0xef, SECRET) + segment(0xfe, SECRET))
JPEG_LEFT = (JFIF + segment(0xe1, b'Exif\0\0' + turned(TURNED)) + segment(0xe2,
    b'ICC_PROFILE\0\1\1profile')
             + segment(0xee, b'Adobe\0\x64\0\0\0\0\1'))


# PNG: one pixel.

def chunk(name: bytes, content: bytes) -> bytes:
    return (struct.pack('>I', len(content)) + name + content
            + struct.pack('>I', zlib.crc32(name + content)))


def header(width: int = 1, height: int = 1, depth: int = 8, colour: int = 0,
    more: bytes = b'\0\0\0') -> bytes:
    return chunk(b'IHDR', struct.pack('>IIBB', width, height, depth, colour) + more)


PIXEL = chunk(b'IDAT', zlib.compress(b'\0\x80'))
PNG_END = chunk(b'IEND', b'')


def png(first: bytes = header(), middle: bytes = PIXEL, last: bytes = PNG_END,
    behind: bytes = b'') -> bytes:
    return b'\x89PNG\r\n\x1a\n' + first + middle + last + behind


PNG_METADATA = (chunk(b'gAMA', struct.pack('>I', 45455)) + chunk(b'tEXt', b'Author\0' + SECRET)
                + chunk(b'zTXt', b'Comment\0\0' + zlib.compress(SECRET) + SECRET)
                + chunk(b'iTXt', b'XML:com.adobe.xmp\0\0\0\0\0' + SECRET)
                + chunk(b'tIME', struct.pack('>HBBBBB', 2026, 1, 2, 3, 4, 5))
                + chunk(b'eXIf', exif(TURNED, '>')) + chunk(b'eXIf', exif(3)) + chunk(b'prVt',
                    SECRET)
                + chunk(b'acTL', b'\0\0\0\1\0\0\0\0') + PIXEL + chunk(b'tEXt', b'Title\0' + SECRET))
PNG_LEFT = chunk(b'gAMA', struct.pack('>I', 45455)) + chunk(b'eXIf', turned(TURNED)) + PIXEL


# WebP: one pixel.

LOSSY = bytes.fromhex('300100 9d012a 0100 0100 0ec0fe25a4000370 00000000'.replace(' ', ''))
LOSSLESS = bytes.fromhex('2f00000010071011118888fe0700')


def riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack('<I', len(content)) + content + b'\0' * (len(content) % 2)


def webp(chunks: bytes = riff(b'VP8 ', LOSSY), behind: bytes = b'') -> bytes:
    return riff(b'RIFF', b'WEBP' + chunks) + behind


def extended(flags: int, width: int = 1, height: int = 1) -> bytes:
    return riff(b'VP8X', struct.pack('<I', flags) + (width - 1).to_bytes(3, 'little')
                + (height - 1).to_bytes(3, 'little'))


WEBP_METADATA = (extended(0x3c | 0xc0) + riff(b'ICCP', b'profile') + riff(b'ALPH', b'\0\1')
                 + riff(b'VP8 ', LOSSY) + riff(b'EXIF', b'Exif\0\0' + exif(TURNED))
                     + riff(b'XMP ', SECRET)
                 + riff(b'othr', SECRET))
WEBP_LEFT = (extended(0x38) + riff(b'ICCP', b'profile') + riff(b'ALPH', b'\0\1') + riff(b'VP8 ',
    LOSSY)
             + riff(b'EXIF', turned(TURNED)))


# PDF: an empty page.

def pdf(info: bytes = b'', more: bytes = b'', trailer: bytes = b'', behind: bytes = b'') -> bytes:
    objects = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
               b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>', b'<<' + info + b'>>']
    out = b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
    places = []
    for n, text in enumerate(objects, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (n, text)
    out += more
    table = b'xref\n0 5\n0000000000 65535 f \n' + b''.join(b'%010d 00000 n \n' % p for p in places)
    return (out + table + b'trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R' + trailer
        + b' >>\nstartxref\n%d\n%%%%EOF\n' % len(out)
            + behind)


INFO = (b' /Author (' + SECRET + b' \\) (x) ) /Title <' + SECRET.hex().encode()
        + b'> /Trapped /False /A << /B (' + SECRET + b') >> ')
PACKET = (b"5 0 obj\n<< /Type /Metadata /Subtype /XML /Length 99 >>\nstream\n"
          b"<?xpacket begin='' id='x'?>"
          + SECRET + b"<?xpacket end='w'?>\nendstream\nendobj\n")

PICTURE = (b'7 0 obj\n<< /Subtype /Image /Filter /DCTDecode >>\nstream\r\n'
           + jpeg(JPEG_METADATA, behind=jpeg(JPEG_METADATA)) + b'\nendstream\nendobj\n')


def stream(words: bytes, content: bytes, number: int = 8) -> bytes:
    return (b'%d 0 obj\n<< %s /Length %d >>\nstream\n' % (number, words, len(content)) + content
        + b'\nendstream\nendobj\n')


SEEDS = {
    'jpeg': jpeg(), 'jpeg-metadata': jpeg(JPEG_METADATA),
    'jpeg-progressive': jpeg(size=frame(16, 8, 0xc2, 3), body=b'\x12\xff\x00\x34' + HUFFMAN
        + SCAN + b'\xff\xd0\x01'),
    'png': png(), 'png-metadata': png(middle=PNG_METADATA),
    'png-palette': png(header(depth=1, colour=3), chunk(b'PLTE', b'\0' * 6) + chunk(b'tRNS',
        b'\0') + PIXEL),
    'webp': webp(), 'webp-lossless': webp(riff(b'VP8L', LOSSLESS)),
        'webp-metadata': webp(WEBP_METADATA),
    'pdf': pdf(), 'pdf-metadata': pdf(INFO, PACKET + PICTURE + stream(b'/Type/Metadata/Filter/FlateDecode',
        zlib.compress(SECRET))),
}


def of_length(kind: str, length: int) -> bytes:
    """A file of that kind of exactly so many bytes."""
    if kind == 'jpeg':
        return jpeg_of(length)
    if kind == 'pdf':
        room = length - len(pdf()) - 2
        more = len(pdf(more=b'%' + b'x' * room + b'\n')) - length  # digits of its place
        return pdf(more=b'%' + b'x' * (room - more) + b'\n')
    raise SystemExit(f'samples.py: {kind} cannot grow')


def main(words: 'list[str]') -> None:
    if words[0] == '--seeds':
        for name, content in SEEDS.items():
            (pathlib.Path(words[1]) / name).write_bytes(content)
        return
    content = SEEDS[words[0]] if len(words) == 1 else of_length(words[0], int(words[1]))
    assert len(words) == 1 or len(content) == int(words[1])
    sys.stdout.buffer.write(content)


if __name__ == '__main__':
    main(sys.argv[1:])
