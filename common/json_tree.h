/*
 * json_tree - how a value lies in memory: json_read.c makes it, json.c looks
 *         into it, and nobody else does.
 */
#ifndef WINDLASS_JSON_TREE_H
#define WINDLASS_JSON_TREE_H

#include "json.h"

struct json {
	enum json_kind kind;
	bool is_true;
	const char *text; /* of a text or number */
	size_t count;
	const char **names; /* of an object's members */
	const struct json **items;
};

#endif
