/*
 * show - what a verb has found, as text, JSON or CSV.
 */
#include <inttypes.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "db.h"
#include "instant.h"
#include "json.h"
#include "show.h"
#include "utf8.h"

enum { SHOWN_MOST = 64 << 20 };

const char *
format_name(enum format format)
{
	static const char *const names[FORMAT_MAX] = {"text", "json", "csv"};

	return format < FORMAT_MAX ? names[format] : NULL;
}

/* --- tables -------------------------------------------------------------- */

static const char *
time_of(struct arena *a, int64_t us)
{
	char text[INSTANT_TEXT];

	if (us <= 0 || us == INT64_MAX)
		return NULL;
	return arena_strdup(a, instant_print(us, text));
}

struct table
table_of(struct arena *a, const char *name, const struct column *columns,
    size_t column_count, const struct db_rows *rows)
{
	size_t count = rows == NULL ? 0 : db_count(rows), row, i;
	const char **cells =
	    arena_array(a, count * column_count + 1, sizeof(*cells));

	for (row = 0; row < count; row++)
		for (i = 0; i < column_count; i++) {
			const struct column *c = &columns[i];
			const char *from = c->from == NULL ? c->name : c->from;

			cells[row * column_count + i] =
			    c->kind == COLUMN_TIME
				? time_of(a, db_col_int(rows, row, from))
				: db_col(rows, row, from);
		}
	return table_made(name, columns, column_count, cells, count);
}

struct table
table_made(const char *name, const struct column *columns, size_t column_count,
    const char *const *cells, size_t row_count)
{
	return (struct table){.name = name,
	    .columns = columns,
	    .column_count = column_count,
	    .row_count = row_count,
	    .cells = cells};
}

/* NULL: there is none. */
static const char *
cell(const struct table *t, size_t row, size_t i)
{
	const char *text = t->cells[row * t->column_count + i];

	if (text == NULL || text[0] == '\0')
		return NULL;
	if (t->columns[i].kind == COLUMN_BOOL)
		return text[0] == 't' ? "true" : "false";
	return text;
}

/* --- JSON ---------------------------------------------------------------- */

static void
put_row_json(struct json_out *o, const struct table *t, size_t row,
    const char *name)
{
	size_t i;

	json_open(o, name, '{');
	for (i = 0; i < t->column_count; i++) {
		enum column_kind kind = t->columns[i].kind;
		const char *text = cell(t, row, i);

		if (text != NULL &&
		    (kind == COLUMN_COUNT || kind == COLUMN_BOOL))
			json_put_raw(o, t->columns[i].name, text);
		else
			json_put_text(o, t->columns[i].name, text);
	}
	json_close(o, '}');
}

static void
put_table_json(struct json_out *o, const struct table *t, const char *name)
{
	size_t row;

	if (t->is_one) {
		put_row_json(o, t, 0, name);
		return;
	}
	json_open(o, name, '[');
	for (row = 0; row < t->row_count; row++)
		put_row_json(o, t, row, NULL);
	json_close(o, ']');
}

static void
show_json(struct buf *b, const struct table *tables, size_t count)
{
	struct json_out o;
	size_t i;

	json_begin(&o, b);
	if (count == 1) {
		put_table_json(&o, tables, NULL);
	} else {
		json_open(&o, NULL, '{');
		for (i = 0; i < count; i++)
			put_table_json(&o, &tables[i], tables[i].name);
		json_close(&o, '}');
	}
	buf_puts(b, "\n");
}

/* --- CSV ----------------------------------------------------------------- */

static void
put_list_csv(struct buf *b, const struct table *t)
{
	const char *line[COLUMNS_MOST];
	size_t row, i;

	for (i = 0; i < t->column_count; i++)
		line[i] = t->columns[i].name;
	csv_put(b, line, t->column_count);
	for (row = 0; row < t->row_count; row++) {
		for (i = 0; i < t->column_count; i++)
			line[i] = cell(t, row, i);
		csv_put(b, line, t->column_count);
	}
}

static void
put_parts_csv(struct buf *b, const struct table *tables, size_t count)
{
	static const char *const header[] = {"part", "row", "name", "value"};
	char number[24];
	size_t at, row, i;

	csv_put(b, header, 4);
	for (at = 0; at < count; at++)
		for (row = 0; row < tables[at].row_count; row++)
			for (i = 0; i < tables[at].column_count; i++) {
				const char *line[] = {tables[at].name, number,
				    tables[at].columns[i].name,
				    cell(&tables[at], row, i)};

				snprintf(number, sizeof(number), "%zu",
				    row + 1);
				csv_put(b, line, 4);
			}
}

/* --- text ---------------------------------------------------------------- */

/* The same without control characters; width in letters. */
static const char *
printable(struct arena *a, const char *text, size_t *width)
{
	char *clean = arena_strdup(a, text == NULL ? "-" : text), *at = clean;
	size_t left = strlen(clean), n;
	uint32_t point;

	for (*width = 0; left > 0; at += n, left -= n, ++*width) {
		n = utf8_next(at, left, &point);
		if (n != 0 && point >= 0x20 && (point < 0x7f || point > 0x9f))
			continue;
		memset(at, '?', n == 0 ? 1 : n);
		n = 1;
	}
	return clean;
}

static bool
is_right(const struct column *c)
{
	return c->kind == COLUMN_COUNT || c->kind == COLUMN_AMOUNT;
}

static void
put_padded(struct buf *b, const char *text, size_t width, size_t most,
    bool is_right_side)
{
	int pad = (int)(most - width);

	if (is_right_side)
		buf_printf(b, "%*s%s", pad, "", text);
	else
		buf_printf(b, "%s%*s", text, pad, "");
}

/* Columns as wide as their widest value; numbers to the right. */
static void
put_list_text(struct buf *b, const struct table *t)
{
	size_t most[COLUMNS_MOST], row, i, width;

	for (i = 0; i < t->column_count; i++) {
		most[i] = strlen(t->columns[i].name);
		for (row = 0; row < t->row_count; row++) {
			printable(b->arena, cell(t, row, i), &width);
			if (width > most[i])
				most[i] = width;
		}
	}
	for (row = 0; row <= t->row_count; row++)
		for (i = 0; i < t->column_count; i++) {
			const char *text = printable(b->arena,
			    row == 0 ? t->columns[i].name : cell(t, row - 1, i),
			    &width);
			bool is_last = i + 1 == t->column_count;
			bool is_right_side = is_right(&t->columns[i]);

			put_padded(b, text, width,
			    is_last && !is_right_side ? width : most[i],
			    is_right_side);
			buf_puts(b, is_last ? "\n" : "  ");
		}
}

/* A name and a value a line; what is absent is left out, and so is the name of
 * one value alone. */
static void
put_one_text(struct buf *b, const struct table *t)
{
	size_t most = 0, width, i;

	if (t->column_count == 1) {
		buf_printf(b, "%s\n",
		    printable(b->arena, cell(t, 0, 0), &width));
		return;
	}
	for (i = 0; i < t->column_count; i++)
		if (strlen(t->columns[i].name) > most)
			most = strlen(t->columns[i].name);
	for (i = 0; i < t->column_count; i++)
		if (cell(t, 0, i) != NULL)
			buf_printf(b, "%-*s  %s\n", (int)most,
			    t->columns[i].name,
			    printable(b->arena, cell(t, 0, i), &width));
}

static void
show_text(struct buf *b, const struct table *tables, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct table *t = &tables[i];

		if (t->row_count == 0 && count > 1)
			continue;
		if (i > 0)
			buf_printf(b, "\n%s\n", t->name);
		if (t->row_count == 0 && t->none != NULL)
			buf_printf(b, "%s\n", t->none);
		else if (t->is_one)
			put_one_text(b, t);
		else
			put_list_text(b, t);
	}
}

const char *
show(struct arena *a, enum format format, const struct table *tables,
    size_t count)
{
	struct buf b;

	buf_init(&b, a, SHOWN_MOST);
	buf_puts(&b, "");
	switch (format) {
	case FORMAT_JSON:
		show_json(&b, tables, count);
		break;
	case FORMAT_CSV:
		if (count == 1)
			put_list_csv(&b, tables);
		else
			put_parts_csv(&b, tables, count);
		break;
	case FORMAT_TEXT:
	case FORMAT_MAX:
		show_text(&b, tables, count);
		break;
	}
	return buf_full(&b) ? NULL : b.data;
}
