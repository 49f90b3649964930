/*
 * listen - finds or makes the socket to listen on.
 */
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "conf.h"

enum { FIRST_PASSED = 3 }; /* SD_LISTEN_FDS_START */

static int
fault(const char *name, const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", name, what, why);
	return -1;
}

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	       yes != 0;
}

static bool
is_number(const char *text, long long wanted)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", wanted);
	return text != NULL && strcmp(text, number) == 0;
}

/* The descriptor we were started with; -1: none. */
static int
passed(void)
{
	bool is_ours = is_number(getenv("LISTEN_PID"), getpid());
	bool is_one = is_number(getenv("LISTEN_FDS"), 1);

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (is_ours && is_one && is_listening(FIRST_PASSED))
		return FIRST_PASSED;
	return is_listening(STDIN_FILENO) ? STDIN_FILENO : -1;
}

static int
group_of(const char *name, const char *group, gid_t *out)
{
	struct group *entry;

	*out = (gid_t)-1;
	if (group == NULL)
		return 0;
	entry = getgrnam(group);
	if (entry == NULL)
		return fault(name, "WINDLASS_SOCKET_GROUP", "no such group");
	*out = entry->gr_gid;
	return 0;
}

int
listen_folder(const char *run_dir, const char *name, const char *group)
{
	struct stat st;
	gid_t gid;

	if (group_of(name, group, &gid) != 0)
		return -1;
	if (mkdir(run_dir, 0750) == 0) {
		if (gid != (gid_t)-1 && chown(run_dir, (uid_t)-1, gid) != 0)
			return fault(name, run_dir, strerror(errno));
		return 0;
	}
	if (errno != EEXIST)
		return fault(name, run_dir, strerror(errno));
	if (stat(run_dir, &st) != 0)
		return fault(name, run_dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fault(name, run_dir, "is no folder");
	/* Whoever may write there could put another socket in its place. */
	if ((st.st_mode & S_IWOTH) != 0)
		return fault(name, run_dir, "everybody may write there");
	return 0;
}

/* Whether somebody listens there; a stale socket is removed. */
static int
make_way(const char *name, const struct sockaddr_un *at)
{
	struct stat st;
	int fd, rc;

	if (lstat(at->sun_path, &st) != 0)
		return errno == ENOENT
		           ? 0
		           : fault(name, at->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return fault(name, at->sun_path, "is there and is no socket");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fault(name, at->sun_path, strerror(errno));
	rc = connect(fd, (const struct sockaddr *)at, sizeof(*at));
	/* EAGAIN: alive, with a full backlog. */
	if (rc == 0 || errno != ECONNREFUSED)
		rc = fault(name, at->sun_path,
		    "another program listens on this socket");
	else if (unlink(at->sun_path) != 0)
		rc = fault(name, at->sun_path, strerror(errno));
	else
		rc = 0;
	close(fd);
	return rc;
}

static int
bind_at(const char *name, const struct sockaddr_un *at, gid_t gid)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mode_t before = umask(0117); /* 0660 from the first moment */
	int rc = -1;

	if (fd >= 0)
		rc = bind(fd, (const struct sockaddr *)at, sizeof(*at));
	umask(before);
	if (rc != 0) {
		rc = fault(name, at->sun_path, strerror(errno));
		goto out;
	}
	if ((gid != (gid_t)-1 && chown(at->sun_path, (uid_t)-1, gid) != 0) ||
	    listen(fd, SOMAXCONN) != 0) {
		rc = fault(name, at->sun_path, strerror(errno));
		unlink(at->sun_path);
	}
out:
	if (rc != 0 && fd >= 0)
		close(fd);
	return rc != 0 ? -1 : fd;
}

int
listen_open(const char *run_dir, const char *name, const char *group,
    struct listener *out)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	gid_t gid;
	int len;

	out->path[0] = '\0';
	out->fd = passed();
	if (out->fd < 0) {
		len = snprintf(at.sun_path, sizeof(at.sun_path), "%s/%s.sock",
		    run_dir, name);
		if (len < 0 || (size_t)len >= sizeof(at.sun_path))
			return fault(name, "WINDLASS_RUN_DIR",
			    "the socket's path would be over 107 bytes");
		if (group_of(name, group, &gid) != 0 ||
		    make_way(name, &at) != 0)
			return -1;
		out->fd = bind_at(name, &at, gid);
		if (out->fd < 0)
			return -1;
		memcpy(out->path, at.sun_path, sizeof(out->path));
	}
	/* Workers wait for it with epoll: one that comes too late must not
	 * block in accept(2). */
	if (fcntl(out->fd, F_SETFL, O_NONBLOCK) != 0 ||
	    fcntl(out->fd, F_SETFD, FD_CLOEXEC) != 0)
		return fault(name, "socket", strerror(errno));
	return 0;
}

void
listen_close(struct listener *l)
{
	close(l->fd);
	if (l->path[0] != '\0')
		unlink(l->path);
	l->fd = -1;
}
