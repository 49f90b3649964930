/*
 * prefork - keeps the workers there, and ends them.
 */
#include "prefork.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instant.h"
#include "listen.h"
#include "log.h"
#include "notify.h"
#include "serve.h"
#include "settings.h"
#include "stats.h"
#include "worker.h"

enum {
	GRACE_MS = 5000, /* for requests in flight, at the end */
	YOUNG_MS = 1000, /* a death before that age slows us down */
	BACKOFF_MS = 50, /* doubled with each such death, up to: */
	BACKOFF_MAX = 1000,
	CALM_MS = 200, /* between two looks at the workers */
	BUSY_MS = 20   /* the same, while something is awaited */
};

/* Beside each slot of the counters: who sits in it. */
struct member {
	pid_t pid; /* 0: nobody */
	unsigned generation;
	int64_t born;
	bool is_killed;
};

struct family {
	const struct endpoint *ep;
	const struct settings *settings;
	struct listener *listener;
	struct stats *stats;
	struct member members[STATS_SLOTS];
	unsigned generation;
	bool is_rolling, is_roll_wanted, is_told;
	unsigned young_deaths; /* in a row */
	int64_t fork_at;       /* not before */
};

static size_t
count_members(const struct family *f, bool only_ready)
{
	size_t i, n = 0;

	for (i = 0; i < STATS_SLOTS; i++)
		n += f->members[i].pid != 0 &&
		     f->members[i].generation == f->generation &&
		     (!only_ready || f->stats->slots[i].is_ready != 0);
	return n;
}

static _Noreturn void
be_worker(struct family *f, struct stats_slot *slot, pid_t parent)
{
	/* A parent killed outright must not leave workers behind. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		exit(EXIT_SUCCESS);
	stats_let_go();
	exit(worker_run(f->ep, f->settings, f->listener->fd, slot));
}

static void
add_worker(struct family *f)
{
	pid_t parent = getpid();
	struct stats_slot *slot;
	size_t i = 0;

	while (i < STATS_SLOTS && f->members[i].pid != 0)
		i++;
	if (i == STATS_SLOTS)
		return; /* until those of an earlier roll are gone */
	slot = &f->stats->slots[i];
	if (f->stats->used < (int64_t)i + 1)
		f->stats->used = (int64_t)i + 1;
	f->members[i] = (struct member){.generation = f->generation,
	    .born = monotonic_ms()};
	slot->is_ready = 0;
	slot->busy_since = f->members[i].born; /* until it is ready */
	f->members[i].pid = fork();
	if (f->members[i].pid == 0)
		be_worker(f, slot, parent);
	if (f->members[i].pid < 0) {
		log_line(LOG_ERROR, "fork", "why=%s",
		    log_quoted(strerror(errno)));
		f->members[i].pid = 0;
		slot->busy_since = 0;
		f->fork_at = monotonic_ms() + BACKOFF_MAX;
		return;
	}
	slot->pid = f->members[i].pid;
}

static void
fill(struct family *f)
{
	size_t have = count_members(f, false);

	for (; have < (size_t)f->settings->workers; have++) {
		if (monotonic_ms() < f->fork_at)
			return;
		add_worker(f);
	}
}

static void
slow_down(struct family *f, int64_t age)
{
	int64_t wait = BACKOFF_MAX;

	if (age >= YOUNG_MS) {
		f->young_deaths = 0;
		return;
	}
	if (f->young_deaths < 5)
		wait = BACKOFF_MS << f->young_deaths;
	if (wait > BACKOFF_MAX)
		wait = BACKOFF_MAX;
	f->young_deaths++;
	f->fork_at = monotonic_ms() + wait;
}

static void
bury(struct family *f, size_t i, int status)
{
	struct member *m = &f->members[i];
	struct stats_slot *slot = &f->stats->slots[i];
	int64_t age = monotonic_ms() - m->born;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		log_line(LOG_DEBUG, "worker_left", "pid=%d", (int)m->pid);
		f->stats->left++;
	} else {
		log_line(LOG_WARN, "worker_died",
		    "pid=%d signal=%d status=%d age_ms=%lld", (int)m->pid,
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		    WIFEXITED(status) ? WEXITSTATUS(status) : 0,
		    (long long)age);
		if (m->is_killed)
			f->stats->overdue++;
		else
			f->stats->died++;
		slow_down(f, age);
	}
	stats_bury(f->stats, slot);
	m->pid = 0;
}

static void
reap(struct family *f)
{
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < STATS_SLOTS; i++) {
			if (f->members[i].pid == pid)
				bury(f, i, status);
		}
	}
}

/* A worker cannot end a call that never comes back; its parent can. */
static void
end_overdue(struct family *f)
{
	int64_t now = monotonic_ms(), since;
	size_t i;

	for (i = 0; i < STATS_SLOTS; i++) {
		struct member *m = &f->members[i];

		if (m->pid == 0 || m->is_killed)
			continue;
		since = f->stats->slots[i].busy_since;
		if (since == 0 || now - since <= f->settings->request_limit_ms)
			continue;
		log_line(LOG_ERROR, "worker_overdue", "pid=%d ms=%lld",
		    (int)m->pid, (long long)(now - since));
		m->is_killed = true;
		kill(m->pid, SIGKILL);
	}
}

static void
tell(const struct family *f, int signo, bool only_old)
{
	size_t i;

	for (i = 0; i < STATS_SLOTS; i++) {
		if (f->members[i].pid != 0 &&
		    (!only_old || f->members[i].generation != f->generation))
			kill(f->members[i].pid, signo);
	}
}

/* New workers first; when all of them wait for requests, the old ones go. */
static void
roll(struct family *f)
{
	if (f->is_rolling &&
	    count_members(f, true) >= (size_t)f->settings->workers) {
		tell(f, SIGTERM, true);
		f->is_rolling = false;
		log_line(LOG_INFO, "rolled", "workers=%lld",
		    (long long)f->settings->workers);
	}
	if (f->is_roll_wanted && !f->is_rolling) {
		f->is_roll_wanted = false;
		/* What the new ones could not read must not cost us the old. */
		if (f->ep->check != NULL && !f->ep->check())
			return;
		if (!settings_auth_again()) {
			log_line(LOG_ERROR, "roll_refused",
			    "why=\"how callers prove themselves cannot be "
			    "read again\"");
			return;
		}
		f->is_rolling = true;
		f->generation++;
	}
}

/* Once all workers wait for requests. */
static void
tell_ready(struct family *f)
{
	if (f->is_told || count_members(f, true) < (size_t)f->settings->workers)
		return;
	notify_ready();
	f->is_told = true;
}

static size_t
count_all(const struct family *f)
{
	size_t i, n = 0;

	for (i = 0; i < STATS_SLOTS; i++)
		n += f->members[i].pid != 0;
	return n;
}

/* The next of our signals, or 0 after a while. */
static int
next_signal(const sigset_t *ours, int64_t ms)
{
	struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
	int signo = sigtimedwait(ours, NULL, &wait);

	return signo > 0 ? signo : 0;
}

static void
wind_down(struct family *f, const sigset_t *ours)
{
	int64_t end = monotonic_ms() + GRACE_MS;

	notify_stopping();
	/* Nobody new; whoever waits in the socket is told no by its end. */
	listen_close(f->listener);
	tell(f, SIGTERM, false);
	for (reap(f); count_all(f) > 0; reap(f)) {
		if (monotonic_ms() >= end)
			tell(f, SIGKILL, false);
		next_signal(ours, BUSY_MS);
		end_overdue(f);
		f->stats->beat = monotonic_ms();
	}
}

int
prefork_run(const struct endpoint *ep, const struct settings *settings,
    struct listener *listener, struct stats *stats)
{
	static struct family f;
	sigset_t ours;
	int signo = 0;

	f.ep = ep;
	f.settings = settings;
	f.listener = listener;
	f.stats = stats;
	stats->workers = settings->workers;
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	log_line(LOG_INFO, "start", "version=%s workers=%lld socket=%s",
	    WINDLASS_VERSION, (long long)settings->workers,
	    listener->path[0] != '\0' ? log_quoted(listener->path) : "given");
	while (signo != SIGTERM && signo != SIGINT) {
		bool is_waiting;

		roll(&f);
		fill(&f);
		end_overdue(&f);
		tell_ready(&f);
		stats->beat = monotonic_ms();
		is_waiting =
		    f.is_rolling || !f.is_told ||
		    count_members(&f, false) < (size_t)settings->workers;
		signo = next_signal(&ours, is_waiting ? BUSY_MS : CALM_MS);
		if (signo == SIGHUP)
			f.is_roll_wanted = true;
		reap(&f);
	}
	wind_down(&f, &ours);
	log_line(LOG_INFO, "stop", "signal=%d", signo);
	return EXIT_SUCCESS;
}
