# Retail Pulse. `make help` lists the targets; `make run` and `make test` need no step before them.

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= cc

VERSION := 0.1.0
NAME    := retail-pulse
PROGRAM := $(BUILD)/$(NAME)

LIBRARIES := sqlite3 xgboost gsl ncursesw jansson nettle zlib libzstd libmicrohttpd
TEST_LIBRARIES := cmocka vterm

WARNINGS := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef -Wvla
HARDEN   := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
# The loadable extension is made of the same objects as the program: position independent, nothing
# visible but its entry, each function by itself so that what it does not need is left out.
PIC      := -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections
OPTIMISE ?= -O2 -g
SANITIZE ?=

# Asked once; a machine without pkg-config gets an empty answer and `setup` before it compiles.
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)

CPPFLAGS += -D_GNU_SOURCE -DRETAIL_PULSE_VERSION='"$(VERSION)"' -I. $(PKG_CFLAGS)
CFLAGS   += -std=c17 $(OPTIMISE) $(WARNINGS) $(PIC) $(if $(SANITIZE),,$(HARDEN)) $(SANITIZE)
LDFLAGS  += -pie -Wl,-z,relro,-z,now $(SANITIZE)
LDLIBS   += $(PKG_LIBS) -lcsv -lm

ROOMS   := base db engine report serve tui cli
SOURCES := $(filter-out db/extension.c,$(sort $(shell find $(ROOMS) -name '*.c')))
HEADERS := $(sort $(shell find $(ROOMS) -name '*.h'))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/migrations.o
ARCHIVE := $(BUILD)/lib$(NAME).a
EXTENSION := $(BUILD)/retail_pulse.so
# The program tells these itself, from the lists of its commands and settings.
PAGES   := $(addprefix $(BUILD)/pages/,$(NAME).1 $(NAME)-settings.5 $(NAME).bash _$(NAME) $(NAME).fish)
# db/ once more: in the extension SQLite is that of the program which loads it
EXTENSION_OBJECTS := $(patsubst %.c,$(BUILD)/extension/%.o,$(sort $(wildcard db/*.c)))

TEST_SOURCES  := $(sort $(shell find tests -name 'test_*.c'))
TEST_PROGRAMS := $(TEST_SOURCES:%.c=$(BUILD)/%)
BENCH_SOURCES := $(sort $(wildcard bench/*.c))
FAULTY        := $(BUILD)/tests/faulty/$(NAME)
FAULTY_SOURCES := $(sort $(wildcard tests/faulty/*.c))
TEST_SUPPORT  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(TEST_SOURCES) $(FAULTY_SOURCES) tests/fuzz/entry.c,$(sort $(shell find tests -name '*.c'))))

.PHONY: all
all: $(PROGRAM) $(EXTENSION) $(PAGES) ## build the program, its SQLite extension, manual and completions (default)

$(PROGRAM): $(BUILD)/cli/main.o $(ARCHIVE)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(ARCHIVE): $(filter-out $(BUILD)/cli/main.o,$(OBJECTS))
	@rm -f $@
	ar rcs $@ $^

$(EXTENSION): $(EXTENSION_OBJECTS) $(ARCHIVE) db/extension.map
	$(CC) -shared $(filter-out -pie,$(LDFLAGS)) -Wl,--gc-sections -Wl,--version-script=db/extension.map \
	    -o $@ $(EXTENSION_OBJECTS) $(ARCHIVE) $(filter-out -lsqlite3 -lncursesw -ltinfo -lmicrohttpd,$(LDLIBS))

# On this file too: its flags are part of what an object is.
$(BUILD)/extension/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DRETAIL_PULSE_EXTENSION -MMD -MP -c -o $@ $<

$(BUILD)/pages/$(NAME).1: TELLS = help --as man
$(BUILD)/pages/$(NAME)-settings.5: TELLS = help settings --as man
$(BUILD)/pages/$(NAME).bash: TELLS = help --as bash
$(BUILD)/pages/_$(NAME): TELLS = help --as zsh
$(BUILD)/pages/$(NAME).fish: TELLS = help --as fish
$(PAGES): $(PROGRAM)
	@mkdir -p $(@D)
	XDG_CONFIG_HOME=/nonexistent $(PROGRAM) $(TELLS) > $@.new
	@mv $@.new $@

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/migrations.c: $(sort $(wildcard migrations/*.sql)) migrations/embed.sh
	@mkdir -p $(@D)
	sh migrations/embed.sh $(sort $(wildcard migrations/*.sql)) > $@.new
	@mv $@.new $@

$(BUILD)/migrations.o: $(BUILD)/migrations.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

.PRECIOUS: $(BUILD)/tests/%.o
$(TEST_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(TEST_SUPPORT) $(ARCHIVE)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs $(TEST_LIBRARIES))

# The program once more, with a disk and a memory that fail when they are told to.
$(FAULTY): $(BUILD)/cli/main.o $(FAULTY_SOURCES:%.c=$(BUILD)/%.o) $(ARCHIVE)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(BENCH_SOURCES:%.c=$(BUILD)/%.d) $(BUILD)/pictures/pictures.d $(OBJECTS:.o=.d) $(EXTENSION_OBJECTS:.o=.d) $(TEST_PROGRAMS:=.d) $(TEST_SUPPORT:.o=.d) $(FAULTY_SOURCES:%.c=$(BUILD)/%.d)

# ---------------------------------------------------------------------------------------- to use it

.PHONY: run
run: ## install what is missing, build, and open the dashboard on the bundled sample
	@./setup build
	@$(MAKE) --no-print-directory -j$$(nproc) $(PROGRAM)
	@sh data/demo.sh $(PROGRAM) $(BUILD)/demo.db

.PHONY: test
test: ## install what is missing, build, and run every test
	@./setup build test
	@$(MAKE) --no-print-directory -j$$(nproc) all test-programs
	@$(MAKE) --no-print-directory layering
	@sh tests/run.sh $(BUILD)

.PHONY: test-programs
test-programs: $(TEST_PROGRAMS) $(FAULTY) bench-programs

# Where zsh of one's own machine looks; a distribution's package says vendor-completions.
ZSH_COMPLETIONS ?= share/zsh/site-functions

# Mode, file, where it goes below $(PREFIX): `uninstall` takes away what `install` puts there.
DOC := share/doc/$(NAME)
INSTALLED := \
    755:$(PROGRAM):bin/$(NAME) \
    644:$(EXTENSION):lib/$(NAME)/retail_pulse.so \
    644:$(BUILD)/pages/$(NAME).1:share/man/man1/$(NAME).1 \
    644:$(BUILD)/pages/$(NAME)-settings.5:share/man/man5/$(NAME)-settings.5 \
    644:$(BUILD)/pages/$(NAME).bash:share/bash-completion/completions/$(NAME) \
    644:$(BUILD)/pages/_$(NAME):$(ZSH_COMPLETIONS)/_$(NAME) \
    644:$(BUILD)/pages/$(NAME).fish:share/fish/vendor_completions.d/$(NAME).fish \
    644:README.md:$(DOC)/README.md \
    644:LICENSE:$(DOC)/LICENSE \
    $(foreach file,$(wildcard docs/*.md docs/pictures/*.svg),644:$(file):$(DOC)/$(file))

.PHONY: install
install: all ## install below $(DESTDIR)$(PREFIX): program, extension, manual, completions, docs
	@for entry in $(INSTALLED); do \
	    mode=$${entry%%:*} target='$(DESTDIR)$(PREFIX)'/$${entry##*:} file=$${entry#*:}; \
	    install -D -m $$mode "$${file%:*}" "$$target" && echo "$$target" || exit 1; \
	done

.PHONY: uninstall
uninstall: ## remove what `install` put there; the shop's data stays
	@for entry in $(INSTALLED); do \
	    rm -f '$(DESTDIR)$(PREFIX)'/$${entry##*:} || exit 1; \
	done
	rm -rf '$(DESTDIR)$(PREFIX)/lib/$(NAME)' '$(DESTDIR)$(PREFIX)/$(DOC)'

.PHONY: deb
deb: ## build a Debian package into build/deb, and have lintian look at it
	@./setup build deb
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@sh debian/build.sh $(BUILD) $(VERSION) $(BUILD)/deb
	@lintian --fail-on error,warning $(BUILD)/deb/*.changes

# --------------------------------------------------------------------------------------- to work on it

.PHONY: debug
debug: ## build without optimisation into build/debug
	@$(MAKE) --no-print-directory BUILD=build/debug OPTIMISE='-O0 -g3' HARDEN= all

# The same programs as in `make test`, which try a few of each.
FAULTS_KILLS ?= 200
FAULTS_SEED  ?= $(shell date +%s)
FAULTS_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/faults/test_*.c)))

.PHONY: faults
faults: ## kill it, cut its power, fail its disk and its memory: FAULTS_KILLS (200) times and more
	@./setup build test
	@$(MAKE) --no-print-directory -j$$(nproc) all $(FAULTY) $(FAULTS_PROGRAMS)
	@FAULTS_ALL=1 FAULTS_KILLS=$(FAULTS_KILLS) FAULTS_SEED=$(FAULTS_SEED) \
	    sh tests/faults/run.sh $(BUILD) $(FAULTS_PROGRAMS)

BENCH_ROWS   ?= 1000000
BENCH_GROWTH ?= 10000 100000 1000000

BENCH_SUPPORT := $(patsubst %,$(BUILD)/bench/%.o,measure table peers made_up ours random_slice duckdb_facts)
BENCH_PROGRAMS := $(patsubst %,$(BUILD)/bench/%,generate import_bench learn_bench peer_bench slice_bench wire_bench sql_bench store_bench)

# Only what a program needs: what is resident in a benchmark counts for what it starts.
$(BENCH_PROGRAMS): $(BUILD)/bench/%: $(BUILD)/bench/%.o $(BENCH_SUPPORT) $(BUILD)/tests/support/pty.o $(ARCHIVE)
	$(CC) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS) $(shell pkg-config --libs vterm)

$(BUILD)/bench/duckdb_peer: $(BUILD)/bench/duckdb_peer.o
	$(CC) $(LDFLAGS) -o $@ $^

.PHONY: bench-programs
bench-programs: $(BENCH_PROGRAMS) $(BUILD)/bench/duckdb_peer

.PHONY: bench
bench: ## measure ratios on BENCH_ROWS generated sales (1,000,000) and growth over BENCH_GROWTH
	@./setup build test
	@$(MAKE) --no-print-directory -j$$(nproc) $(PROGRAM) bench-programs >&2
	@sh bench/run.sh $(BUILD) $(BENCH_ROWS) "$(BENCH_GROWTH)"

.PHONY: bench-duckdb
bench-duckdb: ## fetch DuckDB's library from the npm registry, to compare with
	@sh bench/fetch_duckdb.sh $(BUILD)/bench/duckdb

.PHONY: sample
sample: $(PROGRAM) ## write the bundled sample anew
	$(PROGRAM) sample --rows 9000 --seed 2024 > data/sample.csv

$(BUILD)/pictures/pictures: $(BUILD)/pictures/pictures.o $(BUILD)/tests/support/picture.o \
    $(BUILD)/tests/support/pty.o $(ARCHIVE)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs vterm)

.PHONY: pictures
pictures: ## draw docs/pictures anew, from the program on the bundled sample
	@./setup build test
	@$(MAKE) --no-print-directory -j$$(nproc) $(PROGRAM) $(BUILD)/pictures/pictures
	@sh pictures/run.sh $(BUILD) docs/pictures

include tests/checks.mk

.PHONY: format
format: ## lay out every source file by .clang-format
	clang-format -i $(SOURCES) $(HEADERS) $(shell find tests bench pictures -name '*.[ch]')

.PHONY: layering
layering: ## check that includes point down and that libraries stay in their rooms
	@sh tests/layering.sh $(ROOMS)

.PHONY: clean
clean: ## remove everything that was built, the demonstration database included
	rm -rf build

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
