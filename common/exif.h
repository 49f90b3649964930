/*
 * exif - how a picture has to be turned to stand upright: the one thing of an
 *         Exif block that is needed to show it right.
 *
 * Shape:  a block begins with its TIFF header, "II*" or "MM" and so on.
 * Source: Exif 2.3, tag 0x0112; TIFF 6.0.
 */
#ifndef WINDLASS_EXIF_H
#define WINDLASS_EXIF_H

#include <stddef.h>

enum { EXIF_UPRIGHT = 1, EXIF_LEN = 26 };

/* 1 to 8; 1 where nothing is said that can be read.  Another one comes only
 * from a block of EXIF_LEN bytes or more. */
unsigned exif_orientation(const unsigned char *block, size_t len);
/* A block that says the orientation and nothing else. */
void exif_write(unsigned orientation, unsigned char out[static EXIF_LEN]);

#endif
