/*
 * conf_file - the file of NAME=VALUE lines, and files that hold one secret;
 *         conf.c alone uses it.
 *
 * Errors: faults of the file go to conf_fault(), each with its line.
 */
#ifndef WINDLASS_CONF_FILE_H
#define WINDLASS_CONF_FILE_H

#include <stdbool.h>

struct arena;

/* Reads the file once; it stays in memory. */
void conf_file_read(struct arena *a, const char *path);
/* The next conf_file_read() reads it once more. */
void conf_file_forget(void);
/* NULL: the file does not have it. */
const char *conf_file_get(const char *name);
bool conf_file_is_open_to_all(void);
/* The text of a file without the newline at its end; NULL and why. */
const char *conf_file_secret(struct arena *a, const char *path,
    const char **why);

#endif
