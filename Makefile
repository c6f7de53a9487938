# Needs Python 3.11 or newer, make and git; everything else lands in .venv. `make` alone lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-virtualenv

# Another interpreter: make install PYTHON=/path/to/python3
PYTHON = $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import ensurepip, sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)

.PHONY: help
help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*##  */\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: install
install: $(INSTALLED)  ## Make .venv with the guanxi command in it

.PHONY: install-dev
install-dev: $(INSTALLED_DEV)  ## The same, and what the tests and checks need

.PHONY: serve
serve: $(INSTALLED)  ## Start the server on 127.0.0.1:8000 with demo data and print a sign-in link
	@exec $(BIN)/guanxi serve --demo

# Processes that share the tests, a file at a time; `make test PROCESSES=0` runs them one after the other and names each file.
PROCESSES = 2

.PHONY: test
test: $(INSTALLED_DEV)  ## Run the tests on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile

.PHONY: test-all
test-all: $(INSTALLED_DEV)  ## The same, and the slow ones
	$(BIN)/python -m pytest -m "not mariadb"

.PHONY: test-mariadb
test-mariadb: $(INSTALLED_DEV)  ## Run the tests on MariaDB: its server must be installed, or GUANXI_TEST_MARIADB_URL name one
	$(BIN)/python -m pytest -m mariadb

.PHONY: check
check: $(INSTALLED_DEV)  ## Lint, types, architecture, printed schema, migrations
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m checks

.PHONY: bench
bench: $(INSTALLED_DEV)  ## Measure, each beside its peers
	$(BIN)/python -m bench

.PHONY: bench-serving
bench-serving: $(INSTALLED_DEV)  ## Measure serving beside PostGraphile and others (Node 20 or newer); SERVING='--quick --only Q1'
	$(BIN)/python -m bench.serving $(SERVING)

.PHONY: bench-scale
bench-scale: $(INSTALLED_DEV)  ## Measure growth with size and with servers (hours); SCALE='growth several'
	$(BIN)/python -m bench.scale $(SCALE)

.PHONY: docs
docs: $(INSTALLED_DEV)  ## Build the documentation to HTML in build/docs; a warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs build/docs

.PHONY: reference
reference: $(INSTALLED_DEV)  ## Write the pages of docs/plugins that are made from the code
	$(BIN)/python -m checks.reference

.PHONY: schema
schema: $(INSTALLED)  ## Print the GraphQL schema into schema.graphql
	$(BIN)/guanxi schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

# Keeps what is pinned; `make lock UPGRADE=--upgrade` takes the newest that pyproject.toml allows.
COMPILE = build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml
.PHONY: lock
lock: build/lock/bin/uv  ## Pin the dependencies of pyproject.toml in requirements*.lock
	$(COMPILE) --group build --extra analytics --extra mariadb --output-file requirements.lock
	$(COMPILE) --group build --group dev --extra analytics --extra mariadb --constraint requirements.lock --output-file requirements-dev.lock

build/lock/bin/uv:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv

.PHONY: clean
clean:  ## Remove .venv, caches and builds
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './web/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Guanxi needs Python 3.11 or newer with its venv module, and found none." >&2; \
		echo "Install one (on Debian: apt-get install python3 python3-venv), or name it: make install PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --no-deps --require-hashes --requirement requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	$(PIP_INSTALL) --no-deps --require-hashes --requirement requirements-dev.lock
	@touch $@
