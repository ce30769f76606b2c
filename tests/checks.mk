# The checks that take longer than `make test`: each target is one tool over the same tests.
# Included by the Makefile, whose variables and rules they use.

# These tools are slow: tests run side by side, and each may take its time.
PATIENT = TEST_JOBS=$$(nproc) TEST_SECONDS=5400

# Most of their time goes into training.
build/asan/engine/learn/%.o build/tsan/engine/learn/%.o: override OPTIMISE += -O2

CHECKED = $(MAKE) --no-print-directory -j$$(nproc) all test-programs

.PHONY: asan
asan: ## build and test under the address, undefined-behaviour and leak sanitizers
	@./setup build test
	@$(CHECKED) BUILD=build/asan OPTIMISE='-O1 -g -fno-omit-frame-pointer' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all'
	@ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=tests/leaks.supp:print_suppressions=0 \
	    $(PATIENT) sh tests/run.sh build/asan

# OpenMP's threads, in the library that trains, synchronise in ways that the sanitizer cannot see.
.PHONY: tsan
tsan: ## build and test under the thread sanitizer
	@./setup build test
	@$(CHECKED) BUILD=build/tsan OPTIMISE='-O1 -g -fno-omit-frame-pointer' SANITIZE='-fsanitize=thread'
	@TSAN_OPTIONS=suppressions=$(CURDIR)/tests/races.supp:halt_on_error=1:exitcode=66 OMP_NUM_THREADS=1 \
	    $(PATIENT) sh tests/run.sh build/tsan

.PHONY: valgrind
valgrind: ## run the command-line tests with the program under valgrind
	@./setup build test lint
	@$(CHECKED)
	@RETAIL_PULSE_UNDER=tests/valgrind.sh $(PATIENT) sh tests/run.sh $(BUILD) 'tests/cli/test_.*\.sh'

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?=

$(BUILD)/tests/fuzz/fuzzer: $(BUILD)/tests/fuzz/entry.o $(TEST_SUPPORT) $(ARCHIVE)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS) $(shell pkg-config --libs $(TEST_LIBRARIES))

.PHONY: fuzz
fuzz: ## random bytes for FUZZ_SECONDS (60) to each reader of them, by libFuzzer; damaged databases; random keys
	@./setup build test fuzz
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang BUILD=build/fuzz \
	    OPTIMISE='-O1 -g -fno-omit-frame-pointer' \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	    build/fuzz/tests/fuzz/fuzzer
	@$(MAKE) --no-print-directory -j$$(nproc) $(PROGRAM) $(BUILD)/tests/engine/test_damage $(BUILD)/tests/tui/test_kiosk
	@sh tests/fuzz/run.sh build/fuzz/tests/fuzz/fuzzer $(BUILD) $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: coverage
coverage: ## build and test with line counts, and print the share of lines run by room
	@./setup build test
	@$(CHECKED) BUILD=build/coverage OPTIMISE='-O1 -g -fprofile-update=atomic' SANITIZE=--coverage
	@find build/coverage -name '*.gcda' -delete
	@$(PATIENT) sh tests/run.sh build/coverage; tests=$$?; \
	    sh tests/coverage.sh build/coverage $(ROOMS) && exit $$tests

.PHONY: lint
lint: ## clang's warnings, clang-tidy and cppcheck
	@./setup build test lint
	printf '%s\n' $(SOURCES) $(shell find tests bench pictures -name '*.c') | \
	    xargs -P $$(nproc) -n 16 clang -fsyntax-only -std=c17 $(WARNINGS) $(CPPFLAGS)
	printf '%s\n' $(SOURCES) | xargs -P $$(nproc) -I {} clang-tidy --quiet {} -- -std=c17 $(CPPFLAGS)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem --error-exitcode=1 -D_GNU_SOURCE -I. $(ROOMS)

.PHONY: check-all
check-all: ## every test under every tool: an hour or two
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory asan
	@$(MAKE) --no-print-directory tsan
	@$(MAKE) --no-print-directory valgrind
	@$(MAKE) --no-print-directory coverage
