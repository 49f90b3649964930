/*
 * mutate - drives a libFuzzer target without libFuzzer: seeds, and as many
 *          mutations of them as asked for, the same ones each time.
 *
 *   fuzz_x ROUNDS SEED...
 *
 * A target ends the program where it finds a fault; the mutation is then in
 * the file "fault" of the folder FUZZ_FAULTS, if that is set.  With clang the
 * same targets take libFuzzer's own main: -fsanitize=fuzzer,address,undefined.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { SEED_MAX = 64 * 1024, GROWN_MAX = 2 * SEED_MAX, SEEDS_MAX = 64 };

static struct {
	uint8_t bytes[SEED_MAX];
	size_t len;
} seeds[SEEDS_MAX];
static size_t seed_count;
static uint8_t now[GROWN_MAX];
static size_t now_len;
static const char *kept_at;

/* xorshift64*: the same everywhere. */
static uint64_t
chance(uint64_t below)
{
	static uint64_t state = 0x9e3779b97f4a7c15ULL;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 16) % below;
}

static void
flip(void)
{
	now[chance(now_len)] ^= (uint8_t)(1U << chance(8));
}

static void
set_byte(void)
{
	static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff, 0xd8, 0xd9};

	now[chance(now_len)] = odd[chance(sizeof(odd))];
}

static void
set_length(void) /* of a chunk or segment, perhaps */
{
	static const uint32_t odd[] = {0, 1, 2, 0x7fffffff, 0x80000000,
	    0xffffffff, 0xfffffff0, 0x10000};
	uint32_t value = odd[chance(sizeof(odd) / sizeof(odd[0]))];

	if (now_len < 4)
		return;
	memcpy(now + chance(now_len - 3), &value, 1 + chance(4));
}

static void
cut(void)
{
	now_len = 1 + chance(now_len);
}

static void
drop(void)
{
	size_t from = chance(now_len), len = 1 + chance(16);

	if (len >= now_len - from)
		return;
	memmove(now + from, now + from + len, now_len - from - len);
	now_len -= len;
}

static void
insert(const uint8_t *bytes, size_t len)
{
	size_t at = chance(now_len + 1);

	if (now_len + len > sizeof(now))
		return;
	memmove(now + at + len, now + at, now_len - at);
	memcpy(now + at, bytes, len);
	now_len += len;
}

static void
splice(void) /* a piece of any seed */
{
	size_t n = chance(seed_count), from = chance(seeds[n].len);
	size_t len = 1 + chance(seeds[n].len - from);

	insert(seeds[n].bytes + from, len);
}

static void
repeat(void)
{
	uint8_t piece[256];
	size_t from = chance(now_len), len = 1 + chance(sizeof(piece));

	if (len > now_len - from)
		len = now_len - from;
	memcpy(piece, now + from, len);
	insert(piece, len);
}

static void (*const mutations[])(
    void) = {flip, set_byte, set_length, cut, drop, splice, repeat};

/* The bytes have a piece of memory of their own, so that a read past them is
 * seen. */
static void
try_now(void)
{
	uint8_t *copy = malloc(now_len);

	if (copy == NULL)
		abort();
	memcpy(copy, now, now_len);
	(void)LLVMFuzzerTestOneInput(copy, now_len);
	free(copy);
}

static void
keep_fault(void)
{
	FILE *f;

	if (kept_at == NULL || chdir(kept_at) != 0 ||
	    (f = fopen("fault", "wb")) == NULL)
		return;
	fwrite(now, 1, now_len, f);
	fclose(f);
}

static void
on_abort(int sig)
{
	keep_fault();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
read_seed(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL || seed_count == SEEDS_MAX) {
		fprintf(stderr, "%s: no seed\n", path);
		exit(2);
	}
	seeds[seed_count].len = fread(seeds[seed_count].bytes, 1, SEED_MAX, f);
	seed_count += seeds[seed_count].len > 0;
	fclose(f);
}

static void
begin_with(size_t n)
{
	memcpy(now, seeds[n].bytes, seeds[n].len);
	now_len = seeds[n].len;
}

int
main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;

	kept_at = getenv("FUZZ_FAULTS");
	signal(SIGABRT, on_abort);
	for (int i = 2; i < argc; i++)
		read_seed(argv[i]);
	if (seed_count == 0) {
		fprintf(stderr, "usage: %s ROUNDS SEED...\n", argv[0]);
		return 2;
	}
	for (size_t n = 0; n < seed_count; n++) {
		begin_with(n);
		try_now();
	}
	for (unsigned long i = 0; i < rounds; i++) {
		begin_with(chance(seed_count));
		for (uint64_t k = 1 + chance(4); k > 0; k--)
			mutations[chance(
			    sizeof(mutations) / sizeof(mutations[0]))]();
		try_now();
	}
	printf("%lu rounds, %zu seeds\n", rounds, seed_count);
	return 0;
}
