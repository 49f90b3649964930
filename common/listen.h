/*
 * listen - the socket an endpoint listens on: one it was given, or its own.
 *
 * Shape:  systemd's LISTEN_FDS=1; else descriptor 0, if that is a listening
 *         socket; else $WINDLASS_RUN_DIR/<endpoint>.sock, made here: folder
 *         0750, socket 0660, both of the group that nginx runs as.
 * Errors: -1 after one line on standard error.  A socket that nobody listens
 *         on any more is replaced, a live one never.
 */
#ifndef WINDLASS_LISTEN_H
#define WINDLASS_LISTEN_H

struct listener {
	int fd;
	char path[108]; /* "" unless we made it */
};

/* Makes the folder if there is none. */
int listen_folder(const char *run_dir, const char *name, const char *group)
    __attribute__((warn_unused_result));
int listen_open(const char *run_dir, const char *name, const char *group,
    struct listener *out) __attribute__((warn_unused_result));
/* Removes the socket, if we made it. */
void listen_close(struct listener *l);

#endif
