/*
 * Settings: where they come from, what is refused, what is shown.
 *
 * Each case runs in a child: settings are read once in a program's life.
 */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "conf.h"

static const char *text, *url, *word, *secret, *path;
static int64_t number;
static bool flag;

// clang-format off
static const struct conf table[] = {
	{ "WINDLASS_TEXT", CONF_TEXT, &text, NULL, 0, 0, NULL, CONF_NEED,
	    "some text", NULL },
	{ "WINDLASS_INT", CONF_INT, &number, "1000", 10, 60000, NULL, 0,
	    "milliseconds", NULL },
	{ "WINDLASS_BOOL", CONF_BOOL, &flag, "0", 0, 0, NULL, 0, "yes or no", NULL },
	{ "WINDLASS_WORD", CONF_WORD, &word, "jwt", 0, 0, "none api_key jwt", 0,
	    "kind", NULL },
	{ "WINDLASS_URL", CONF_URL, &url, NULL, 0, 0, NULL, 0, "where", NULL },
	{ "WINDLASS_SECRET", CONF_SECRET, &secret, NULL, 16, 0, NULL, 0,
	    "secret", NULL },
	{ "WINDLASS_PATH", CONF_PATH, &path, NULL, 0, 0, NULL, 0, "a file",
	    "a-credential" },
};

/* env and file hold NAME=VALUE lines; @ stands for the test's folder.  printed
 * must be among what conf_print() shows, said among the faults. */
static const struct {
	const char *name, *env, *file;
	mode_t mode;
	int faults;
	const char *printed, *said;
} cases[] = {
	{ "a needed one is missing", "", NULL, 0, 1, NULL,
	    "WINDLASS_TEXT: is not set: some text\n" },
	{ "defaults", "WINDLASS_TEXT=x", NULL, 0, 0,
	    "WINDLASS_TEXT=x\nWINDLASS_INT=1000\nWINDLASS_BOOL=0\n"
	    "WINDLASS_WORD=jwt\nWINDLASS_URL=\n"
	    "# WINDLASS_SECRET is not set\nWINDLASS_PATH=\n", NULL },
	{ "empty is not set", "WINDLASS_TEXT=\nWINDLASS_INT=", NULL, 0, 1, NULL,
	    "WINDLASS_TEXT: is not set" },
	{ "from the file", "", "WINDLASS_TEXT=a b\nWINDLASS_INT=20\n", 0600, 0,
	    "WINDLASS_TEXT=a b\nWINDLASS_INT=20\n", NULL },
	{ "the environment wins", "WINDLASS_TEXT=env", "WINDLASS_TEXT=file\n",
	    0600, 0, "WINDLASS_TEXT=env\n", NULL },
	{ "comments, blanks, quotes, carriage returns", "",
	    "# WINDLASS_INT=30\n\n  WINDLASS_TEXT = \"host=x y\"  \r\n"
	    "WINDLASS_WORD='none'", 0600, 0,
	    "WINDLASS_TEXT=host=x y\nWINDLASS_INT=1000\nWINDLASS_BOOL=0\n"
	    "WINDLASS_WORD=none\n", NULL },
	{ "a credential of systemd", "WINDLASS_TEXT=x\n"
	    "CREDENTIALS_DIRECTORY=@", NULL, 0, 0,
	    "/a-credential\n", NULL },
	{ "what is set wins over a credential", "WINDLASS_TEXT=x\n"
	    "CREDENTIALS_DIRECTORY=@\nWINDLASS_PATH=/etc/passwd", NULL, 0, 0,
	    "WINDLASS_PATH=/etc/passwd\n", NULL },
	{ "a secret is a credential of its name", "WINDLASS_TEXT=x\n"
	    "CREDENTIALS_DIRECTORY=@", NULL, 0, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
	{ "a secret's file wins over it", "WINDLASS_TEXT=x\n"
	    "CREDENTIALS_DIRECTORY=@\nWINDLASS_SECRET_FILE=@/nothing", NULL, 0,
	    1, NULL, "WINDLASS_SECRET_FILE: " },
	{ "no such credential", "WINDLASS_TEXT=x\n"
	    "CREDENTIALS_DIRECTORY=/proc", NULL, 0, 0, "WINDLASS_PATH=\n",
	    NULL },
	{ "a line that is none", "WINDLASS_TEXT=x", "# a\nrubbish\n", 0600, 1,
	    NULL, "line 2 is not NAME=VALUE\n" },
	{ "a name in small letters", "WINDLASS_TEXT=x", "windlass=1\n", 0600, 1,
	    NULL, "line 1 does not begin with a NAME" },
	{ "a name twice", "", "WINDLASS_TEXT=x\nWINDLASS_TEXT=y\n", 0600, 1,
	    NULL, "line 2 sets a name a second time\n" },
	{ "the file is not there", "WINDLASS_TEXT=x\nWINDLASS_CONFIG=@/nothing",
	    NULL, 0, 1, NULL, "nothing: No such file" },
	{ "all faults at once",
	    "WINDLASS_INT=9\nWINDLASS_BOOL=yes\nWINDLASS_WORD=JWT\n"
	    "WINDLASS_URL=ftp://x\nWINDLASS_SECRET=short\n"
	    "WINDLASS_PATH=@/nothing", NULL, 0, 7, NULL,
	    "WINDLASS_INT: must be a whole number from 10 to 60000\n"
	    "WINDLASS_BOOL: must be 0 or 1\n"
	    "WINDLASS_WORD: must be one of: none api_key jwt\n"
	    "WINDLASS_URL: must begin with https:// or http://\n"
	    "WINDLASS_SECRET: must have at least 16 bytes\n"
	    "WINDLASS_PATH: no such file, or not readable\n" },
	{ "an int with more behind it", "WINDLASS_TEXT=x\nWINDLASS_INT=20s",
	    NULL, 0, 1, NULL, "WINDLASS_INT: must be" },
	{ "an int beyond all", "WINDLASS_TEXT=x\n"
	    "WINDLASS_INT=99999999999999999999", NULL, 0, 1, NULL,
	    "WINDLASS_INT: must be" },
	{ "a bool", "WINDLASS_TEXT=x\nWINDLASS_BOOL=1", NULL, 0, 0,
	    "WINDLASS_BOOL=1\n", NULL },
	{ "a folder is no file", "WINDLASS_TEXT=x\nWINDLASS_PATH=@", NULL, 0, 1,
	    NULL, "WINDLASS_PATH: no such file" },
	{ "a secret of the environment is not shown",
	    "WINDLASS_TEXT=x\nWINDLASS_SECRET=topsecret-topsecret", NULL, 0, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
	{ "a secret in the file", "",
	    "WINDLASS_TEXT=x\nWINDLASS_SECRET=topsecret-topsecret\n", 0640, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
	{ "a secret in a file for everybody", "",
	    "WINDLASS_TEXT=x\nWINDLASS_SECRET=topsecret-topsecret\n", 0644, 1,
	    NULL, "WINDLASS_SECRET: the file named by WINDLASS_CONFIG" },
	{ "... in development", "WINDLASS_DEV=1",
	    "WINDLASS_TEXT=x\nWINDLASS_SECRET=topsecret-topsecret\n", 0644, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
	{ "a secret of its own file", "WINDLASS_TEXT=x\n"
	    "WINDLASS_SECRET_FILE=@/secret", NULL, 0, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
	{ "its own file, named in the file", "",
	    "WINDLASS_TEXT=x\nWINDLASS_SECRET_FILE=@/secret\n", 0644, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
	{ "its own file is for everybody", "WINDLASS_TEXT=x\n"
	    "WINDLASS_SECRET_FILE=@/open", NULL, 0, 1, NULL,
	    "WINDLASS_SECRET_FILE: " },
	{ "its own file is too short", "WINDLASS_TEXT=x\n"
	    "WINDLASS_SECRET_FILE=@/short", NULL, 0, 1, NULL,
	    "WINDLASS_SECRET: must have at least 16 bytes" },
	{ "its own file is not there", "WINDLASS_TEXT=x\n"
	    "WINDLASS_SECRET_FILE=@/nothing", NULL, 0, 1, NULL,
	    "WINDLASS_SECRET_FILE: " },
	{ "both forms", "WINDLASS_TEXT=x\nWINDLASS_SECRET_FILE=@/secret\n"
	    "WINDLASS_SECRET=topsecret-topsecret", NULL, 0, 1, NULL,
	    "WINDLASS_SECRET: set this or WINDLASS_SECRET_FILE, not both" },
	{ "the environment's form wins over the file's",
	    "WINDLASS_SECRET=topsecret-topsecret",
	    "WINDLASS_TEXT=x\nWINDLASS_SECRET_FILE=@/nothing\n", 0644, 0,
	    "# WINDLASS_SECRET is set\n", NULL },
};

static const struct {
	const char *hosts, *url, *kept; /* NULL: refused */
} urls[] = {
	{ "", "https://api.example.com/base/", "https://api.example.com/base" },
	{ "", "https://api.example.com:8443", "https://api.example.com:8443" },
	{ "", "https://[2001:db8::1]:1/x//", "https://[2001:db8::1]:1/x" },
	{ "", "http://localhost:8085/", "http://localhost:8085" },
	{ "", "http://127.0.0.1:8085", "http://127.0.0.1:8085" },
	{ "", "http://127.9.9.9", "http://127.9.9.9" },
	{ "", "http://[::1]:80", "http://[::1]:80" },
	{ "", "http://platform:8085", NULL },
	{ "db platform", "http://platform:8085", "http://platform:8085" },
	{ "db,platform", "http://Platform", "http://Platform" },
	{ "platform", "http://platform.evil.example", NULL },
	{ "platform", "http://plat", NULL },
	{ "", "http://127.0.0.1.evil.example", NULL },
	{ "", "http://localhost@evil.example", NULL },
	{ "", "https://user:pass@host", NULL },
	{ "", "https://host?x=1", NULL }, { "", "https://host/#x", NULL },
	{ "", "https://ho st", NULL }, { "", "https://host/a b", NULL },
	{ "", "https://", NULL }, { "", "https:///x", NULL },
	{ "", "https://host:", NULL }, { "", "https://host:0", NULL },
	{ "", "https://host:65536", NULL }, { "", "https://host:80x", NULL },
	{ "", "https://host:1/x", "https://host:1/x" },
	{ "", "HTTPS://host", NULL }, { "", "file:///etc/passwd", NULL },
	{ "", "https://[::1", NULL }, { "", "host", NULL },
};
// clang-format on

static char folder[] = "/tmp/windlass-conf-XXXXXX";

static const char *
in_folder(const char *name)
{
	static char out[128];

	snprintf(out, sizeof(out), "%s/%s", folder, name);
	return out;
}

/* Writes text, @ replaced by the folder. */
static void
write_file(const char *name, const char *content, mode_t mode)
{
	FILE *f = fopen(in_folder(name), "w");

	for (; *content != '\0'; content++)
		if (*content == '@')
			fputs(folder, f);
		else
			fputc(*content, f);
	fclose(f);
	chmod(in_folder(name), mode);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	write_file("secret", "topsecret-topsecret\n", 0600);
	write_file("open", "topsecret-topsecret\n", 0644);
	write_file("short", "topsecret\n", 0600);
	write_file("a-credential", "topsecret\n", 0400);
	write_file("WINDLASS_SECRET", "topsecret-topsecret\n", 0400);
	return 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = {"secret", "open", "short", "config",
	    "env", "a-credential", "WINDLASS_SECRET"};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		unlink(in_folder(files[i]));
	return rmdir(folder);
}

/* The lines of env become the whole environment. */
static void
set_environment(const char *env)
{
	static char copy[1024];
	char *line, *rest = copy, *equals;
	FILE *f;
	size_t len;

	clearenv();
	write_file("env", env, 0600);
	f = fopen(in_folder("env"), "r");
	len = fread(copy, 1, sizeof(copy) - 1, f);
	copy[len] = '\0';
	fclose(f);
	while ((line = strsep(&rest, "\n")) != NULL)
		if ((equals = strchr(line, '=')) != NULL) {
			*equals = '\0';
			setenv(line, equals + 1, 1);
		}
}

struct run {
	int faults;
	char printed[4096], said[4096];
};

static void
load(size_t i, struct run *run)
{
	FILE *said = tmpfile(), *printed = tmpfile();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fileno(said), STDERR_FILENO);
		set_environment(cases[i].env);
		if (cases[i].file != NULL) {
			write_file("config", cases[i].file, cases[i].mode);
			setenv("WINDLASS_CONFIG", in_folder("config"), 1);
		}
		if (conf_load(table, COUNT(table)) == 0)
			conf_print(table, COUNT(table), printed);
		fflush(NULL);
		_exit((int)conf_faults());
	}
	waitpid(pid, &status, 0);
	run->faults = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	rewind(said);
	rewind(printed);
	run->said[fread(run->said, 1, sizeof(run->said) - 1, said)] = '\0';
	run->printed[fread(run->printed, 1, sizeof(run->printed) - 1,
	    printed)] = '\0';
	fclose(said);
	fclose(printed);
}

static void
settings_are_loaded_or_all_faults_are_told(void **state)
{
	static struct run run;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		load(i, &run);
		if (run.faults != cases[i].faults)
			fail_msg("%s: %d faults, not %d: %s", cases[i].name,
			    run.faults, cases[i].faults, run.said);
		if (cases[i].printed != NULL &&
		    strstr(run.printed, cases[i].printed) == NULL)
			fail_msg("%s: printed %s", cases[i].name, run.printed);
		if (cases[i].said != NULL &&
		    strstr(run.said, cases[i].said) == NULL)
			fail_msg("%s: said %s", cases[i].name, run.said);
		expect(cases[i].name,
		    (run.said[0] == '\0') == (cases[i].faults == 0));
		expect(cases[i].name,
		    strstr(run.said, "topsecret-") == NULL &&
			strstr(run.printed, "topsecret-") == NULL);
	}
}

static void
only_sound_addresses_are_called(void **state)
{
	// clang-format off
	static const struct conf only[] = {
		{ "WINDLASS_URL", CONF_URL, &url, NULL, 0, 0, NULL, CONF_NEED,
		    "where", NULL },
	};
	// clang-format on
	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			clearenv();
			setenv("WINDLASS_PLAIN_HTTP_HOSTS", urls[i].hosts, 1);
			setenv("WINDLASS_URL", urls[i].url, 1);
			close(STDERR_FILENO);
			if (conf_load(only, 1) != 0)
				_exit(1);
			_exit(urls[i].kept == NULL ||
				      strcmp(url, urls[i].kept) != 0
				  ? 2
				  : 0);
		}
		waitpid(pid, &status, 0);
		expect_int(urls[i].url, WEXITSTATUS(status),
		    urls[i].kept == NULL ? 1 : 0);
	}
}

static void
help_names_every_setting(void **state)
{
	char said[4096];
	FILE *to = tmpfile();

	(void)state;
	conf_help(table, COUNT(table), to);
	rewind(to);
	said[fread(said, 1, sizeof(said) - 1, to)] = '\0';
	fclose(to);
	for (size_t i = 0; i < COUNT(table); i++) {
		expect(table[i].name, strstr(said, table[i].name) != NULL);
		expect(table[i].name, strstr(said, table[i].help) != NULL);
	}
	expect("file", strstr(said, "(or WINDLASS_SECRET_FILE)") != NULL);
	expect("credential",
	    strstr(said, "(or systemd's credential a-credential)") != NULL);
	expect("words", strstr(said, "(none api_key jwt) [jwt]") != NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(settings_are_loaded_or_all_faults_are_told),
	    cmocka_unit_test(only_sound_addresses_are_called),
	    cmocka_unit_test(help_names_every_setting),
	};

	return cmocka_run_group_tests_name("conf", tests, setup, teardown);
}
