/*
 * windlass - the operator's command: `windlass VERB`.
 */
#include <stdarg.h>

#include "arena.h"
#include "conf.h"
#include "verb.h"
#include "ways.h"

static const struct verb *const verbs[] = {&verb_audit_list, &verb_audit_verify,
    &verb_case_close, &verb_case_list, &verb_customer_approve,
    &verb_customer_erase, &verb_customer_export, &verb_customer_hold,
    &verb_customer_legal_hold, &verb_customer_legal_release,
    &verb_customer_list, &verb_customer_reject, &verb_customer_release,
    &verb_customer_show, &verb_erase_again, &verb_hold_off, &verb_hold_on,
    &verb_keys_list, &verb_keys_rotate, &verb_load, &verb_payment_approve,
    &verb_payment_confirm, &verb_payment_end, &verb_payment_list,
    &verb_payment_recover, &verb_payment_refund, &verb_payment_release,
    &verb_payment_retry, &verb_payment_show, &verb_payment_why,
    &verb_payout_confirm, &verb_payout_export, &verb_pool_show,
    &verb_pool_verify, &verb_reconcile, &verb_webhook_list,
    &verb_webhook_resend};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static int
say(int code, const char *format, va_list args)
{
	fputs("windlass: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	return code;
}

int
failed(const char *format, ...)
{
	va_list args;
	int code;

	va_start(args, format);
	code = say(VERB_FAILED, format, args);
	va_end(args);
	return code;
}

int
misused(const char *format, ...)
{
	va_list args;
	int code;

	va_start(args, format);
	code = say(VERB_MISUSED, format, args);
	va_end(args);
	return code;
}

int
told(const struct call *c, const struct table *tables, size_t count)
{
	const char *text = show(c->arena, c->format, tables, count);

	if (text == NULL)
		return failed("it is too much to show");
	if (fputs(text, stdout) == EOF || fflush(stdout) != 0)
		return failed("cannot write to standard output");
	return VERB_DONE;
}

/* --- help ---------------------------------------------------------------- */

static void
help_settings(void)
{
	puts("\nSettings (environment, or the file named by WINDLASS_CONFIG):");
	operator_help(stdout);
	ways_help(stdout);
}

static void
help_verb(const struct verb *v)
{
	const struct option *o;

	printf("usage: windlass %s%s%s [OPTIONS]\n\n%s\n\n", v->name,
	    v->operands[0] == '\0' ? "" : " ", v->operands, v->help);
	for (o = v->options; o->name != NULL; o++)
		printf("  --%s%s%s%s\n      %s\n", o->name,
		    o->takes == NULL ? "" : " ",
		    o->takes == NULL ? "" : o->takes,
		    o->is_needed ? " (needed)" : "", o->help);
	puts("  --format text|json|csv\n      how to show what was found\n"
	     "  -h, --help");
}

static void
help_line(const struct verb *v)
{
	const struct option *o;

	printf("  windlass %s%s%s", v->name, v->operands[0] == '\0' ? "" : " ",
	    v->operands);
	for (o = v->options; o->name != NULL; o++)
		printf(" %s--%s%s%s%s", o->is_needed ? "" : "[", o->name,
		    o->takes == NULL ? "" : " ",
		    o->takes == NULL ? "" : o->takes, o->is_needed ? "" : "]");
	printf("\n      %s\n", v->help);
}

/* All verbs, or those that begin with a word. */
static void
help_all(const char *word)
{
	size_t len = word == NULL ? 0 : strlen(word), i;

	puts("usage: windlass VERB [ARGUMENTS] [--format text|json|csv]\n");
	for (i = 0; i < VERBS; i++)
		if (strncmp(verbs[i]->name, word == NULL ? "" : word, len) == 0)
			help_line(verbs[i]);
	puts("  windlass VERB --help\n  windlass --help | --version");
	help_settings();
}

/* --- which verb ---------------------------------------------------------- */

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Is that the first word of a verb of two? */
static bool
is_group(const char *word)
{
	size_t len = strlen(word), i;

	for (i = 0; i < VERBS; i++)
		if (strncmp(verbs[i]->name, word, len) == 0 &&
		    verbs[i]->name[len] == ' ')
			return true;
	return false;
}

/* The verb that the words begin with, and how many of them it takes. */
static const struct verb *
verb_named(int argc, char **argv, int *words)
{
	size_t len = strlen(argv[0]), i;

	for (i = 0; i < VERBS; i++) {
		const char *name = verbs[i]->name;

		*words = 1;
		if (strcmp(name, argv[0]) == 0)
			return verbs[i];
		*words = 2;
		if (argc > 1 && strncmp(name, argv[0], len) == 0 &&
		    name[len] == ' ' && strcmp(name + len + 1, argv[1]) == 0)
			return verbs[i];
	}
	return NULL;
}

static int
no_verb(int argc, char **argv)
{
	if (!is_group(argv[0]))
		return misused("there is no verb %s; see windlass --help",
		    argv[0]);
	if (argc > 1 && is_help(argv[1])) {
		help_all(argv[0]);
		return VERB_DONE;
	}
	return misused("there is no verb %s%s%s; see windlass %s --help",
	    argv[0], argc > 1 ? " " : "", argc > 1 ? argv[1] : "", argv[0]);
}

static int
run(struct call *c, int argc, char **argv)
{
	const char *why;
	int words;

	c->verb = verb_named(argc, argv, &words);
	if (c->verb == NULL)
		return no_verb(argc, argv);
	if (words_read(c, argc - words, argv + words, &why) != 0)
		return misused("%s: %s; see windlass %s --help", c->verb->name,
		    why, c->verb->name);
	if (c->wants_help) {
		help_verb(c->verb);
		return VERB_DONE;
	}
	return c->verb->run(c);
}

int
main(int argc, char **argv)
{
	struct call c = {.format = FORMAT_TEXT};
	int code, at = 1;

	/* The format may come first, too. */
	while (argc - at >= 2 && strcmp(argv[at], "--format") == 0) {
		if (words_format(argv[at + 1], &c.format) != 0)
			return misused("there is no format %s: text, json or"
				       " csv",
			    argv[at + 1]);
		at += 2;
	}
	if (at == argc)
		return misused("which verb? see windlass --help");
	if (is_help(argv[at])) {
		help_all(NULL);
		return VERB_DONE;
	}
	if (strcmp(argv[at], "--version") == 0 || strcmp(argv[at], "-V") == 0) {
		puts("windlass " WINDLASS_VERSION);
		return VERB_DONE;
	}
	c.arena = arena_new();
	code = run(&c, argc - at, argv + at);
	arena_free(c.arena);
	return code;
}
