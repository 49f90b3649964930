# Windlass: GNU make, no configure.
#
#   make                 all programs, in build/release
#   make MODE=debug|asan the same with other flags, in build/debug, build/asan
#   make check           unit, program and must-fail tests under ASan and UBSan
#   make check-all       these, then sql, transcripts and integration tests
#   make bench           figures beside their floors: tests/bench/README.md
#   make storm           all of these, at full count: hours
#   make storm-customers 64 clients at the same and different customers
#   make storm-rates     1,000,000 random quotes against the oracle of tests/rate
#   make storm-quotes    20,000 firm quotes of 5,000, and more: tests/quotes
#   make storm-keys      10,000 customers while the wrapping key turns
#   make storm-seeds     20,000 seeds of the watchers in a world of chance
#   make rules           each of the watchers' rules taken out, and noticed
#   make storm-books     differences planted in 10,000 payments are found
#   make storm-faults    bank, platform and wallets fail and cheat in every way:
#                        storm-bank, storm-platform, storm-attacks; and a
#                        watcher dies at every system call: storm-kills; a
#                        backup is brought back: storm-restore; a record in
#                        every status there is: storm-cells
#   make pooled          tests/watcher and tests/faults behind PgBouncer
#   make lint            formatting, static checks, shell scripts
#   make docker-root     the image of docker/, built and run without docker
#   make install DESTDIR=...
#
# V=1 shows the commands; WERROR= lifts "warnings are errors".

MODE   ?= release
BUILD  ?= build/$(MODE)
WERROR ?= -Werror
CC     ?= gcc
Q      := $(if $(V),,@)
say     = $(if $(V),,@printf '  %-6s %s\n' '$(1)' '$(2)')

PKGS    := json-c libpq libcurl libsodium
CPPFLAGS += -D_GNU_SOURCE -Icommon -include common/banned.h \
            $(shell pkg-config --cflags $(PKGS)) \
            -DWINDLASS_VERSION='"$(shell cat VERSION)"'
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wcast-qual -Wformat=2 -Wvla -Wundef \
           -Wnull-dereference -Wdouble-promotion -Wfloat-conversion $(WERROR)
FLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
                 -fstack-clash-protection -fPIE
FLAGS_debug   := -O0 -g3
FLAGS_asan    := -O1 -g -fsanitize=address,undefined \
                 -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_cov     := -O0 -g --coverage
LINK_release  := -pie -Wl,-z,relro,-z,now
LINK_asan     := -fsanitize=address,undefined
LINK_cov      := --coverage
ALL_CFLAGS  = -std=c17 $(WARN) $(FLAGS_$(MODE)) $(CFLAGS) -MMD -MP
ALL_LDFLAGS = $(LINK_$(MODE)) $(LDFLAGS)

LIBS_common := $(shell pkg-config --libs json-c libpq libsodium)
LIBS_fcgi   := -lfcgi
LIBS_pq     := $(shell pkg-config --libs libpq)
LIBS_curl   := $(shell pkg-config --libs libcurl)

objs = $(patsubst %.c,$(BUILD)/%.o,$(1))

# http.c alone needs libcurl, serve.c and request.c alone need libfcgi: an
# archive links only what a program asks for.
COMMON    := $(sort $(wildcard common/*.c))
ENDPOINTS := $(patsubst cgi-bin/%.c,%,$(sort $(wildcard cgi-bin/*.c)))
WATCHER   := $(sort $(wildcard watcher/*.c))
OPERATOR  := $(sort $(wildcard operator/*.c))
UNIT      := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))

LIBCOMMON := $(BUILD)/libcommon.a
LIBWATCH  := $(BUILD)/libwatcher.a
LIBHANDS  := $(BUILD)/liboperator.a
PROGRAMS  := $(addprefix $(BUILD)/,$(ENDPOINTS)) \
             $(if $(WATCHER),$(BUILD)/watcher/watcher) \
             $(if $(OPERATOR),$(BUILD)/operator/windlass)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all trials check check-all bench lint docker-root clean install unit must-fail \
        storm-attacks storm-bank storm-books storm-cells storm-customers storm-faults \
        storm-keys storm-kills storm-platform storm-quotes storm-rates \
        storm-restore storm-seeds storm pooled rules units

all: $(PROGRAMS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(LIBCOMMON): $(call objs,$(COMMON))
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# All of the watcher, and of the operator's command, but its main: for tests.
$(LIBWATCH): $(call objs,$(filter-out watcher/watcher.c,$(WATCHER)))
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(LIBHANDS): $(call objs,$(filter-out operator/windlass.c,$(OPERATOR)))
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(addprefix $(BUILD)/,$(ENDPOINTS)): $(BUILD)/%: $(BUILD)/cgi-bin/%.o \
    $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_fcgi) $(LIBS_common)

$(BUILD)/watcher/watcher: $(BUILD)/watcher/watcher.o $(LIBWATCH) $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_curl) $(LIBS_common)

# The operator's command reads with the watcher's own modules.
$(BUILD)/operator/windlass: $(BUILD)/operator/windlass.o $(LIBHANDS) \
    $(LIBWATCH) $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_curl) $(LIBS_common)

$(addprefix $(BUILD)/tests/unit/,$(UNIT)): $(BUILD)/tests/unit/%: \
    $(BUILD)/tests/unit/%.o $(LIBHANDS) $(if $(WATCHER),$(LIBWATCH)) \
    $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS_fcgi) $(LIBS_curl) \
	    $(LIBS_common)

# Asks a book for quotes, for tests/rate.
$(BUILD)/tests/rate/ask: $(BUILD)/tests/rate/ask.o $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_common)

# Programs that exist for tests only.
TRIALS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/program/*.c \
    tests/faults/*.c)))
$(TRIALS): %: %.o $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_fcgi) $(LIBS_common)
trials: $(TRIALS)

# The watchers in a world of chance: what stands between them and the machine
# takes the place of these (tests/simulation/seams.c).
WRAPPED := monotonic_ms monotonic_us instant_now nanosleep fdatasync fsync \
           log_line db_call db_wire_wait db_wire_connect db_wire_is_alive \
           PQfinish judge_papers judge_rules duty_orphans duty_link erase_keys
SIMULATION := $(BUILD)/tests/simulation/simulation
$(SIMULATION): $(call objs,$(sort $(wildcard tests/simulation/*.c))) \
    $(LIBWATCH) $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ \
	    $(LIBS_curl) $(LIBS_common)
.PHONY: simulation rules
simulation: $(SIMULATION)

# Fuzz targets, with a main of ours that mutates seeds.
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
$(FUZZERS): %: %.o $(BUILD)/tests/fuzz/mutate.o $(LIBCOMMON)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_common)
.PHONY: fuzzers
fuzzers: $(FUZZERS)

# What our figures are measured against.
$(BUILD)/tests/bench/floor: \
    $(call objs,$(addprefix tests/bench/,floor.c round_trips.c))
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_fcgi) $(LIBS_pq)
$(BUILD)/tests/bench/bare: \
    $(call objs,$(addprefix tests/bench/,bare.c bare_store.c wire.c))
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_pq)
FLOORS := $(BUILD)/tests/bench/floor $(BUILD)/tests/bench/bare

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

unit: $(addprefix $(BUILD)/tests/unit/,$(UNIT))
	$(Q)tests/run-unit $^

must-fail:
	$(Q)tests/must-fail/run $(CC) $(CPPFLAGS) \
	    $(filter-out -MMD -MP,$(ALL_CFLAGS))

# Everything, through the table tests/suites; STATE keeps the logs.
STATE ?= .state/test
check-all:
	$(Q)tests/all $(STATE)

check:
	$(Q)tests/all $(STATE) unit must-fail program

# ONLY=NAME: one figure, or memory.  DRAIN=N: payments.  SHORT=1: only whether
# all come.
bench: all $(FLOORS)
	$(if $(filter memory,$(ONLY)),,$(Q)BUILD=$(abspath $(BUILD)) \
	    python3 tests/bench/bench.py \
	    $(if $(ONLY),--only $(ONLY)) $(if $(DRAIN),--drain $(DRAIN)) \
	    $(if $(SHORT),--short))
	$(if $(filter-out memory,$(ONLY)),,$(Q)BUILD=$(abspath $(BUILD)) \
	    python3 tests/bench/memory.py \
	    $(if $(SHORT),--each 100 --more 4000))

# What ./dev test does with a tenth of them; CASES=N, SEED=N.
storm-rates:
	$(Q)BUILD=$(BUILD) RATE_CASES=$(or $(CASES),1000000) \
	    $(if $(SEED),RATE_SEED=$(SEED)) tests/rate/run

# What ./dev test does with a tenth of them.
storm-quotes: all
	$(Q)BUILD=$(abspath $(BUILD)) python3 tests/quotes/storm.py

# A minute of it, which ./dev test does for 7 s; SECONDS=N, SEED=N.
storm-customers: all
	$(Q)BUILD=$(abspath $(BUILD)) python3 tests/customers/storm.py \
	    $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

# Whoever turns the key is killed in the middle; CUSTOMERS=N, KILLS=N.
storm-keys: all
	$(Q)BUILD=$(abspath $(BUILD)) python3 tests/keys/storm.py \
	    $(if $(CUSTOMERS),--customers $(CUSTOMERS)) \
	    $(if $(KILLS),--kills $(KILLS))

# What ./dev test does with 500 of them; SEEDS=N, SEED=N (one, told).
storm-seeds: all simulation
	$(Q)BUILD=$(abspath $(BUILD)) python3 tests/simulation/run.py \
	    $(if $(SEED),--seed $(SEED) -v,--seeds $(or $(SEEDS),20000))

# RULE=NAME: only that; SEEDS=N for each.
rules: all simulation
	$(Q)BUILD=$(abspath $(BUILD)) python3 tests/simulation/rules.py \
	    $(if $(RULE),--only $(RULE)) $(if $(SEEDS),--seeds $(SEEDS))

# FILES=NAME...: only those of the watcher's, and no faults.
pooled: all trials
	$(Q)BUILD=$(abspath $(BUILD)) WINDLASS_TEST_PGBOUNCER=1 \
	    tests/watcher/run $(FILES)
	$(Q)$(if $(FILES),:,BUILD=$(abspath $(BUILD)) WINDLASS_TEST_PGBOUNCER=1 \
	    tests/faults/run)

# RECORDS=N, SEED=N.
storm-books: all
	$(Q)BUILD=$(abspath $(BUILD)) python3 tests/reconcile/planted.py \
	    --records $(or $(RECORDS),10000) $(if $(SEED),--seed $(SEED))

# Each cell of the matrix RUNS times; once, calls that hang do so for as long as
# the watcher bears it.
storm-bank: all
	$(Q)python3 tests/faults/matrix.py --part bank --runs $(or $(RUNS),50)
	$(Q)python3 tests/faults/matrix.py --part bank --runs 1 --patient

storm-platform: all
	$(Q)python3 tests/faults/matrix.py --part platform --runs $(or $(RUNS),50)

storm-attacks: all
	$(Q)python3 tests/faults/matrix.py --part attacks --runs $(or $(RUNS),50) \
	    --watchers 4

# A death at every system call of a road, then 2,000 at random with two
# watchers, a database that is killed, watchers that stand still, a clock that
# is moved; EVERY=N: at each Nth call alone.
storm-kills: all trials
	$(Q)python3 tests/faults/kills.py --every $(or $(EVERY),1)
	$(Q)python3 tests/watcher/storm.py --payments 6000 --kills 2000 \
	    --watchers 2 --faults 0.05 --timeout 3600
	$(Q)python3 tests/watcher/storm.py --payments 2000 --crashes 50 \
	    --watchers 2 --timeout 1800
	$(Q)python3 tests/watcher/storm.py --payments 2000 --stops 100 \
	    --steps 20 --watchers 4 --timeout 1800

storm-restore: all
	$(Q)python3 tests/faults/restore.py --payments 200

storm-cells: all
	$(Q)python3 tests/faults/cells.py

storm-faults: storm-bank storm-platform storm-attacks storm-kills \
    storm-restore storm-cells

# Hours of it.
storm: storm-rates storm-quotes storm-customers storm-keys storm-books \
    storm-seeds storm-faults

lint:
	$(Q)tests/lint

# The image, without docker; as root, with debootstrap and Debian's archive.
docker-root:
	$(Q)tests/docker/root.sh

# What the tests reach: lines and branches by file, from the suites that drive
# our programs.  Needs gcovr (config/packages/coverage).
coverage:
	$(Q)find build/cov -name '*.gcda' -delete 2>/dev/null || true
	$(Q)$(MAKE) -s MODE=cov all trials unit
	$(Q)BUILD=$(CURDIR)/build/cov bats tests/program tests/integration
	$(Q)BUILD=$(CURDIR)/build/cov python3 tests/watcher/road.py
	$(Q)gcovr --root . --object-directory build/cov --sort-uncovered \
	    --filter 'cgi-bin/' --filter 'common/' --filter 'watcher/' \
	    --filter 'operator/' --txt build/cov/coverage.txt \
	    --branches --print-summary
	@echo "by file: build/cov/coverage.txt"

PREFIX ?= /usr
LIBEXEC = $(DESTDIR)$(PREFIX)/lib/windlass
SHARE   = $(DESTDIR)$(PREFIX)/share/windlass
MAN     = $(DESTDIR)$(PREFIX)/share/man/man8
SYSTEMD = $(DESTDIR)$(PREFIX)/lib/systemd
UNITS  := $(patsubst systemd/%,%,$(sort $(wildcard systemd/*.socket \
    systemd/*.service systemd/*.timer systemd/*.d/*.conf)))
install: all $(if $(UNITS),units)
	install -d $(LIBEXEC) $(DESTDIR)$(PREFIX)/bin $(MAN) $(SHARE)
	install -m 0755 $(addprefix $(BUILD)/,$(ENDPOINTS)) \
	    $(BUILD)/watcher/watcher $(LIBEXEC)
	install -m 0755 $(BUILD)/operator/windlass $(DESTDIR)$(PREFIX)/bin
	for page in $(wildcard cgi-bin/*.8 watcher/*.8); do \
	    install -m 0644 $$page $(MAN)/windlass-$$(basename $$page); done
	install -m 0644 operator/windlass.8 $(MAN)
	cp -R sql nginx api rpc $(SHARE)
	install -d $(SHARE)/config
	install -m 0644 config/*.json $(SHARE)/config

# The image has no systemd, and its tree none of this.
units:
	install -d $(SHARE)/config
	install -m 0644 systemd/windlass.conf $(SHARE)/config
	for unit in $(UNITS); do \
	    install -d $(SYSTEMD)/system/$$(dirname $$unit) && \
	    sed 's#/usr/\(lib/windlass\|bin\)/#$(PREFIX)/\1/#' systemd/$$unit \
	        >$(SYSTEMD)/system/$$unit && \
	    chmod 0644 $(SYSTEMD)/system/$$unit || exit 1; done
	for kind in sysusers tmpfiles; do \
	    install -d $(DESTDIR)$(PREFIX)/lib/$$kind.d && \
	    install -m 0644 systemd/$$kind.conf \
	        $(DESTDIR)$(PREFIX)/lib/$$kind.d/windlass.conf || exit 1; done

clean:
	rm -rf build
