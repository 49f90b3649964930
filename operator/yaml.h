/*
 * yaml - the part of YAML that files of settings are written in, as JSON text.
 *
 * Shape:  block mappings and lists, plain and quoted scalars on one line, lists
 *         in brackets of such scalars, [] and {}, comments, one "---" on top.
 *         What reads the file otherwise elsewhere is refused, not guessed:
 *         anchors, tags, block and folded texts, tabs before a value, values
 *         that go on in the next line, and yes, no, on and off without quotes
 *         (booleans to YAML 1.1: the country NO is one).
 * Errors: NULL and a reason that names the line.
 * Owner:  the text lives in the arena.
 */
#ifndef WINDLASS_YAML_H
#define WINDLASS_YAML_H

#include <stddef.h>

struct arena;

const char *yaml_to_json(struct arena *a, const char *text, size_t len,
    const char **why);

#endif
