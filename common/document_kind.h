/*
 * document_kind - what a file is, by its bytes, and the file without what it
 *         tells beside its picture or pages.
 *
 * Shape:  pure; the file is changed in place and never grows.  A
 *         picture that was cleaned is cleaned to itself.
 * Out:    *kind is image/jpeg, image/png, image/webp or application/pdf.
 * Errors: NULL, or what to tell the client after the member's name.
 * Rule:   whoever reads the file later must see one file of one kind: what is
 *         cut short, ends in another file or says more pixels than a reader
 *         can hold is refused.  Location, camera, times, comments, thumbnails
 *         and bytes behind a picture go; its orientation and colours stay.
 * Limits: pictures are not decoded.  Of a PDF the document's information and
 *         the XMP packets are blanked where they stand in clear; neither is
 *         touched in a signed one, which would no longer be that.  What its
 *         streams hold stays.
 * Source: ITU-T T.81, JFIF 1.02, Exif 2.3; PNG (W3C) and its eXIf; RFC 9649
 *         (WebP); ISO 32000-1.
 */
#ifndef WINDLASS_DOCUMENT_KIND_H
#define WINDLASS_DOCUMENT_KIND_H

#include <stddef.h>

enum { SIDE_MAX = 16384, PIXELS_MAX = 64 * 1024 * 1024 };

const char *document_clean(unsigned char *bytes, size_t *len, const char **kind)
    __attribute__((warn_unused_result));

#endif
