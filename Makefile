# make run    set up, compile the graph, serve it and print the address (PORT=… HOST=… choose where)
# make test   set up, check the code, run every test
.PHONY: run test lint build clean requirements

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
BIN := .venv/bin

run: build
	$(BIN)/renkei-kg serve --host $(HOST) --port $(PORT)

build: .venv/ready
	$(BIN)/renkei-kg build

test: lint
	$(BIN)/pytest

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

# Pins again every dependency of pyproject.toml, with hashes; needs pip-tools.
requirements:
	pip-compile --quiet --strip-extras --generate-hashes --extra dev --allow-unsafe --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --no-header --output-file requirements.txt pyproject.toml

clean:
	rm -rf .venv build
