# make run    set up, compile the graph, serve it and print the address (PORT=… HOST=… choose where)
# make test   set up, check the code, run every test
# make bench  measure the server against its peers; some 20 minutes (BENCH=--quick: about one)
.PHONY: run test lint build clients bench clean requirements

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
# Files of tests that run at once.
JOBS ?= 2
BIN := .venv/bin

run: build
	$(BIN)/renkei-kg serve --host $(HOST) --port $(PORT)

build: .venv/ready .venv/frontend
	$(BIN)/renkei-kg build

test: lint .venv/frontend .venv/browser .venv/engines .venv/readers .venv-clients/ready
	$(BIN)/pytest -m alone tests/attacks tests/test_activations.py
	$(BIN)/pytest -m 'not alone' -n $(JOBS) --dist loadfile --no-loadscope-reorder

lint: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The scripts of the pages, bundled; with the machine's Node.js when it is new enough, else with one from PyPI.
NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null && npm --version >/dev/null 2>&1 && echo system)
.venv/frontend: .venv/ready frontend/package-lock.json frontend/build.mjs $(wildcard frontend/src/* frontend/src/*/*)
ifneq ($(NODE),system)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt
endif
	cd frontend && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --ignore-scripts --no-audit --no-fund
	cd frontend && PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent build
	touch $@

# A browser for the tests of the pages.
.venv/browser: .venv/ready tests/browser/install.sh
	tests/browser/install.sh
	touch $@

# What the examples of docs/clients.md need, apart from the product.
clients: .venv-clients/ready

.venv-clients/ready: .venv/frontend clients/requirements.txt clients/package-lock.json clients/install.sh
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r clients/requirements.txt
	cd clients && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --ignore-scripts --no-audit --no-fund
	clients/install.sh
	touch $@

# Engines for the tests of servers over another engine.
.venv/engines: .venv/ready tests/engines/install.sh
	tests/engines/install.sh
	touch $@

# nginx for the tests of several servers behind it.
.venv/readers: .venv/ready tests/readers/install.sh
	tests/readers/install.sh
	touch $@

bench: build .venv-bench/ready
	$(BIN)/python -m benchmarks $(BENCH)

.venv-bench/ready: requirements-bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	touch $@

PIN := pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url \
  --no-emit-find-links --no-emit-trusted-host --no-header

# Pins again every dependency of pyproject.toml, of the benchmark's peers and of the examples, with hashes;
# needs pip-tools.
requirements:
	$(PIN) --extra dev --output-file requirements.txt pyproject.toml
	$(PIN) --output-file requirements-bench.txt benchmarks/requirements.in
	$(PIN) --output-file clients/requirements.txt clients/requirements.in

clean:
	rm -rf .venv .venv-bench .venv-clients build clients/node_modules frontend/node_modules src/renkei_kg/web/static/built
