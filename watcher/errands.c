#include "errands.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backoff.h"
#include "duties.h"
#include "erased.h"
#include "log.h"
#include "watch.h"

enum {
	TAKE_MS = 5000,   /* how often the lease is taken, or renewed */
	TAKEN_MS = 15000, /* then it is another's to take */
	LONG_MS = 60000,  /* whoever lived that long did not fail at once */
	AGAIN_MOST_MS = 64000
};

/* --- in the watcher ------------------------------------------------------ */

/* Between fork and exec, where little may be called. */
static _Noreturn void
become(pid_t parent, const char *holder)
{
	char *argv[] = {(char[]){"watcher"}, (char[]){"--errands"}, NULL, NULL};
	char name[64] = "";

	memcpy(name, holder, strnlen(holder, sizeof(name) - 1));
	argv[2] = name;
	close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Whoever died before that line is not told of any more. */
	if (getppid() == parent)
		execv("/proc/self/exe", argv);
	_exit(1);
}

static void
begin(struct errands *e, const char *holder)
{
	pid_t self = getpid(), pid = fork();

	if (pid == 0)
		become(self, holder);
	e->began_ms = monotonic_ms();
	if (pid > 0) {
		e->pid = pid;
		return;
	}
	log_line(LOG_WARN, "errands_unbegun", "why=%s",
	    log_quoted(strerror(errno)));
	e->again_ms = e->began_ms + 1000;
}

static void
bury(struct errands *e, int status)
{
	int64_t now = monotonic_ms();

	if (now - e->began_ms >= LONG_MS)
		e->failures = 0;
	e->pid = 0;
	e->again_ms = now + backoff_most(e->failures++, AGAIN_MOST_MS);
	if (WIFSIGNALED(status))
		log_line(LOG_WARN, "errands_died", "signal=%d",
		    WTERMSIG(status));
	else
		log_line(LOG_WARN, "errands_died", "status=%d",
		    WEXITSTATUS(status));
}

void
errands_tend(struct errands *e, const char *holder)
{
	int status;

	if (e->pid != 0 && waitpid(e->pid, &status, WNOHANG) == e->pid)
		bury(e, status);
	if (e->pid == 0 && monotonic_ms() >= e->again_ms)
		begin(e, holder);
}

void
errands_tell(const struct errands *e)
{
	if (e->pid != 0)
		kill(e->pid, SIGTERM);
}

void
errands_end(struct errands *e)
{
	/* It leaves a call under way in time, as a watcher does. */
	while (e->pid != 0 && waitpid(e->pid, NULL, 0) < 0 && errno == EINTR)
		;
	e->pid = 0;
}

/* --- in the process that runs them --------------------------------------- */

static bool
take(struct watcher *w)
{
	int64_t ms = monotonic_ms();

	/* Whom a restored database has to forget, nobody is told about. */
	if (!erased_is_known(&w->erased, w->store.db))
		w->taken_ms = 0;
	if (w->taken_ms != 0 && ms - w->taken_ms < TAKE_MS) {
		w->now = watch_now(w);
		w->now_ms = ms;
		return true;
	}
	if (erased_again(&w->erased, w->store.db) != 0 ||
	    store_errands(&w->store, w->arena, TAKEN_MS, &w->now,
		&w->has_errands) != 0)
		return false;
	w->now_ms = w->taken_ms = monotonic_ms();
	return true;
}

bool
errands_round(struct watcher *w)
{
	if (!take(w)) {
		w->taken_ms = 0;
		w->failures += w->failures < REST_DOUBLINGS;
		return false;
	}
	w->failures = 0;
	if (w->has_errands)
		duties(w, DUTY_OF_ERRANDS);
	return true;
}
