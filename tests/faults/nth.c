/*
 * nth - runs a program and kills it as it is about to make its nth system call.
 *
 *   nth N PROGRAM [WORD...]    N 0: it is let live
 *
 * What it has started is killed, too.  Prints how many calls they came to make.
 * Leaves with the program's own status; 137 if it was killed.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
	          PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
	          PTRACE_O_TRACEVFORK,
	CALL = SIGTRAP | 0x80,
	KILLED = 137
};

static int
fail(const char *what)
{
	fprintf(stderr, "nth: %s: %s\n", what, strerror(errno));
	return 125;
}

static void
become(char **argv)
{
	if (setpgid(0, 0) == 0 && ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 &&
	    raise(SIGSTOP) == 0)
		execv(argv[0], argv);
	_exit(fail(argv[0]));
}

/* Of a call both ends are seen; only its beginning counts. */
static bool
begins(pid_t thread)
{
	struct __ptrace_syscall_info info;

	return ptrace(PTRACE_GET_SYSCALL_INFO, thread, (void *)sizeof(info),
		   &info) > 0 &&
	       info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* What the program is given besides what the tracing itself makes. */
static int
signal_of(int status)
{
	int sig = WSTOPSIG(status);

	return sig == CALL || sig == SIGTRAP || sig == SIGSTOP ? 0 : sig;
}

static int
follow(pid_t child, long nth, long *count)
{
	int status, ended = 0;
	pid_t thread;

	while ((thread = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (thread == child)
				ended = WIFEXITED(status)
				            ? WEXITSTATUS(status)
				            : 128 + WTERMSIG(status);
			continue;
		}
		if (WIFSTOPPED(status) && WSTOPSIG(status) == CALL &&
		    begins(thread) && ++*count == nth)
			kill(-child, SIGKILL);
		ptrace(PTRACE_SYSCALL, thread, NULL,
		    (void *)(long)signal_of(status));
	}
	return ended;
}

int
main(int argc, char **argv)
{
	long nth, count = 0;
	pid_t child;
	int status;
	char *end;

	if (argc < 3) {
		fprintf(stderr, "usage: nth N PROGRAM [WORD...]\n");
		return 2;
	}
	nth = strtol(argv[1], &end, 10);
	if (*end != '\0' || nth < 0) {
		fprintf(stderr, "nth: %s is no number\n", argv[1]);
		return 2;
	}
	child = fork();
	if (child < 0)
		return fail("fork");
	if (child == 0)
		become(argv + 2);
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)OPTIONS) != 0)
		return fail("ptrace");
	ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	status = follow(child, nth, &count);
	printf("%ld\n", count);
	return status;
}
