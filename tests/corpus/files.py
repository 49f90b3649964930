"""Documents, good ones and others, by the names that cases use: {jpeg}, {png_bomb} ..."""

import struct
import zlib


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(width: int = 16, height: int = 16, more: bytes = b'') -> bytes:
    """Rows are stored only up to 64 x 64: larger ones are large in their header alone."""
    rows = (b'\0' + b'\x7f' * (3 * min(width, 64))) * min(height, 64)
    return (b'\x89PNG\r\n\x1a\n' +
            chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) + more +
            chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack('>BBH', 0xFF, marker, len(data) + 2) + data


def jpeg(width: int = 8, height: int = 8, more: bytes = b'') -> bytes:
    """One grey block: baseline, one component, the shortest Huffman tables."""
    table = bytes([1]) + bytes(15)
    return (b'\xff\xd8' + segment(0xE0, b'JFIF\0\1\1\0\0\1\0\1\0\0') + more +
            segment(0xDB, b'\0' + b'\1' * 64) +
            segment(0xC0, struct.pack('>BHHBBBB', 8, height, width, 1, 1, 0x11, 0)) +
            segment(0xC4, b'\x00' + table + b'\0') + segment(0xC4, b'\x10' + table + b'\0') +
            segment(0xDA, b'\1\1\0\0\x3f\0') + b'\x3f' + b'\xff\xd9')


def webp(width: int = 8, height: int = 8) -> bytes:
    """Lossless: the header has the size in 14 bits each, less one."""
    bits = (width - 1) | (height - 1) << 14
    data = b'\x2f' + struct.pack('<I', bits) + bytes(11)
    body = b'WEBP' + b'VP8L' + struct.pack('<I', len(data)) + data
    return b'RIFF' + struct.pack('<I', len(body)) + body


def pdf(more: bytes = b'') -> bytes:
    parts = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
             b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>']
    text, places = b'%PDF-1.4\n' + more, []
    for n, part in enumerate(parts, 1):
        places.append(len(text))
        text += b'%d 0 obj\n%s\nendobj\n' % (n, part)
    begin = len(text)
    text += b'xref\n0 4\n0000000000 65535 f \n'
    text += b''.join(b'%010d 00000 n \n' % at for at in places)
    return text + b'trailer << /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % begin


SCRIPT = b'<html><script>alert(1)</script></html>'
GIF = (b'GIF89a\x08\0\x08\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x08\0\x08\0\0'
       b'\x02\x07\x84\x8f\xa9\xcb\xed]\0;')
ZIP = b'PK\5\6' + bytes(18)

FILES = {
    'jpeg': jpeg(),
    'png': png(),
    'webp': webp(),
    'pdf': pdf(),
    'html': SCRIPT,
    'svg': b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    'gif': GIF,
    'zip': ZIP,
    'elf': b'\x7fELF\2\1\1' + bytes(57),
    'exe': b'MZ' + bytes(62),
    'tiff': b'II*\0\x08\0\0\0' + bytes(16),
    'bmp': b'BM' + bytes(60),
    'heic': b'\0\0\0\x18ftypheic\0\0\0\0heicmif1',
    'text': b'a photograph, in words',
    'nul': b'\0',
    'empty': b'',
    'noise': bytes(range(256)) * 8,
    'jpeg_magic_only': b'\xff\xd8\xff',
    'png_magic_only': b'\x89PNG\r\n\x1a\n',
    'pdf_magic_only': b'%PDF-',
    'webp_magic_only': b'RIFF\x04\0\0\0WEBP',
    'riff_wave': b'RIFF\x24\0\0\0WAVEfmt ' + bytes(28),
    'png_cut': png()[:40],
    'jpeg_cut': jpeg()[:60],
    'webp_cut': webp()[:18],
    'jpeg_no_size': b'\xff\xd8' + segment(0xE0, b'JFIF\0\1\1\0\0\1\0\1\0\0') + b'\xff\xd9',
    'png_zero_wide': png(0, 16),
    'jpeg_zero_wide': jpeg(0, 8),
    'png_bomb': png(65535, 65535),
    'png_billions': png(0x7FFFFFFF, 0x7FFFFFFF),
    'jpeg_bomb': jpeg(65535, 65535),
    'webp_bomb': webp(16384, 16384),
    'html_before_jpeg': SCRIPT + jpeg(),
    'zip_before_png': ZIP + png(),
    'jpeg_with_script': jpeg(more=segment(0xFE, SCRIPT)),
    'png_with_script': png(more=chunk(b'tEXt', b'Comment\0' + SCRIPT)),
    'jpeg_segment_too_long': b'\xff\xd8\xff\xe1\xff\xff' + b'Exif\0\0' + jpeg()[2:],
    'png_chunk_too_long': png(more=b'\x7f\xff\xff\xfftEXt'),
    'webp_size_lies': webp()[:4] + struct.pack('<I', 0xFFFFFFF0) + webp()[8:],
    'thousand_parts': b''.join(
        b'--b\r\nContent-Disposition: form-data; name="m%d"\r\n\r\nx\r\n' % n for n in range(1000)),
    'eight_mib_and_one': jpeg() + bytes(8 * 1024 * 1024 + 1 - len(jpeg())),
}
