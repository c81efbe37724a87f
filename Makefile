# make demo   live quotes and orders from two simulated venues
# make test   lint and all tests
# PYTHON=python3.13 picks the interpreter; each has a virtual environment of its own under .venv/.

PYTHON ?= python3
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
VENV := .venv/$(VERSION)
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SECONDS ?= 1800

.PHONY: demo test build lint records asan portability bench conformance fuzz soak soak-faults crashes day memory faults mutants clean

demo: build
	$(BIN)/tickfold demo

# Files of tests side by side, one a processor.
test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile -p no:benchmark
	$(BIN)/python tests/run_asan.py

build: $(INSTALLED)
	@$(BIN)/python setup.py -q build_ext --inplace

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("tickfold needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -e '.[test,lint]'
	@touch $@

lint: build
	$(BIN)/python engine/schema/generate.py --check
	$(BIN)/ruff check .
	PATH="$(abspath $(BIN)):$$PATH" cython-lint engine bindings
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest tickfold --concise --ignore-disjoint-bases --allowlist stubtest.txt

# What follows from engine/schema/generate.py: structs, enums, stubs, the reference page.
records:
	$(PYTHON) engine/schema/generate.py

# The engine's tests under AddressSanitizer and UndefinedBehaviorSanitizer.
asan: build
	$(BIN)/python tests/run_asan.py

# The tests of builds with gcc and with clang and libc++, each with and without SSE2; aarch64 in an emulator. The head of
# the script says what to install.
portability: build
	$(BIN)/python tests/portability.py

# Peers and tickfold against one another in one interleaved run: docs/benchmarks.md and .svg.
bench: build
	$(BIN)/python -m pip install -q -e '.[bench]'
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.callbacks
	$(BIN)/python -m benchmarks.latency

# Autobahn's whole suite, two passes, 20 minutes: docs/conformance.md. Needs a Python 2.7.
conformance: build
	$(BIN)/python -m tests.conformance

# Every fuzzer for SECONDS seconds each: the wire's, the two JSON readers against one another, each stream's decoder,
# callbacks that do anything, logs of orders.
fuzz: build
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)
	$(BIN)/python tests/run_asan.py --fuzz $(SECONDS)
	$(BIN)/python tests/run_asan.py --no-build --fuzz-decoders $(SECONDS)
	$(BIN)/python tests/run_asan.py --no-build --fuzz-reentry $(SECONDS)
	$(BIN)/python tests/run_asan.py --no-build --fuzz-sequences $(SECONDS)

# Simulated venues for SECONDS seconds: lost connections, memory that must not grow, the truth at every end.
soak: build
	$(BIN)/python -m tests.soak --seconds $(SECONDS)

# The same behind a proxy that breaks connections, with TLS and compression, subscriptions changing all the while.
soak-faults: build
	$(BIN)/python -m tests.soak_faults --seconds $(SECONDS)

# Kills a process that writes a journal, 200 times.
crashes: build
	$(BIN)/python tests/crashes.py --kills 200

# All six simulated venues with faults for SECONDS seconds, recorded and played again: the same hashes at every 1,000
# blocks. OTHER=python of another environment that has tickfold plays it too.
day: build
	$(BIN)/python -m tests.day --seconds $(SECONDS) $(if $(OTHER),--other $(OTHER))

# Memory of a recording and of a replay: 10 million messages each.
memory: build
	PYTHONPATH=tests $(BIN)/python -m tests.journal_memory

# Every scripted fault × every simulated venue: docs/faults.md.
faults: build
	PYTHONPATH=tests $(BIN)/python -m tests.fault_matrix --write

# Every change of any one leaf of the corpus: the records differ, or a count names it. Two minutes.
mutants: build
	$(BIN)/python tests/mutants.py

clean:
	rm -rf build dist .venv bindings/*.egg-info
	find bindings -name '*.so' -delete
