#include "notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

static void
fault(const char *why)
{
	static bool is_told;

	if (!is_told)
		log_line(LOG_WARN, "notify", "why=%s", log_quoted(why));
	is_told = true;
}

static void
tell(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path == NULL ? 0 : strlen(path);
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	socklen_t size =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	int fd;

	if (len == 0)
		return;
	if (len >= sizeof(to.sun_path)) {
		fault("NOTIFY_SOCKET is over 107 bytes");
		return;
	}
	memcpy(to.sun_path, path, len);
	if (path[0] == '@') /* a name that no file has */
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL,
			  (const struct sockaddr *)&to, size) < 0)
		fault(strerror(errno));
	if (fd >= 0)
		close(fd);
}

void
notify_ready(void)
{
	tell("READY=1");
}

void
notify_alive(void)
{
	tell("WATCHDOG=1");
}

void
notify_stopping(void)
{
	tell("STOPPING=1");
}
